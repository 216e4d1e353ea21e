export const none = '–';

export const count = (value) => (value === null || value === undefined ? none : Math.round(value).toLocaleString('en'));

/** All digits up to a million (12,345), then 1.2M. */
export function brief(value) {
  if (value === null || value === undefined) return none;
  if (Math.abs(value) >= 1e9) return `${(value / 1e9).toFixed(1)}G`;
  if (Math.abs(value) >= 1e6) return `${(value / 1e6).toFixed(1)}M`;
  return count(value);
}

/** For an axis: 200k, 1.5M. */
export function short(value) {
  for (const [unit, size] of [['G', 1e9], ['M', 1e6], ['k', 1e3]]) {
    if (Math.abs(value) >= size) return `${Number((value / size).toFixed(1))}${unit}`;
  }
  return String(value);
}

/** A score, with enough digits to distinguish two models. */
export function score(value) {
  if (value === null || value === undefined) return none;
  const size = Math.abs(value);
  return size >= 1000 ? count(value) : size >= 10 ? value.toFixed(2) : size !== 0 && size < 0.0001 ? value.toExponential(1) : value.toFixed(4);
}

export const signed = (value) => `${value < 0 ? '−' : '+'}${score(Math.abs(value))}`;

export function ms(value) {
  if (value === null || value === undefined) return none;
  if (value < 1000) return `${Math.round(value)} ms`;
  if (value < 60_000) return `${(value / 1000).toFixed(value < 10_000 ? 1 : 0)} s`;
  if (value < 3_600_000) return `${(value / 60_000).toFixed(value < 600_000 ? 1 : 0)} min`;
  return value < 172_800_000 ? `${(value / 3_600_000).toFixed(1)} h` : `${Math.round(value / 86_400_000)} d`;
}

export const ago = (at, now) => (at ? (now - at < 1500 ? 'just now' : `${ms(now - at)} ago`) : none);

export function eventTime(value) {
  return value ? new Date(value).toISOString().slice(0, 16).replace('T', ' ') : none;
}

/** The short name of a checkpoint: its step. */
export const step = (named) => (named?.step === undefined || named.step === null ? named?.id ?? none : `step ${count(named.step)}`);
