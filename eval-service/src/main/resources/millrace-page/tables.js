import { bars, byId, el, pairs, rows, text } from './dom.js';
import { ago, brief, count, eventTime, ms, none, score, signed, step } from './format.js';
import { decision, TASKS } from './glance.js';

const KINDS = ['live', 'prequential', 'holdout'];
const ROLES = ['online', 'champion', 'trial', 'pinned', 'replaced'];
const NAMES = { online: 'online model', champion: 'champion', trial: 'on trial', pinned: 'pinned', replaced: 'replaced' };

const th = (name, css) => el('th', { scope: 'col', class: css }, name);
const td = (value, css, mark) => el('td', { class: css, 'data-of': mark }, value);

export function scores(state) {
  const task = TASKS[state.task];
  byId('scores').tHead.replaceChildren(el('tr', {}, th('Model'), ...KINDS.flatMap((kind) => [th(`${task.name}, ${kind}`, 'n'), th(`loss, ${kind}`, 'n wide')])));
  const ids = [...new Set(state.scores.map((entry) => entry.id))]
    .map((id) => ({ id, role: state.scores.find((entry) => entry.id === id).role, step: state.scores.find((entry) => entry.id === id).step }))
    .sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || a.step - b.step);
  const of = (id, kind) => state.scores.find((entry) => entry.id === id && entry.kind === kind)?.metrics ?? {};
  const body = ids.map(({ id, role, step: at }) => el('tr', { 'data-role': role },
    el('th', { scope: 'row' }, role === 'online' ? NAMES.online : `${NAMES[role]}, step ${count(at)}`),
    ...KINDS.flatMap((kind) => [td(score(of(id, kind)[task.metric]), 'n', kind), td(score(of(id, kind).loss), 'n wide')])));
  for (const [name, suffix] of [['prior (no model)', 'prior'], ['last label (no model)', 'last_label']]) {
    body.push(el('tr', { class: 'soft' }, el('th', { scope: 'row' }, name),
      ...KINDS.flatMap((kind) => [td(score(of('', kind)[`${task.metric}_${suffix}`]), 'n'), td(score(of('', kind)[`loss_${suffix}`]), 'n wide')])));
  }
  rows('scores', ids.length ? body : [], 'No window has been scored yet.', 7);
  const first = state.scores.find((entry) => entry.role === 'online') ?? state.scores[0];
  text('cap-scores', first ? `Scores over the newest ${first.windows} window${first.windows === 1 ? '' : 's'}, ${eventTime(first.from_ms)} to ${eventTime(first.to_ms)} UTC` : 'Scores over the newest windows');
}

export function stages(state, now) {
  rows('stages', state.stages.map((stage) => el('tr', { 'data-of': stage.name },
    el('th', { scope: 'row' }, stage.name),
    el('td', {}, el('span', { class: `chip ${stage.state}` }, stage.state === 'unseen' ? 'not seen' : stage.state)),
    td(stage.per_second === undefined ? none : `${count(stage.per_second)} ${stage.unit}/s`, 'n', 'rate'),
    td(stage.lag === undefined ? none : `${count(stage.lag)}`, 'n', 'lag'),
    td(stage.seconds_behind === undefined ? none : ms(stage.seconds_behind * 1000), 'n'),
    td(ago(stage.moved_ms, now), 'wide soft'))), 'No stage has reported yet.', 6);
}

function lineage(places) {
  const shown = places.slice(0, 4).map((place) => `${place.partition}: ${count(place.offset)}`).join('  ');
  return places.length > 4 ? `${shown}  and ${places.length - 4} more` : shown || 'none';
}

function status(checkpoint) {
  const what = checkpoint.role === 'champion' ? 'in force' : checkpoint.role === 'trial' ? 'on trial' : checkpoint.role === 'pinned' ? 'pinned'
    : checkpoint.decision ? decision(checkpoint.decision.decision) : 'waiting';
  return el('span', { class: `chip ${checkpoint.role || checkpoint.decision?.decision || ''}` }, what);
}

export function checkpoints(all, state, now) {
  const task = TASKS[state.task];
  byId('checkpoints').tHead.replaceChildren(el('tr', {}, th('Step', 'n'), th('Status'), th(`${task.name}, first estimate`, 'n'), th('loss, first estimate', 'n wide'), th('Train loss', 'n wide'), th('Time to verdict', 'n'), th('Announced', 'wide'), th('Trained', 'n wide'), th('Lineage: partition and offset', 'wide'), th('Size', 'n wide')));
  rows('checkpoints', all.map((checkpoint) => el('tr', { 'data-id': checkpoint.id, class: checkpoint.deleted ? 'gone' : null },
    el('th', { scope: 'row', class: 'n', title: checkpoint.id }, count(checkpoint.step)),
    el('td', {}, status(checkpoint), checkpoint.deleted ? el('span', { class: 'soft' }, ' deleted') : null),
    td(score(checkpoint.past?.metrics[task.metric]), 'n', 'past'), td(score(checkpoint.past?.metrics.loss), 'n wide'),
    td(checkpoint.step === 0 ? none : score(checkpoint.train_loss), 'n wide'), td(ms(checkpoint.verdict_ms), 'n'), td(ago(checkpoint.announced_ms, now), 'wide'),
    td(count(checkpoint.samples_trained), 'n wide'), td(lineage(checkpoint.lineage), 'wide mono'), td(bytes(checkpoint.model_bytes), 'n wide'))), 'No checkpoint has been announced yet.', 10);
  text('checkpoints-count', `${count(state.checkpoints_announced)} announced; the newest are shown. The first estimate is on holdout samples from before the checkpoint's lineage: it favors newer checkpoints.`);
}

