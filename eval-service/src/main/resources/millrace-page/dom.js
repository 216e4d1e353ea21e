// Values from topics become text, never markup: no code of the page parses HTML.

export const byId = (id) => document.getElementById(id);

/** An element; children that are not nodes become text, null children are skipped. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child)))));
  return node;
}

/** Sets a text; does not touch the page if it is the same. */
export function text(id, value) {
  const node = typeof id === 'string' ? byId(id) : id;
  if (node.textContent !== String(value)) node.textContent = String(value);
}

export function rows(tableId, all, whenEmpty, columns) {
  const body = byId(tableId).tBodies[0];
  body.replaceChildren(...(all.length
    ? all
    : [el('tr', {}, el('td', { colspan: columns, class: 'soft' }, whenEmpty))]));
}

/** Term and description pairs; null entries are skipped. */
export function pairs(id, entries) {
  byId(id).replaceChildren(...entries.filter(Boolean)
    .map(([name, value, mark]) => el('div', {}, el('dt', {}, name), el('dd', { 'data-of': mark }, value))));
}

/** Bars of counts, the largest first. */
export function bars(id, counts, whenNone) {
  const entries = Object.entries(counts).sort((a, b) => b[1] - a[1]);
  const most = Math.max(1, ...entries.map(([, count]) => count));
  byId(id).replaceChildren(...(entries.length
    ? entries.map(([name, count]) => el('li', { 'data-of': name },
      el('span', {}, name.replaceAll('_', ' ')), el('meter', { min: 0, max: most, value: count, 'aria-hidden': 'true' }),
      el('b', {}, count.toLocaleString('en'))))
    : whenNone ? [el('li', { class: 'soft' }, whenNone)] : []));
}
