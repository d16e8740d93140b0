// Finding: the search field, and what the list is narrowed by.

import {FACETS, agents, list, open} from './desk.js';
import {focusRow} from './list.js';
import {$, h, plain} from './page.js';
import {go} from './place.js';
import {savedChips} from './saved.js';
import {TAGS, ownName, said, t} from './words.js';

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
const FILTERS = () => [
  ['language', 'f_language', TAGS.map(one => [one, ownName(one)])],
  ['reason', 'filter_reason', Object.entries(said.reasons).map(([id]) => [id, t('reason_' + id)])],
  ['agent', 'filter_agent', [...agents.values()].filter(one => one.role !== 'viewer').map(one => [one.id, plain(one.name)])],
  ['label', 'label', seen('label', list.rows.flatMap(row => row.labels || []))],
  ['site', 'f_site', seen('site', list.rows.map(row => row.site))],
];
// Of what is not a fixed list, there is what has been seen.
const known = {label: new Set(), site: new Set()};
function seen(kind, values) {
  for (const one of values) known[kind].add(one);
  if (list.only[kind]) known[kind].add(list.only[kind]);
  return [...known[kind]].sort().map(one => [one, plain(one)]);
}
const only = change => go(list.view, open.id, {...list.only, ...change});
// What the list is narrowed by, each with a way out; and what else it can be narrowed by.
export function drawOnly() {
  const box = $('.only');
  if (!box) return;
  const field = $('.find input');
  if (field && document.activeElement !== field) field.value = list.only.q || '';
  const all = FILTERS();
  const chips = FACETS.filter(name => name !== 'q' && list.only[name]).map(name => {
    const words = all.find(([one]) => one === name)?.[2].find(([id]) => id === list.only[name])?.[1] || list.only[name];
    return h('button.chip.tint', {type: 'button', 'aria-label': t('filter_off', {what: words}), click: () => only({[name]: ''})}, words + ' \u00d7');
  });
  const choices = box.classList.contains('on') && list.view !== 'bot' ? all.filter(([name, , values]) => values.length > 1 || values.length && name === 'label' || list.only[name]).map(([name, words, values]) => {
    const choose = h('select', {'data-filter': name, change: event => only({[name]: event.target.value})}, h('option', {value: ''}, t('filter_any')), values.map(([id, text]) => h('option', {value: id}, text)));
    choose.value = list.only[name] || '';
    return h('label', null, h('span', null, t(words)), choose);
  }) : [];
  box.replaceChildren(...savedChips(), ...chips, ...choices, chips.length > 1 || list.only.q && chips.length ? h('button.chip', {type: 'button', click: () => go(list.view, open.id, {})}, t('clear')) : '');
  $('.list')?.setAttribute('aria-label', list.only.q ? t('found') : t('conversations'));
}
