// One person's data: what is held, taken along or erased.

import {attempt, call, list, me, named, open} from './desk.js';
import {earlierOne, moreThan} from './facts.js';
import {refresh} from './list.js';
import {ask, shut, toast} from './over.js';
import {$, h, plain} from './page.js';
import {address, go, place} from './place.js';
import {t} from './words.js';

export async function person() {
  const id = place().person;
  const back = h('a.btn', {href: address(list.view, id)}, t('back'));
  const base = '/v1/people/' + encodeURIComponent(id);
  const found = await attempt(() => Promise.all([call('GET', base), call('GET', '/v1/conversations/' + encodeURIComponent(id))]));
  if (!$('.app.reporting')) return;
  if (!found) return $('.mid').replaceChildren(h('div.report', null, h('div.row', null, h('h2.grow', null, t('person')), back), h('p', null, t('not_there'))));
  const [held, row] = found;
  const who = [named(row), plain(row.customer?.email)].filter(Boolean).join(' · ');
  const figure = (name, value) => h('div.figure', null, h('h3', null, t(name)), h('b', null, String(value)));
  const n = held.conversations.length;
  $('.mid').replaceChildren(h('div.report', {tabindex: 0, 'aria-label': t('person')},
    h('div.row', null, h('h2.grow', null, t('person') + ' · ' + who), h('a.btn', {href: base + '/export', download: '', 'data-do': 'export'}, t('person_export')), !me.merchant && h('a.btn', {href: '#audit=' + encodeURIComponent(id), 'data-page': 'audit'}, t('audit')), back),
    h('section', null, h('h3', null, t('person_goes')), h('div.figures', null, figure('conversation', n), figure('person_events', held.events), figure('person_files', held.files), figure('person_sessions', held.sessions), figure('person_told', held.told), ['drafts', 'reviews', 'filters'].map(name => figure('person_' + name, held[name]))),
      moreThan(held.more_conversations, n), h('ul', null, (held.each || []).map(one => h('li', null, earlierOne(one))), held.filter_names?.map(name => h('li', null, t('person_filters') + ': ' + name)))),
    h('section', null, h('h3', null, t('person_stays')), h('p', null, t('person_claims', {n: held.claims_kept})), h('p', null, t('person_orders', {n: held.orders_kept})), moreThan(held.more_orders, held.orders_kept), h('p.mut.small', null, t('person_audit'))),
    h('div.row', null, h('span.grow'), h('button.btn.danger', {type: 'button', 'data-do': 'erase', click: () => erasePerson(base, n, who)}, t('person_erase', {n})))));
}
// Erasing takes two steps, and the second one has the number of what goes typed.
function erasePerson(base, n, who) {
  const typed = h('input', {inputmode: 'numeric', required: true, autocomplete: 'off', 'aria-label': t('person_type', {n})});
  const yes = h('button.btn.danger', {type: 'submit'}, t('person_erase', {n}));
  ask(t('person_sure'), [h('p', null, h('b', null, who)), h('p', null, t('person_gone')), h('label.field', null, t('person_type', {n}), typed)], yes, async () => {
    if (typed.value.trim() !== String(n)) return typed.focus();
    yes.disabled = true;
    const gone = await attempt(() => call('POST', base + '/erase', {conversations: n}));
    shut();
    if (!gone) return person();
    toast(t('person_erased', {n: gone.conversations.length}));
    Object.assign(open, {id: null, row: null});
    go('waiting');
    refresh(true);
  });
  typed.focus();
}
