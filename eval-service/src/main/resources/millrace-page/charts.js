// Two pairs of charts: scores along the stream, and the stages' last ten minutes.
import uPlot from './uplot.js';
import { byId, el, text } from './dom.js';
import { brief, count, eventTime, score, short } from './format.js';
import { TASKS } from './glance.js';

const SHOWN = ['online', 'champion', 'trial', 'pinned', 'replaced'];
const DASH = { pinned: [10, 4], replaced: [3, 3], prior: [6, 5], last_label: [2, 4] };
const STAGE_SECONDS = 600;
const MEANS = {
  live: 'Live: each sample is scored by a checkpoint announced before the sample arrived, as in a live system.',
  prequential: 'Prequential: each sample is scored by a checkpoint that has not trained on it; it is trained on later.',
  holdout: 'Holdout: samples that are never trained on, from after the checkpoint\'s lineage.',
};

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const kind = () => document.querySelector('#kinds input:checked').value;
const hidden = new Set();

/* ---- data ---- */

const known = new Map(); // "id/kind" -> {id, kind, role, step, windows: Map(start -> {metric: value, count})}

/** Merges the series of an update; a reset drops all series first. */
export function mergeSeries(all, reset) {
  if (reset) known.clear();
  for (const columns of all) {
    const key = `${columns.id}/${columns.kind}`;
    const series = known.get(key) ?? { id: columns.id, kind: columns.kind, windows: new Map() };
    series.role = columns.role;
    series.step = columns.step;
    columns.start_ms.forEach((start, i) => {
      const window = { count: columns.count[i] };
      for (const [name, values] of Object.entries(columns.metrics)) window[name] = values[i];
      series.windows.set(start, window);
    });
    known.set(key, series);
  }
}

/** From the state, because roles change without a new window. */
function roleOf(state, id) {
  if (id === '') return 'online';
  const { champion, replaced, on_trial: onTrial, pinned } = state.in_force;
  if (champion?.id === id) return 'champion';
  if (onTrial.some((named) => named.id === id)) return 'trial';
  if (pinned.some((named) => named.id === id)) return 'pinned';
  return replaced?.id === id ? 'replaced' : '';
}

/** The lines of the chosen kind, in a fixed order; the color of a line depends on its role. */
function lines(state) {
  const chosen = kind();
  const series = [...known.values()].filter((entry) => entry.kind === chosen)
    .map((entry) => ({ ...entry, role: roleOf(state, entry.id) })).filter((entry) => entry.role)
    .sort((a, b) => SHOWN.indexOf(a.role) - SHOWN.indexOf(b.role) || a.step - b.step);
  let trials = 0;
  const drawn = series.map((entry) => ({
    key: entry.id || 'online',
    label: entry.role === 'online' ? 'online model' : `${entry.role === 'trial' ? 'on trial' : entry.role}, step ${count(entry.step)}`,
    color: entry.role === 'trial' ? `--trial-${1 + (trials++ % 3)}` : `--${entry.role}`,
    dash: DASH[entry.role], width: entry.role === 'online' ? 2.5 : 1.5,
    windows: entry.windows, suffix: '',
  })).reverse();
  const online = series.find((entry) => entry.role === 'online');
  if (online) {
    for (const [name, label] of [['prior', 'prior, no model'], ['last_label', 'last label, no model']]) {
      drawn.unshift({ key: name, label, color: '--baseline', dash: DASH[name], width: 1.5, windows: online.windows, suffix: `_${name}` });
    }
  }
  return drawn;
}

/* ---- drawing ---- */

const charts = new Map(); // element id -> {plot, signature}

const axis = (more) => ({ stroke: css('--soft'), grid: { stroke: css('--line'), width: 1 }, ticks: { stroke: css('--line'), width: 1, size: 4 }, font: '12px system-ui, sans-serif', ...more });

function draw(id, data, series, options) {
  const box = byId(id);
  const signature = JSON.stringify([series.map((line) => [line.label, line.color, line.show]), document.documentElement.dataset.theme]);
  const old = charts.get(id);
  if (old?.signature === signature) {
    old.plot.setData(data);
    return;
  }
  old?.plot.destroy();
  const plot = new uPlot({
    width: box.clientWidth, height: box.clientHeight, ms: 1,
    tzDate: (at) => uPlot.tzDate(new Date(at), 'Etc/UTC'),
    legend: { show: false }, cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    scales: { x: { time: true }, y: options.scale ?? {} },
    axes: [axis({ space: 90, values: (self, ticks) => ticks.map(options.time) }), axis({ size: 52, incrs: options.incrs, values: (self, ticks) => ticks.map(options.tick) })],
    series: [{}, ...series.map((line) => ({ label: line.label, stroke: css(line.color), width: line.width, dash: line.dash, spanGaps: true, show: line.show, points: { size: 5 } }))],
    hooks: { setCursor: [(self) => tip(self, series, options)] },
  }, data, box);
  plot.over.append(el('div', { class: 'tip', hidden: '' }));
  charts.set(id, { plot, signature });
}

/** Shows the values at the pointer. */
function tip(plot, series, options) {
  const box = plot.over.querySelector('.tip');
  const at = plot.cursor.idx;
  if (!box) return;
  box.hidden = at === null || at === undefined || plot.cursor.left < 0;
  if (box.hidden) return;
  box.replaceChildren(el('b', {}, options.when(plot.data[0][at])), ...series
    .map((line, i) => ({ line, value: plot.data[i + 1][at] })).filter(({ line, value }) => line.show && value !== null && value !== undefined).reverse()
    .map(({ line, value }) => el('div', {}, el('span', {}, line.label), el('span', {}, options.tip(value)))));
  box.classList.toggle('left', plot.cursor.left > plot.over.clientWidth / 2);
}

