// Small tools of the page: nodes that are made by name and filled with text, never markup from a string, and what this browser keeps.

export const root = document.documentElement;
// h('p.note', {title: 'x', click: f}, 'text', node): a node. Attributes are set, functions listen, and strings are only ever text.
export function h(what, given, ...inside) {
  const [name, ...classes] = what.split('.');
  const node = document.createElement(name || 'div');
  if (classes.length) node.className = classes.join(' ');
  for (const [key, value] of Object.entries(given || {})) {
    if (typeof value === 'function') node.addEventListener(key, value);
    else if (value != null && value !== false) node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...inside.flat(Infinity).filter(one => one != null && one !== false && one !== ''));
  return node;
}
// Puts other nodes into a box. Whoever was at one of them is at the one that has its place, or where no key does anything.
export function redraw(box, ...nodes) {
  const at = box?.contains(document.activeElement) && document.activeElement;
  box?.replaceChildren(...nodes);
  if (!at) return;
  const same = box.querySelector(at.localName + (at.classList[0] ? '.' + at.classList[0] : '') + Object.entries(at.dataset).map(([name, value]) => '[data-' + name + '="' + CSS.escape(value) + '"]').join(''));
  (same || box.querySelector('h2') || [...box.querySelectorAll('button, a, input')].find(one => one.offsetParent))?.focus();
}
// Chosen with arrows, done with Enter or the button that comes.
export function chosen(choose, yes, does) {
  const show = () => { yes.hidden = !choose.value; };
  const give = () => { const {value} = choose; choose.value = ''; show(); if (value) does(value); };
  choose.addEventListener('change', show);
  choose.addEventListener('keydown', event => { if (event.key === 'Enter') { event.preventDefault(); give(); } });
  yes.addEventListener('click', give);
  show();
  return [choose, yes];
}
export const SVG = 'http://www.w3.org/2000/svg';
export function lock() {
  const svg = document.createElementNS(SVG, 'svg');
  const line = document.createElementNS(SVG, 'path');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'lock');
  line.setAttribute('d', 'M4 7V5a4 4 0 0 1 8 0v2m-9 0h10v7H3z');
  svg.append(line);
  return svg;
}
export const $ = selector => document.querySelector(selector);
export const fresh = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, '0')).join('');
// Characters that turn text around or hide in it.
export const plain = text => String(text ?? '').replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '');
// What the browser does not keep, because it may not or is full, is kept as long as the page: then that is what holds.
const held = new Map();
const stored = name => 'frontdesk.inbox.' + name;
export const keep = {
  names(prefix) {
    let names = [];
    try { names = Object.keys(localStorage); } catch { /* forbidden */ }
    return [...new Set([...names, ...held.keys()])].flatMap(one => one.startsWith(stored(prefix)) ? one.slice(stored(prefix).length) : []);
  },
  get(name) { try { return JSON.parse(held.get(stored(name)) ?? localStorage.getItem(stored(name))); } catch { return null; } },
  // Whether it is kept for longer than the page.
  set(name, value) {
    const json = JSON.stringify(value ?? null);
    try {
      if (value == null) localStorage.removeItem(stored(name));
      else localStorage.setItem(stored(name), json);
      held.delete(stored(name));
      return true;
    } catch { held.set(stored(name), json); return false; }
  },
};
