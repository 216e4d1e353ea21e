// The first row: what is in force, is it good, is anything stuck.
import { byId, el, pairs, text } from './dom.js';
import { ago, brief, count, eventTime, ms, none, score, signed, step } from './format.js';

export const TASKS = {
  binary: { metric: 'auc', name: 'AUC', better: 1 },
  multiclass: { metric: 'accuracy', name: 'accuracy', better: 1 },
  regression: { metric: 'rmse', name: 'RMSE', better: -1 },
};

const KINDS = ['live', 'prequential', 'holdout'];
const FEW = 1000; // with fewer samples, a difference of AUCs means little
const WORST = ['stalled', 'behind', 'unseen', 'idle', 'ok'];

/** The score of a role; the first, if there are several. */
export const find = (state, role, kind) => state.scores.find((entry) => entry.role === role && entry.kind === kind && entry.count > 0);

export const decision = (name) => name.replaceAll('_', ' ');

function inForce(state, now) {
  const { champion, by, replaced, on_trial: onTrial, pinned, latest } = state.in_force;
  text('champion', champion ? step(champion) : 'No champion yet');
  text('champion-why', champion
    ? by ? `${decision(by.decision)} ${ago(by.at_ms, now)}${by.by && by.by !== 'test' ? `, by ${by.by}` : ''}` : ''
    : 'No checkpoint has been shown to beat the prior yet. The online model is the newest checkpoint.');
  pairs('force-list', [
    ['latest', latest ? `${step(latest)}, ${ago(latest.announced_ms, now)}` : 'none announced yet', 'latest'],
    ['on trial', onTrial.length ? onTrial.map(step).join(', ') : 'none', 'trial'],
    replaced ? ['replaced', step(replaced)] : null,
    pinned.length ? ['pinned', pinned.map(step).join(', ')] : null,
  ]);
}

function isGood(state) {
  const task = TASKS[state.task];
  const kind = KINDS.find((name) => find(state, 'online', name));
  const online = kind && find(state, 'online', kind);
  text('headline', online ? score(online.metrics[task.metric]) : none);
  text('headline-name', online ? `${task.name}, ${kind}` : '');
  if (!online) {
    text('assessment', 'Not scored yet.');
    byId('assessment').className = 'assessment';
    pairs('good-list', []);
    return;
  }
  const value = online.metrics[task.metric];
  const against = (other) => (value === undefined || other === undefined ? null : (value - other) * task.better);
  const prior = against(online.metrics[`${task.metric}_prior`]);
  const last = against(online.metrics[`${task.metric}_last_label`]);
  const better = [prior, last].every((gain) => gain !== null && gain > (online.metrics[`${task.metric}_bound`] ?? 0));
  const few = prior === null || online.count < FEW;
  text('assessment', few ? 'Too few samples to compare.' : better ? 'Better than both baselines' : 'Not better than both baselines');
  byId('assessment').className = `assessment ${few ? '' : better ? 'good' : 'bad'}`;
  const pinned = find(state, 'pinned', kind);
  const champion = find(state, 'champion', kind);
  const shown = (other, gain) => (gain === null ? none : `${score(other)}  (${signed(value - other)})`);
  pairs('good-list', [
    ['prior', shown(online.metrics[`${task.metric}_prior`], prior), 'prior'],
    ['last label', shown(online.metrics[`${task.metric}_last_label`], last), 'last_label'],
    champion ? ['champion', shown(champion.metrics[task.metric], against(champion.metrics[task.metric]))] : null,
    pinned ? [`pinned, step ${count(pinned.step)}`, shown(pinned.metrics[task.metric], against(pinned.metrics[task.metric])), 'pinned'] : null,
    ['over', `${brief(online.count)} samples, ${online.windows} window${online.windows === 1 ? '' : 's'} to ${eventTime(online.to_ms)}`],
  ]);
}

function isStuck(state, now) {
  const worst = [...state.stages].sort((a, b) => WORST.indexOf(a.state) - WORST.indexOf(b.state))[0];
  const stalled = state.stages.filter((stage) => stage.state === 'stalled');
  const behind = state.stages.filter((stage) => stage.state === 'behind');
  const unseen = state.stages.filter((stage) => stage.state === 'unseen');
  const names = (list) => list.map((stage) => stage.name).join(', ');
  const big = stalled.length ? 'Stalled' : behind.length ? 'Falling behind' : unseen.length ? 'Not all running' : worst?.state === 'idle' && state.stages.every((stage) => stage.state === 'idle') ? 'Idle' : 'No';
  text('stuck', big);
  byId('stuck').className = `big ${stalled.length ? 'bad' : behind.length || unseen.length ? 'warn' : 'good'}`;
  text('stuck-why', stalled.length ? `${names(stalled)}: work is waiting, and no progress for ${ms(now - Math.min(...stalled.map((stage) => stage.moved_ms)))}`
    : behind.length ? `${names(behind)}: more than 10 s of work is waiting`
      : unseen.length ? `${names(unseen)}: not seen yet`
        : big === 'Idle' ? 'All work is done; no new samples.' : 'All stages keep up.');
  byId('stage-chips').replaceChildren(...state.stages.map((stage) => el('li', { class: stage.state, 'data-of': stage.name },
    el('span', { class: 'dot', 'aria-hidden': 'true' }), el('span', {}, stage.name),
    el('b', {}, stage.lag === undefined ? 'not seen' : stage.lag <= 16 ? stage.state === 'idle' ? 'idle' : 'up to date' : `${brief(stage.lag)} ${stage.unit} behind`))));
}

function tiles(state) {
  const freshness = state.freshness_ms.recent.count ? state.freshness_ms.recent : state.freshness_ms.all;
  const verdict = state.verdict_ms.recent.count ? state.verdict_ms.recent : state.verdict_ms.all;
  const online = KINDS.map((kind) => find(state, 'online', kind)).find(Boolean);
  const tile = (name, value, note, mark) => el('div', {}, el('dt', {}, name), el('dd', { 'data-of': mark }, value), el('dd', { class: 'soft' }, note));
  byId('tiles').replaceChildren(
    tile('Stream', `${count(state.stream.per_second)}/s`, `${count(state.stream.produced)} records so far`, 'produced'),
    tile('Training', state.training ? `${count(state.training.samples_per_second)}/s` : none, state.training ? `step ${count(state.training.step)}, loss ${score(state.training.loss)}` : 'not seen yet', 'training'),
    tile('Loss, online', score(online?.metrics.loss), online ? `prior ${score(online.metrics.loss_prior)}` : '', 'loss'),
    tile('Freshness', ms(freshness.p50), freshness.count ? `p99 ${ms(freshness.p99)}` : 'not measured yet', 'freshness'),
    tile('Time to verdict', ms(verdict.p50), verdict.count ? `p99 ${ms(verdict.p99)}` : 'not measured yet', 'verdict'),
    tile('Staleness', online?.metrics.staleness_p50 === undefined ? none : brief(online.metrics.staleness_p50), online?.metrics.staleness_p99 === undefined ? 'samples behind' : `samples; p99 ${brief(online.metrics.staleness_p99)}`, 'staleness'),
    tile('Dead letters', count(state.dead_letters.waiting), state.dead_letters.sent_back ? `${count(state.dead_letters.sent_back)} sent back` : 'not sent back', 'dead_letters'));
}

export function glance(state, now) {
  inForce(state, now);
  isGood(state);
  isStuck(state, now);
  tiles(state);
}
