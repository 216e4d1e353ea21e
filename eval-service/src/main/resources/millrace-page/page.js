import { byId, text } from './dom.js';
import { ago, ms } from './format.js';
import { follow, load } from './stream.js';
import { drawStages, drawSeries, mergeSeries, noteStages, restartStages } from './charts.js';
import { glance } from './glance.js';
import { batches, checkpoints, deadLetters, drift, ledger, promotions, scores, stages, times } from './tables.js';

const NO_SAMPLE_MS = 10_000;
const TABLES_MS = 1_000;
const TABLES = [
  { section: 'checkpoints', path: 'api/checkpoints?limit=20', show: checkpoints },
  { section: 'promotions', path: 'api/promotions?limit=60', show: promotions },
  { section: 'dead_letters', path: 'api/dead-letters?limit=5', show: deadLetters },
];

let state = null;
let skewMs = 0;
let dirty = false;
const shown = {};

/** The server's clock, so that ages are right on a machine whose own is not. */
const now = () => Date.now() - skewMs;

const connection = follow((update) => {
  if (state && state.boot !== update.state.boot) Object.keys(shown).forEach((section) => { delete shown[section]; });
  state = update.state;
  skewMs = Date.now() - state.at_ms;
  mergeSeries(update.series, update.reset);
  if (update.reset) restartStages(load('api/stages'));
  noteStages(state);
  dirty = true;
});

function render() {
  if (!dirty || document.hidden) return;
  dirty = false;
  text('pipeline', state.pipeline);
  document.title = `${state.pipeline} · Millrace`;
  glance(state, now());
  drawSeries(state);
  drawStages();
  scores(state);
  stages(state, now());
  batches(state);
  times(state);
  ledger(state);
  drift(state);
}

async function refreshTables() {
  if (!state || document.hidden) return;
  for (const { section, path, show } of TABLES) {
    if (shown[section] === state.sections[section]) continue;
    const version = state.sections[section];
    try {
      show(await load(path), state, now());
      shown[section] = version;
    } catch { /* told by the status: the next round tries again */ }
  }
}

/** The one place that says whether what is seen is so. */
function status() {
  const { state: link, sinceMs } = connection.connection();
  const say = (kind, what) => { text('status', what); byId('status').className = `pill ${kind}`; };
  const still = state?.stream.last_sample_ms ? now() - state.stream.last_sample_ms : null;
  if (link === 'connecting') say('wait', 'connecting');
  else if (link === 'lost') say('bad', `reconnecting, last heard ${ago(sinceMs, Date.now())}`);
  else if (link === 'silent') say('bad', `no answer for ${ms(Date.now() - sinceMs)}`);
  else if (!state) say('wait', 'connected');
  else if (state.trouble) say('bad', 'not following');
  else if (state.filling) say('wait', 'reading the topics');
  else if (still === null) say('wait', 'no sample since this page’s service started');
  else if (still > NO_SAMPLE_MS) say('wait', `no sample for ${ms(still)}`);
  else say('ok', 'live');
  document.body.classList.toggle('stale', link === 'lost' || link === 'silent');
  byId('trouble').hidden = !state?.trouble;
  text('trouble', state?.trouble ?? '');
}

byId('kinds').addEventListener('change', () => { dirty = Boolean(state); render(); });
addEventListener('millrace-theme', () => { dirty = Boolean(state); render(); });
document.addEventListener('visibilitychange', () => { dirty = Boolean(state); render(); });
setInterval(render, 250);
setInterval(status, 500);
setInterval(() => { if (state) { stages(state, now()); glance(state, now()); } }, 1_000);
(async function tables() {
  await refreshTables();
  setTimeout(tables, state ? TABLES_MS : 200);
})();
