// Finding: search and filters, and what an agent narrows their lists by again and again, named, in their own order, kept on the desk.

import {FACETS, agents, attempt, call, list, open} from './desk.js';
import {focusRow, spread} from './list.js';
import {ask, shut, toast} from './over.js';
import {$, h, keep, plain, redraw} from './page.js';
import {OURS, go, narrowed} from './place.js';
import {TAGS, money, ownName, said, state, t} from './words.js';

let asking = 0;
export function finder() {
  const field = h('input', {type: 'search', 'aria-label': t('search'), placeholder: t('search_hint'), maxlength: 200, autocomplete: 'off', spellcheck: 'false',
    input: event => { if (!event.isComposing) { clearTimeout(asking); asking = setTimeout(seek, 250); } }, compositionend: seek,
    keydown: event => {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === 'Enter') { event.preventDefault(); seek(); if (list.rows.length) focusRow(list.rows[0].id); }
      if (event.key === 'Escape' && field.value) { event.stopPropagation(); field.value = ''; seek(); }
    }});
  field.value = list.only.q || '';
  function seek() {
    clearTimeout(asking);
    const q = field.value.trim();
    if (q !== (list.only.q || '')) go(list.view, open.id, {...list.only, q});
  }
  return h('div.find', {role: 'search'}, field, h('button.btn.plain', {type: 'button', 'aria-expanded': 'false', click: event => {
    const now = $('.only').classList.toggle('on');
    event.currentTarget.setAttribute('aria-expanded', String(now));
    drawOnly();
  }}, t('filter')));
}
// Where there is more than one currency, amounts are compared within each.
const sorts = () => list.view === 'bot' ? [['', 'sort_newest'], ['oldest', 'sort_oldest']] :
  [...OURS.includes(list.view) ? [['', 'sort_urgent'], ['own', 'sort_own']] : [['', list.view === 'waiting' ? 'sort_own_waiting' : 'sort_own'], ['urgent', 'sort_urgent']], ['newest', 'sort_newest'], ['oldest', 'sort_oldest'], ['amount', currencies().length > 1 && !list.only.currency ? 'sort_amount_each' : 'sort_amount']];
