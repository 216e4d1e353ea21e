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

/** The time by the server's clock, so that ages are right even if this machine's clock is wrong. */
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
    } catch { /* the status shows it; the next round retries */ }
  }
}

/** Shows whether the page is up to date; only here. */
function status() {
  const { state: link, sinceMs } = connection.connection();
  const show = (kind, what) => { text('status', what); byId('status').className = `pill ${kind}`; };
  const still = state?.stream.last_sample_ms ? now() - state.stream.last_sample_ms : null;
  if (link === 'connecting') show('wait', 'connecting');
  else if (link === 'lost') show('bad', `reconnecting, last update ${ago(sinceMs, Date.now())}`);
  else if (link === 'silent') show('bad', `no answer for ${ms(Date.now() - sinceMs)}`);
  else if (!state) show('wait', 'connected');
  else if (state.trouble) show('bad', 'cannot read the topics');
  else if (state.filling) show('wait', 'reading the topics');
  else if (still === null) show('wait', 'no sample since the service started');
  else if (still > NO_SAMPLE_MS) show('wait', `no sample for ${ms(still)}`);
  else show('ok', 'live');
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