const bytes = (value) => (value < 1e6 ? `${(value / 1e3).toFixed(0)} kB` : `${(value / 1e6).toFixed(1)} MB`);

function figures(made) {
  if (!made.count) return null;
  const by = `${made.trial ? `trial ${count(made.trial)}, ` : ''}${made.alpha ? `α ${score(made.alpha)}, ` : ''}${count(made.count)} paired samples in ${count(made.windows)} windows`;
  return el('p', { class: 'soft' }, `${by}; loss ${signed(made.mean_difference)} relative to the other model, between ${signed(made.lower)} and ${signed(made.upper)}${made.clipped_share ? `, ${(made.clipped_share * 100).toFixed(1)} % clipped` : ''}`);
}

const short = (id) => { const at = Number.parseInt(id, 10); return /^\d{12}-/.test(id) ? `step ${count(at)}` : id; };

export function promotions(all, state, now) {
  byId('timeline').replaceChildren(...(all.length ? all.map((made) => el('li', { class: made.decision, 'data-id': made.checkpoint_id },
    el('p', {}, el('b', {}, `${short(made.checkpoint_id)} ${decision(made.decision)}`), made.overtaken ? ' (overtaken, void)' : '', ' ',
      el('time', { class: 'soft', datetime: new Date(made.at_ms).toISOString() }, ago(made.at_ms, now))),
    el('p', {}, made.reason + (made.by && made.by !== 'test' ? ` (${made.by})` : '')), figures(made)))
    : [el('li', { class: 'soft' }, 'No decision yet.')]));
  const counts = Object.entries(state.decisions).map(([name, value]) => `${count(value)} ${decision(name)}`);
  text('decisions-count', counts.join(', '));
}

export function deadLetters(newest, state, now) {
  byId('letters-newest').replaceChildren(...newest.map((letter) => el('li', {},
    el('b', {}, letter.reason.replaceAll('_', ' ')), ` ${letter.topic}/${letter.partition}/${letter.offset}, ${ago(letter.rejected_ms, now)}`, el('p', { class: 'soft' }, letter.detail))));
}

export function batches(state) {
  rows('batches', state.batches.map((batch) => el('tr', { 'data-of': batch.name }, el('th', { scope: 'row' }, batch.name),
    td(count(batch.configured), 'n'), td(count(batch.in_force), 'n'), td(batch.ceiling === undefined ? 'none' : count(batch.ceiling), 'n'), td(count(batch.per_step), 'n'))), '', 5);
}

export function times(state) {
  const row = (name, measured, mark) => el('tr', { 'data-of': mark }, el('th', { scope: 'row' }, name), td(ms(measured.p50), 'n', 'p50'), td(ms(measured.p99), 'n', 'p99'), td(ms(measured.max), 'n wide'));
  rows('times', [
    row('record to evaluation, last 10 min', state.freshness_ms.recent, 'freshness-recent'), row('record to evaluation, all', state.freshness_ms.all, 'freshness'),
    row('announcement to verdict, last 10 min', state.verdict_ms.recent, 'verdict-recent'), row('announcement to verdict, all', state.verdict_ms.all, 'verdict')], '', 4);
  text('times-since', `${brief(state.freshness_ms.all.count)} samples and ${brief(state.verdict_ms.all.count)} checkpoints measured since ${eventTime(state.freshness_ms.since_ms)} UTC`);
}

export function ledger(state) {
  const left = Object.values(state.ledger.excluded).reduce((sum, value) => sum + value, 0);
  text('ledger', state.ledger.since_ms ? `${count(left)} of ${count(state.ledger.consumed)} records read since ${eventTime(state.ledger.since_ms)} UTC count in neither the prequential nor the holdout score` : 'No report from scoring yet.');
  bars('excluded', state.ledger.excluded, null);
  text('letters-count', state.dead_letters.waiting ? `${count(state.dead_letters.waiting)} set aside` : 'none set aside');
  bars('letters', state.dead_letters.by_reason, null);
}

export function drift(state) {
  const entries = Object.entries(state.drift);
  text('drift-note', entries.length ? '' : 'This instance has not reported drift figures yet.');
  pairs('drift', entries.map(([name, value]) => [name.replaceAll('.', ' '), Number.isInteger(value) ? count(value) : score(value), name]));
}
