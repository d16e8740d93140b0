// What an agent narrows their lists by again and again: named, in their own order, kept on the desk for whatever machine they go on with.

import {attempt, call, list, open} from './desk.js';
import {drawOnly} from './find.js';
import {ask, shut, toast} from './over.js';
import {h, plain} from './page.js';
import {go, narrowed} from './place.js';
import {t} from './words.js';

let saved = [];
export async function takeSaved() {
  try { ({filters: saved} = await call('GET', '/v1/filters')); } catch { /* the lists are there without them */ }
}
export const savedOnes = () => saved.map(one => ({name: plain(one.name), does: () => go(one.view, open.id, one.only || {})}));
const isHere = one => one.view === list.view && narrowed(one.only || {}) === narrowed(list.only);

// They stand above the list, and behind them what saves the one that is looked at now.
export function savedChips() {
  const chips = saved.map(one => h('button.chip.saved' + (isHere(one) ? '.tint' : ''), {type: 'button', 'aria-pressed': String(isHere(one)), click: () => go(one.view, open.id, one.only || {})}, '\u2606 ' + plain(one.name)));
  const isNew = narrowed(list.only) && !saved.some(isHere);
  return [...chips, isNew && h('button.chip', {type: 'button', 'data-do': 'save_filter', click: saveThis}, '+ ' + t('save_filter')),
    saved.length > 0 && h('button.chip', {type: 'button', 'data-do': 'order_filters', 'aria-label': t('filters_own'), title: t('filters_own'), click: own}, '\u2026')].filter(Boolean);
}
// What the desk takes is what is shown; what it refuses puts back what was.
async function keep(filters) {
  const before = saved;
  saved = filters;
  drawOnly();
  const kept = await attempt(() => call('PUT', '/v1/filters', {filters}));
  saved = kept ? kept.filters : before;
  drawOnly();
  return !!kept;
}
function saveThis() {
  const {view, only} = list;
  const name = h('input', {name: 'name', required: true, maxlength: 40, autocomplete: 'off'});
  const yes = h('button.btn.main', {type: 'submit'}, t('save'));
  ask(t('save_filter'), [h('label.field', null, t('filter_name'), name)], yes, async () => {
    if (yes.disabled) return;
    yes.disabled = true;
    const done = await keep([...saved, {name: name.value.trim(), view, only: Object.fromEntries(Object.entries(only).filter(([, value]) => value))}]);
    yes.disabled = false;
    if (!done) return name.focus();
    shut();
    toast(t('filter_saved'));
  });
  name.focus();
}
function own() {
  const box = h('ul.own');
  const put = filters => keep(filters).then(() => saved.length ? draw() : shut());
  function draw(held) {
    box.replaceChildren(...saved.map((one, at) => {
      const others = saved.filter(other => other !== one);
      const to = place => () => put([...others.slice(0, place), one, ...others.slice(place)]);
      return h('li.row', null, h('span.grow.last', null, plain(one.name)), h('span.small.mut', null, t('view_' + one.view)),
        h('button.btn', {type: 'button', 'data-up': at, disabled: at === 0, 'aria-label': t('filter_up', {name: plain(one.name)}), click: to(at - 1)}, '\u2191'),
        h('button.btn', {type: 'button', 'data-down': at, disabled: at === saved.length - 1, 'aria-label': t('filter_down', {name: plain(one.name)}), click: to(at + 1)}, '\u2193'),
        h('button.btn.danger', {type: 'button', 'data-remove': at, click: () => put(others)}, t('remove')));
    }));
    held?.focus();
  }
  draw();
  ask(t('filters_own'), [box], null, null);
}
