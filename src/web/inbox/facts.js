// The facts beside a conversation: whose it is, what they bought, what was promised, and what it is sorted under.

import {change} from './change.js';
import {catchUp} from './conversation.js';
import {attempt, call, isDone, isMine, list, mayAct, me, named, open, path} from './desk.js';
import {refresh} from './list.js';
import {ask, during, shut, toast} from './over.js';
import {$, h, plain} from './page.js';
import {address} from './place.js';
import {claimCard, findingCard, merchantActs, signs} from './refunds.js';
import {money, said, short, state, sum, t, topic, when} from './words.js';

export function reveal(selector) {
  if (!open.row) return;
  $('.app').classList.add('facts-on');
  cover();
  $(selector)?.focus();
}
// What the drawer lies over is out of reach as long as it does.
const narrow = matchMedia('(max-width: 1199px)');
export function cover() {
  const over = narrow.matches && !!$('.facts-on');
  for (const one of document.querySelectorAll('.bar, .left, .mid')) one.inert = over;
}
narrow.addEventListener('change', cover);
// Where there is room for all, the facts are there already, and whoever asks for them goes there.
export function drawer() {
  if (!open.row) return;
  const on = $('.app').classList.toggle('facts-on');
  cover();
  $(on ? '.right' : '.thread')?.focus();
}
export function pairs(rows) {
  return h('dl', null, rows.filter(([, value]) => value != null && value !== '').map(([name, value]) => [h('dt', null, t(name)), h('dd', null, value)]));
}
function part(name, ...inside) {
  return h('section', null, h('h3', null, t(name)), ...inside);
}
// A list that is cut says so.
export const moreThan = (is, shown) => is && h('p.mut.small.more', null, t('are_more', {n: shown.length ?? shown}));
// A conversation in words: when it began, how it stands and what it was about.
export const earlierOne = one => [h('a', {href: address(list.view, one.id)}, when(one.created_at, {dateStyle: 'medium'})), ' ' + [t('status_' + one.status), ...one.intents.map(topic)].join(' · ')];
export function drawFacts() {
  const {facts, row} = open;
  const who = facts.customer;
  const box = $('.right');
  // A word that is being composed would be broken off: it is drawn when that is over.
  if (box.dataset.of === open.id && box.querySelector('.label.composes')) return void box.querySelector('.label').addEventListener('compositionend', drawFacts, {once: true});
  const back = keptBack(box);
  box.replaceChildren(
    h('button.btn.only-drawer', {type: 'button', 'data-do': 'shut_facts', 'aria-label': t('close'), click: drawer}, '×'),
    part('f_person', h('h4', null, (who?.vip ? '★ ' : '') + named(row)), proofs(),
      pairs([['f_email', plain(who?.email)], ['f_phone', plain(who?.phone)], ['f_language', short(row.language)], ['f_site', row.site], ['f_channel', said.words['channel_' + row.channel] || row.channel], ['f_since', when(row.created_at)],
        ['f_local_time', localTime(row.page?.zone)], ['f_page', row.page?.page && h('span', null, linkTo(row.page.page))], ['f_page_order', row.page?.order], ['f_cart', sum(plain(row.page?.cart_total))]])),
    part('f_sorted', sorting()),
    ...facts.orders.filter(one => one.claims.length).map(one => part('f_claims', ...one.claims.map(claim => claimCard(claim, one)), ...signs(one))),
    ...facts.orders.filter(one => one.finding && (one.finding.cause !== 'not_stuck' || one.finding.speaks_for.length)).map(one => part('f_finding', findingCard(one, facts.orders.length > 1))),
    part('f_orders', ...(facts.orders.length ? facts.orders.map(orderCard) : [h('p.mut', null, t('f_no_orders'))]), moreThan(facts.more_orders, facts.orders)),
    facts.promises.length ? part('f_promises', pairs(facts.promises.map(one => ['promise_' + one.what, when(one.by) + ' · ' + t('promise_' + one.state)]))) : '',
    facts.earlier.length ? part('f_earlier', h('ul', null, facts.earlier.map(one => h('li', null, earlierOne(one), mayMerge(one) && h('button.btn.plain.merge', {type: 'button', 'data-merge': one.id, click: () => merge(one)}, t('merge'))))), moreThan(facts.more_earlier, facts.earlier)) : '',
    taken(), me.role === 'admin' ? part('person', h('button.btn', {type: 'button', 'data-do': 'person', click: () => { location.hash = '#person=' + encodeURIComponent(open.id); }}, t('person_show'))) : '');
  back();
}
// What somebody has begun to write or to choose here stays under their hands when the facts are drawn anew; gives what puts it back.
function keptBack(box) {
  const before = box.querySelector('.label');
  const on = ['.label', '.priority'].find(one => document.activeElement?.matches('.right ' + one));
  const card = document.activeElement?.closest('.right [data-card]')?.dataset.card, act = document.activeElement?.dataset?.claim;
  const of = box.dataset.of, at = before && [before.value, before.selectionStart, before.selectionEnd];
  box.dataset.of = open.id;
  return () => {
    if (of !== open.id) return;
    const field = box.querySelector('.label');
    if (field && at) [field.value, field.selectionStart, field.selectionEnd] = at;
    if (on) box.querySelector(on)?.focus();
    const same = card && box.querySelector('[data-card="' + CSS.escape(card) + '"]');
    if (same) (act && same.querySelector('[data-claim=' + act + ']') || same).focus();
  };
}
// What time it is where the customer is, as far as their page has said; somebody who is asleep is not called.
function localTime(zone) {
  try { return zone && when(Date.now(), {timeZone: zone, hour: '2-digit', minute: '2-digit', weekday: 'short'}) + ' · ' + zone.replaceAll('_', ' '); } catch { return null; }
}
// A page's address leads where it says, and nowhere else.
function linkTo(address) {
  let url;
  try { url = new URL(address); } catch { return plain(address); }
  return /^https?:$/.test(url.protocol) ? h('a', {href: url.href, target: '_blank', rel: 'noopener noreferrer nofollow'}, plain(address)) : plain(address);
}
// Two conversations of one person become one: this one, when it is one's own and the other is nobody else's.
const mayMerge = one => mayAct() && isMine(open.row) && !isDone(open.row) && one.status !== 'closed' && !(one.owner === 'agent' && one.agent !== me.id);
function merge(one) {
  const yes = h('button.btn.main', {type: 'submit'}, t('merge'));
  const here = path();
  ask(t('merge_title'), [h('p', null, t('merge_what', {when: when(one.created_at)})), h('p.mut.small', null, t('merge_more'))], yes, async () => {
    const done = await during(yes, () => attempt(() => call('POST', here + '/merge', {from: one.id})));
    if (!done) return;
    shut();
    toast(t('merged'));
    await catchUp();
    refresh(false);
  });
}
// What may be taken along; the agents' own notes only for whoever asks for them.
function taken() {
  const notes = h('input', {type: 'checkbox', change: () => links.replaceChildren(...all())});
  const one = (file, words) => h('a.small', {href: path() + '/' + file + (notes.checked ? '?notes=true' : ''), target: '_blank', rel: 'noopener'}, words);
  const all = () => [...['txt', 'html', 'json', 'csv'].map(form => one('transcript.' + form, t('transcript') + ' .' + form)), one('pack.jsonl', t('pack'))];
  const links = h('div.row.wrap.takes', null, all());
  async function copyAll() {
    const answer = await fetch(path() + '/transcript.txt' + (notes.checked ? '?notes=true' : ''), {credentials: 'same-origin'});
    if (!answer.ok) throw new Error(answer.status);
    await navigator.clipboard.writeText(await answer.text());
    toast(t('copied'));
  }
  return h('section', null, links, h('label.row.small', null, notes, t('with_notes')),
    h('button.btn', {type: 'button', 'data-do': 'copy', click: () => attempt(copyAll)}, t('copy_transcript')),
    mayAct() && h('button.btn.give-link', {type: 'button', click: () => attempt(async () => {
      const given = await call('POST', path() + '/link', {});
      const address = location.origin + given.path;
      try { await navigator.clipboard.writeText(address); toast(t('link_copied')); } catch { ask(t('link_give'), [h('p', null, h('code', null, address))]); }
    })}, t('link_give')));
}
// How urgent it is, and what it is found by.
function sorting() {
  const {labels = [], priority} = open.row;
  if (!mayAct()) return h('div.tags', null, h('span.chip', null, t('priority_' + priority)), labels.map(one => h('span.chip', null, '# ' + plain(one))));
  const urgent = h('select.priority', {'aria-label': t('priority'), change: event => change('priority', {priority: event.target.value})}, ['urgent', 'high', 'normal'].map(one => h('option', {value: one}, t('priority_' + one))));
  urgent.value = priority;
  const name = h('input.label', {'aria-label': t('label'), placeholder: t('label'), maxlength: 40, compositionstart: () => name.classList.add('composes'), compositionend: () => name.classList.remove('composes'), keydown: event => {
    if (event.key !== 'Enter' || event.isComposing || !name.value.trim()) return;
    event.preventDefault();
    const label = name.value.trim(), id = open.id;
    name.value = '';
    change('labels', {add: [label]}).then(done => {
      const field = id === open.id && $('.right .label');
      if (field && !done) field.value ||= label;
      if (field) field.focus();
    });
  }});
  return h('div.sorting', null, urgent, labels.map(one => h('button.chip', {type: 'button', 'aria-label': t('label_off', {label: one}), click: () => change('labels', {remove: [one]})}, '# ' + plain(one) + ' ×')), name);
}
function proofs() {
  const {proof, customer} = open.facts;
  if (customer) return h('span.chip.good', null, '✓ ' + t('proof_signed'));
  if (!proof.length) return h('span.chip.warn', null, '? ' + t('proof_none'));
  return h('div.row', null, proof.map(one => h('span.chip.good', null, '✓ ' + t('proof_level', {order: one.order, level: one.level}))));
}
// What was asked for of a shop is no application of the desk's.
const refund = is => is === 'requested' ? t('claim_requested') : state('claim', is);
function orderCard({order}) {
  const ship = order.shipping || {};
  return h('div.card', null,
    h('div.row', null, h('h4.grow', null, plain(order.id)), h('span.chip.tint', null, state('order', order.status))),
    h('div.sum', null, money(order.amount, order.currency)),
    pairs([['o_items', order.items?.map(one => one.name ? plain(one.name) + (one.price ? ' ' + money(one.price, order.currency) : '') : plain(one)).join(', ')], ['o_payment', plain(order.payment_method)], ['o_placed', when(order.created_at)], ['o_paid', order.paid_at && when(order.paid_at)],
      ['o_carrier', [ship.carrier, ship.tracking].filter(Boolean).map(plain).join(' ')], ['o_shipped', ship.shipped_at && when(ship.shipped_at)], ['o_delivered', ship.delivered_at && when(ship.delivered_at)],
      ['o_rejected', plain(order.reject_reason)], ['o_customer', [order.customer?.name, order.customer?.email, order.customer?.phone].filter(Boolean).map(plain).join(' · ')],
      ['o_refunds', (order.refund_history || []).map(one => money(one.amount, order.currency) + ' ' + refund(one.state)).join('; ')], ['o_note', plain(order.note)]]), merchantActs(order));
}