// In which order, and how much of each.
export function sorter() {
  const choose = h('select.sort', {'aria-label': t('sort_by'), change: event => only({sort: event.target.value})},
    sorts().map(([value, words]) => h('option', {value}, t(words))));
  choose.value = list.view === 'bot' && list.only.sort !== 'oldest' ? '' : list.only.sort || '';
  if (choose.selectedIndex < 0) choose.value = '';
  choose.disabled = !!list.only.q;
  const dense = h('button.btn.plain', {type: 'button', 'data-do': 'density', 'aria-pressed': String(!!keep.get('dense')), 'aria-label': t('density'), title: t('density'), click: () => {
    keep.set('dense', keep.get('dense') ? null : true);
    dense.setAttribute('aria-pressed', String(!!keep.get('dense')));
    spread();
  }}, '≡');
  return [h('span.mut', {'aria-hidden': 'true'}, t('sort_by')), choose, h('span.grow'), dense];
}
const ORDERS = ['processing', 'processed', 'shipped', 'delivered', 'completed', 'rejected', 'refunding', 'refunded', 'cancelled'];
const FILTERS = () => [
  ['language', 'f_language', TAGS.map(one => [one, ownName(one)])],
  ['reason', 'filter_reason', Object.entries(said.reasons).map(([id]) => [id, t('reason_' + id)])],
  ['intent', 'filter_intent', Object.entries(said.topics)],
  ['order', 'filter_order', ORDERS.map(one => [one, state('order', one)])],
  ['currency', 'filter_currency', currencies().map(one => [one, one])],
  ['overdue', 'filter_overdue', [['true', t('filter_overdue_true')]]],
  ['agent', 'filter_agent', [...agents.values()].filter(one => one.role !== 'viewer').map(one => [one.id, plain(one.name)])],
  ['label', 'label', seen('label', list.rows.flatMap(row => row.labels || []))],
  ['site', 'f_site', seen('site', list.rows.map(row => row.site))],
];
// Of what is not a fixed list, there is what has been seen.
const currencies = () => seen('currency', [...list.currencies, ...list.rows.flatMap(row => row.order?.currency || [])]).map(([code]) => code);
function seen(kind, values) {
  const known = list.known[kind] ||= new Set();
  for (const one of values) known.add(one);
  if (list.only[kind]) known.add(list.only[kind]);
  return [...known].sort().map(one => [one, plain(one)]);
}
// An amount is a bound in a currency: the one that is asked for, or else the one that most orders in sight have.
const BOUNDS = {at_least: '≥', at_most: '≤'};
function bound(name) {
  const field = h('input', {type: 'number', min: 0, step: 'any', inputmode: 'decimal', 'data-filter': name, change: () => field.validity.valid && only({[name]: field.value})});
  field.disabled = !usual();
  field.value = list.only[name] || '';
  return h('label', null, h('span', null, t('filter_' + name) + (usual() ? ' (' + usual() + ')' : '')), field);
}
function usual() {
  const of = code => list.rows.filter(row => row.order?.currency === code).length;
  return list.only.currency || currencies().sort((a, b) => of(b) - of(a))[0];
}
function only(change) {
  const to = {...list.only, ...change};
  // A currency comes with an amount, and goes with it; and no amount is without one.
  if (Object.keys(BOUNDS).some(name => name in change)) to.currency = to.at_least || to.at_most ? usual() : '';
  if (!to.currency) to.at_least = to.at_most = '';
  go(list.view, open.id, to);
}
// What the list is narrowed by, each with a way out; and what else it can be narrowed by.
export function drawOnly() {
  const box = $('.only');
  if (!box) return;
  const field = $('.find input');
  if (field && document.activeElement !== field) field.value = list.only.q || '';
  const all = FILTERS();
  redraw($('.sorts'), ...sorter());
  const elsewhere = name => name === 'q' || name === 'sort' || name === 'currency' && (list.only.at_least || list.only.at_most);
  const chips = FACETS.filter(name => list.only[name] && !elsewhere(name)).map(name => {
    const words = BOUNDS[name] ? BOUNDS[name] + ' ' + money(list.only[name], list.only.currency) : all.find(([one]) => one === name)?.[2].find(([id]) => id === list.only[name])?.[1] || list.only[name];
    return h('button.chip.tint', {type: 'button', 'aria-label': t('filter_off', {what: words}), click: () => only({[name]: ''})}, words + ' \u00d7');
  });
  const choices = box.classList.contains('on') ? all.filter(([name]) => list.view !== 'bot' || name !== 'agent' && name !== 'overdue').filter(([name, , values]) => values.length > 1 || values.length && (name === 'label' || name === 'overdue') || list.only[name]).map(([name, words, values]) => {
    const choose = h('select', {'data-filter': name, change: event => only({[name]: event.target.value})}, h('option', {value: ''}, t('filter_any')), values.map(([id, text]) => h('option', {value: id}, text)));
    choose.value = list.only[name] || '';
    return h('label', null, h('span', null, t(words)), choose);
  }) : [];
  const bounds = choices.length ? Object.keys(BOUNDS).map(bound) : [];
  redraw(box, ...savedChips(), ...chips, ...choices, ...bounds, chips.length > 1 || list.only.q && chips.length ? h('button.chip', {type: 'button', click: () => go(list.view, open.id, {})}, t('clear')) : '');
  $('.list')?.setAttribute('aria-label', list.only.q ? t('found') : t('conversations'));
}

let saved = [];
export async function takeSaved() {
  try { ({filters: saved} = await call('GET', '/v1/filters')); } catch { /* the lists are there without them */ }
}
export const savedOnes = () => saved.map(one => ({name: plain(one.name), does: () => go(one.view, open.id, one.only || {})}));
const isShown = one => one.view === list.view && narrowed(one.only || {}) === narrowed(list.only);

// They stand above the list, and behind them what saves the one that is looked at now.
export function savedChips() {
  const chips = saved.map(one => h('button.chip.saved' + (isShown(one) ? '.tint' : ''), {type: 'button', 'aria-pressed': String(isShown(one)), click: () => go(one.view, open.id, one.only || {})}, '\u2606 ' + plain(one.name)));
  const isNew = narrowed(list.only) && !saved.some(isShown);
  return [...chips, isNew && h('button.chip', {type: 'button', 'data-do': 'save_filter', click: saveThis}, '+ ' + t('save_filter')),
    saved.length > 0 && h('button.chip', {type: 'button', 'data-do': 'order_filters', 'aria-label': t('filters_own'), title: t('filters_own'), click: own}, '\u2026')].filter(Boolean);
}
// What the desk takes is what is shown; what it refuses puts back what was.
async function keepAll(filters) {
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
    const done = await keepAll([...saved, {name: name.value.trim(), view, only: Object.fromEntries(Object.entries(only).filter(([, value]) => value))}]);
    yes.disabled = false;
    if (!done) return name.focus();
    shut();
    toast(t('filter_saved'));
  });
  name.focus();
}
function own() {
  const box = h('ul.own');
  const put = filters => keepAll(filters).then(() => saved.length ? draw() : shut());
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
