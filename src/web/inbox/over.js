// What lies over the page for a moment: one dialog at a time, words that go by themselves, and the way back from what was just done.

import {$, h} from './page.js';
import {t} from './words.js';

// What can be put back, each once: Ctrl+Z takes the last. Of one conversation only what was done last can be.
const undos = [];
export const canUndo = () => undos.length > 0;
export const undoLast = () => undos.at(-1)?.();
export function mayUndo(does, of) {
  const once = () => { if (noMore(once)) does(); };
  undos.filter(one => of && one.of === of).forEach(noMore);
  undos.push(once);
  once.of = of;
  return once;
}
// Whether it could be put back until now.
export function noMore(once) {
  const at = undos.indexOf(once);
  if (at < 0) return false;
  undos.splice(at, 1);
  once.said?.remove();
  return true;
}

// While something is being done, its button says so and cannot be pressed again.
export async function during(button, work) {
  if (button.disabled) return;
  button.disabled = true;
  button.ariaBusy = 'true';
  try { return await work(); } finally {
    button.disabled = false;
    button.ariaBusy = null;
  }
}
let before = null;
export function ask(title, inside, yes, does) {
  shut();
  before = document.activeElement;
  const no = h('button.btn', {type: 'button', click: shut}, t(yes ? 'cancel' : 'close'));
  const box = h('dialog', {'aria-label': title, close: shut}, h('form', {method: 'dialog', submit: event => { event.preventDefault(); does?.(); }},
    h('h2', null, title), ...inside.filter(Boolean), h('div.row', null, no, yes)));
  document.body.append(box);
  box.showModal();
  // What is said meanwhile must not lie behind it, where nobody can press it.
  box.append($('.toasts') || '');
  (box.querySelector('textarea') || no).focus();
}
export function shut() {
  const box = $('dialog');
  if (!box) return;
  $('.banner')?.after($('.toasts') || '');
  box.remove();
  before?.focus?.();
}
export function toast(words, act) {
  // What is taken back no more has gone from sight.
  const over = () => { node.remove(); if (act) noMore(act[1]); };
  const node = h('div.toast', {click: over}, h('span.grow', null, words), act && h('button', {type: 'button', click: () => { node.remove(); act[1](); }}, act[0], undos.includes(act[1]) && h('kbd', {'aria-hidden': 'true'}, 'Ctrl Z')));
  if (act) act[1].said = node;
  $('.toasts')?.append(node);
  setTimeout(over, act ? 12_000 : 6000);
}
