"use strict";
const findings = JSON.parse(document.getElementById("findings").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
const colours = ["#0b6e4f", "#c2410c", "#1d4ed8", "#a21caf", "#0e7490", "#ca8a04", "#be123c", "#4d7c0f", "#6d28d9", "#475569"];
const darkColours = ["#4cc38a", "#fb923c", "#7aa2f7", "#e879f9", "#22d3ee", "#facc15", "#fb7185", "#a3e635", "#a78bfa", "#cbd5e1"];
const palette = () => (dark.matches ? darkColours : colours);
const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const text = (id, value) => { document.getElementById(id).textContent = value; };
const number = (value, digits) => value === undefined || value === null ? "–" : value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });
const counts = row => number(row.samples, 0) + " samples, " + row.seeds + (row.seeds === 1 ? " seed" : " seeds");
const train = findings.train || [];

function element(name, content, parent) {
  const made = document.createElement(name);
  if (content !== undefined) made.textContent = content;
  if (parent) parent.appendChild(made);
  return made;
}

/* Lines over x; each of lines is {label, points: Map(x -> y), width}. */
function chart(title, xLabel, lines, logarithmic) {
  const figure = element("figure", undefined, document.getElementById("charts"));
  element("figcaption", title, figure);
  const xs = [...new Set(lines.flatMap(line => [...line.points.keys()]))].sort((a, b) => a - b);
  if (xs.length === 0) {
    element("p", "not measured", figure).className = "soft";
    return;
  }
  const data = [xs, ...lines.map(line => xs.map(x => line.points.has(x) ? line.points.get(x) : null))];
  const axis = label => ({ label: label, stroke: css("--soft"), grid: { stroke: css("--line"), width: 1 }, ticks: { stroke: css("--line"), width: 1 } });
  const short = (u, values) => values.map(v => v === null ? "" : Math.abs(v) >= 1e6 ? v / 1e6 + "M" : Math.abs(v) >= 1e4 ? v / 1e3 + "k" : +v.toPrecision(4) + "");
  new uPlot({
    width: figure.clientWidth - 24,
    height: 300,
    cursor: { y: false },
    scales: { x: logarithmic ? { time: false, distr: 3, log: 2 } : { time: false }, y: lines.some(line => line.logarithmic) ? { distr: 3 } : {} },
    axes: [{ ...axis(xLabel), values: (u, values) => values.map(v => v === null ? "" : v + "") }, { ...axis(""), values: short, size: 64 }],
    series: [{ label: xLabel }, ...lines.map((line, i) => ({
      label: line.label, stroke: palette()[i % colours.length], width: line.width || 2, spanGaps: true,
      points: { show: line.points.size < 40, size: 6 },
      value: (u, v) => v === null || v === undefined ? "–" : +v.toPrecision(5) + ""
    }))]
  }, data, figure);
}

function draw() {
  document.getElementById("charts").replaceChildren();
  const rungs = [...new Set(train.flatMap(row => row.at.map(counts)))];
  for (const [key, title] of [["loss", "Quality: prequential loss by batch size"], ["auc", "Quality: prequential AUC by batch size"]]) {
    const lines = [];
    for (const rung of rungs) {
      for (const rule of ["kept", "sqrt", "linear"]) {
        const points = new Map();
        train.filter(row => row.rule === rule || row.batch === own()).forEach(row => row.at
          .filter(at => counts(at) === rung && at[key] !== undefined).forEach(at => points.set(row.batch, at[key])));
        if (points.size > 0) lines.push({ label: "rate " + rule + ", " + rung, points: points });
      }
    }
    if (key === "loss" || lines.length > 0) chart(title, "samples per step and device", lines, true);
  }
  const by = (rows, value) => new Map(rows.filter(row => row[value] !== undefined).map(row => [row.batch, row[value]]));
  const speeds = findings.train_speed || [], evals = findings.eval || [];
  chart("Speed by batch size, samples/s", "samples per batch", [
    { label: "training", points: by(speeds, "samples_per_second"), logarithmic: true },
    { label: "evaluation", points: by(evals, "samples_per_second") }].filter(line => line.points.size > 0), true);
  const mebibytes = rows => new Map([...by(rows, "memory_bytes")].map(([x, y]) => [x, y / 1048576]));
  chart("Memory by batch size, MiB", "samples per batch", [
    { label: "training", points: mebibytes(speeds) },
    { label: "evaluation", points: mebibytes(evals) }].filter(line => line.points.size > 0), true);
  const best = new Map();
  train.filter(row => row.curve.length > 0).forEach(row => {
    const before = best.get(row.batch);
    if (!before || row.samples > before.samples || (row.samples === before.samples && row.loss < before.loss)) best.set(row.batch, row);
  });
  chart("Loss along the stream, the best rate of each batch size", "samples", [...best.values()].map(row => ({
    label: row.batch + " at " + (+row.learning_rate.toPrecision(3)), width: 1.5,
    points: new Map(row.curve.map((loss, i) => [Math.round((i + 0.5) * row.samples / row.curve.length), loss])) })), false);
}

