// Finding: the search field, and what the list is narrowed by.

import {FACETS, agents, list, open} from './desk.js';
import {focusRow, spread} from './list.js';
import {$, h, keep, plain, redraw} from './page.js';
import {OURS, go} from './place.js';
import {savedChips} from './saved.js';
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