new ResizeObserver((entries) => {
  for (const { target } of entries) charts.get(target.id)?.plot.setSize({ width: target.clientWidth, height: target.clientHeight });
}).observe(byId('chart-headline'));
addEventListener('resize', () => charts.forEach(({ plot }, id) => plot.setSize({ width: byId(id).clientWidth, height: byId(id).clientHeight })));

function legend(id, all, again) {
  const list = byId(id);
  const signature = JSON.stringify(all.map((line) => [line.key, line.label, line.color, hidden.has(line.key)]));
  if (list.dataset.signature === signature) return;
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  list.dataset.signature = signature;
  list.replaceChildren(...[...all].reverse().map((line) => {
    const button = el('button', { type: 'button', 'aria-pressed': String(!hidden.has(line.key)), 'data-key': line.key },
      el('i', { class: `swatch ${line.color.slice(2)} ${line.dash ? 'dashed' : ''}`, 'aria-hidden': 'true' }), line.label);
    button.addEventListener('click', () => {
      if (!hidden.delete(line.key)) hidden.add(line.key);
      again();
    });
    return el('li', {}, button);
  }));
  if (focused !== null) list.querySelector(`button[data-key="${CSS.escape(focused)}"]`)?.focus();
}

export function drawSeries(state) {
  const task = TASKS[state.task];
  const all = lines(state).map((line) => ({ ...line, show: !hidden.has(line.key) }));
  const starts = [...new Set(all.flatMap((line) => [...line.windows.keys()]))].sort((a, b) => a - b);
  const data = (metric) => [starts, ...all.map((line) => starts.map((start) => line.windows.get(start)?.[metric + line.suffix] ?? null))];
  const options = { tick: (value) => axisScore(value), tip: score, when: (at) => `${eventTime(at)} UTC`, time: spanTime(starts) };
  legend('legend', all, () => drawSeries(state));
  text('kind-means', MEANS[kind()]);
  text('c-headline', `${task.name}, ${kind()}${describe(all, starts, task.metric)}`);
  text('c-loss', `Loss, ${kind()}${describe(all, starts, 'loss')}`);
  draw('chart-headline', data(task.metric), all, options);
  draw('chart-loss', data('loss'), all, options);
}

/** The part of a time that differs between ticks. */
function spanTime(starts) {
  const day = 86_400_000;
  const span = (starts.at(-1) ?? 0) - (starts[0] ?? 0);
  const iso = (at) => new Date(at).toISOString();
  return span > 4 * day ? (at) => iso(at).slice(5, 10) : (at) => (at % day === 0 ? iso(at).slice(5, 10) : iso(at).slice(11, 16));
}

const axisScore = (value) => (Math.abs(value) >= 1000 ? short(value) : String(Number(value.toFixed(4))));

/** The newest value, for screen readers. */
function describe(all, starts, metric) {
  const online = all.find((line) => line.key === 'online');
  const last = starts.at(-1);
  const value = online?.windows.get(last)?.[metric];
  return value === undefined || value === null ? '' : `: ${score(value)} online in the window from ${eventTime(last)} UTC`;
}

/* ---- stages ---- */

const STAGES = [['stream', '--baseline'], ['windowing', '--champion'], ['training', '--trial-1'], ['scoring', '--online'], ['aggregation', '--pinned']];
const STEPS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((power) => [1, 2, 5].map((first) => first * 10 ** power));
let readings = [];

/** Reloads the history of the last minutes. */
export async function restartStages(loading) {
  try {
    const histories = await loading;
    const byTime = new Map();
    for (const history of histories) {
      history.at_ms.forEach((at, i) => {
        const second = Math.round(at / 1000) * 1000;
        const reading = byTime.get(second) ?? { at: second };
        reading[history.name] = { rate: history.per_second[i], lag: history.lag[i] };
        byTime.set(second, reading);
      });
    }
    const newest = readings.filter((reading) => !byTime.has(reading.at));
    readings = [...byTime.values(), ...newest].sort((a, b) => a.at - b.at).slice(-STAGE_SECONDS);
  } catch { /* the charts start empty */ }
}

export function noteStages(state) {
  const reading = { at: Math.round(state.at_ms / 1000) * 1000, stream: { rate: state.stream.per_second, lag: null } };
  if (readings.length && readings.at(-1).at >= reading.at) return;
  for (const stage of state.stages) reading[stage.name] = { rate: stage.per_second ?? null, lag: stage.lag ?? null };
  readings.push(reading);
  readings = readings.slice(-STAGE_SECONDS);
}

export function drawStages() {
  const all = STAGES.map(([key, color]) => ({ key: `stage-${key}`, label: NAMES[key] ?? key, color, name: key, width: 1.5, show: !hidden.has(`stage-${key}`) }));
  const data = (what) => [readings.map((reading) => reading.at), ...all.map((line) => readings.map((reading) => reading[line.name]?.[what] ?? null))];
  const options = { tick: short, tip: brief, when: (at) => `${new Date(at).toISOString().slice(11, 19)} UTC`, time: (at) => new Date(at).toISOString().slice(11, 19), incrs: STEPS, scale: { range: (self, low, high) => [0, Math.max(1, high * 1.1)] } };
  legend('stage-legend', all, drawStages);
  draw('chart-rate', data('rate'), all, options);
  draw('chart-lag', data('lag'), all.map((line) => (line.name === 'stream' ? { ...line, show: false } : line)), options);
}

const NAMES = { stream: 'samples arriving', training: 'training (batches)', aggregation: 'aggregation (sums)' };