function own() {
  const kept = train.filter(row => row.rule === "kept").map(row => row.batch);
  const scaled = new Set(train.filter(row => row.rule !== "kept").map(row => row.batch));
  return kept.find(batch => !scaled.has(batch));
}

function table(parent, heads, rows) {
  const made = element("table", undefined, parent);
  const head = element("tr", undefined, element("thead", undefined, made));
  heads.forEach(title => element("th", title, head));
  const body = element("tbody", undefined, made);
  rows.forEach(([cells, marked]) => {
    const line = element("tr", undefined, body);
    if (marked) line.className = "mark";
    cells.forEach(cell => element("td", cell, line));
  });
}

function tables() {
  const quality = document.getElementById("quality");
  const wanted = findings.recommended;
  for (const rung of [...new Set(train.flatMap(row => row.at.map(counts)))].reverse()) {
    element("h3", "On the first " + rung, quality);
    table(quality, ["batch", "rule", "learning rate", "loss", "±", "AUC", "±"], train.flatMap(row => row.at.filter(at => counts(at) === rung).map(at => [
      [number(row.batch, 0), row.rule, row.learning_rate.toPrecision(3), at.loss === undefined ? "diverged" : number(at.loss, 4), number(at.loss_sd, 4), number(at.auc, 3), number(at.auc_sd, 3)],
      row.batch === wanted.per_device_train_batch_size && Math.abs(row.learning_rate / wanted.learning_rate - 1) < 0.01])));
  }
  const speeds = document.getElementById("speeds");
  const rows = (measured, key, marked) => measured.map(row => [
    [number(row.batch, 0), number(row.samples_per_second, 0), number(row[key + "_ms_median"], 3), number(row[key + "_ms_p95"], 3), row.memory_bytes === undefined ? "–" : number(row.memory_bytes / 1048576, 1)], row.batch === marked]);
  const heads = ["batch", "samples/s", "median ms", "p95 ms", "MiB"];
  element("h3", "A train step", speeds);
  table(speeds, heads, rows(findings.train_speed || [], "step", wanted.per_device_train_batch_size));
  element("h3", "An eval batch", speeds);
  table(speeds, heads, rows(findings.eval || [], "latency", wanted.per_device_eval_batch_size));
}

text("pipeline", findings.pipeline || "");
text("summary", number(findings.samples, 0) + " samples, " + number(findings.seconds, 0) + " s"
  + (findings.interrupted ? "; stopped early: these are the results so far" : "")
  + (findings.ceiling.train ? "; at most " + number(findings.ceiling.train.samples, 0) + " fit in a train step" : "")
  + (findings.ceiling.eval ? ", " + number(findings.ceiling.eval.samples, 0) + " in an eval batch" : "")
  + (findings.gradient_noise_scale ? "; gradient noise scale about " + number(findings.gradient_noise_scale, 0) + " samples" : ""));
findings.recommended.reasons.forEach(reason => element("p", reason, document.getElementById("reasons")));
text("lines", findings.lines || "");
draw();
tables();
dark.addEventListener("change", draw);
