// One conversation in the list, and how long somebody waits in it.

import {agentName, isDone, isMine, list, mayAct, named, open, ownerName} from './desk.js';
import {pickRow} from './many.js';
import {h, keep, plain} from './page.js';
import {address} from './place.js';
import {lasted, money, short, state, t, topic, when} from './words.js';
import {drafted, unsent} from './write.js';

// What was last seen of each conversation, in this browser: what the customer has written since is new to whoever works here.
const SEEN = 500;
// One that a person has never opened here is new, too, even where the bot spoke last.
export function unread(row) {
  if (row.id === open.id) return 0;
  const seen = keep.get('seen')?.[row.id];
  const more = (row.unheard || []).filter(seq => seq > (seen ?? -1)).length;
  return more || Number(seen == null && row.owner === 'queue' || row.last?.from === 'customer' && (seen ?? -1) < row.last_seq);
}
export const isUnread = row => unread(row) > 0;
export function seenUpTo(id, seq) {
  const seen = keep.get('seen') || {};
  if (seen[id] >= seq) return;
  delete seen[id];
  keep.set('seen', Object.fromEntries([...Object.entries(seen), [id, seq]].slice(-SEEN)));
}

const MOST = 4;
export function line(row) {
  const from = {customer: '', bot: t('bot') + ': ', agent: t('us') + ': '}[row.last?.from] ?? '';
  const news = unread(row), stays = unsent(row.id, 'reply') || unsent(row.id, 'note');
  const tags = [
    stays && h('span.chip.err', null, '⚠ ' + t('not_sent')),
    row.priority !== 'normal' && h('span.chip.' + (row.priority === 'urgent' ? 'err' : 'warn'), null, (row.priority === 'urgent' ? '‼ ' : '! ') + t('priority_' + row.priority)),
    row.reason && row.owner !== 'bot' && h('span.chip.because', null, t('reason_' + row.reason)),
    row.owner === 'agent' && list.view !== 'mine' && h('span.chip.tint', null, '@' + agentName(row.agent)),
    (list.only.q && row.owner !== 'agent' || row.owner === 'platform') && h('span.chip', null, ownerName(row.owner)),
    // Those of this list are all with the customer.
    row.status !== 'active' && (list.view !== 'pending' || row.status !== 'waiting_customer') && h('span.chip', null, t(row.status === 'waiting_customer' ? 'with_customer' : 'status_' + row.status)),
    ...(row.labels || []).map(label => h('span.chip', null, '# ' + label)),
    row.rated && h('span.chip.' + (row.rated.score > 3 ? 'good' : row.rated.score < 3 ? 'err' : 'warn'), {title: t('rated_row_by', {of: t('rated_' + row.rated.of), score: row.rated.score})}, '★ ' + t('rated_row', {score: row.rated.score})),
    !stays && drafted(row.id) && h('span.chip.warn', null, '✎ ' + t('draft')),
    row.writes_for_ms && h('span.chip.good.types', null, '… ' + t('customer_types')),
    ...(row.looking || []).map(one => h('span.chip.tint', null, (one.writes ? '✎ ' : '◉ ') + t(one.writes ? 'writes' : 'looks', {name: plain(one.name)}))),
    row.gone && h('span.chip', null, movedTo(row)),
  ].filter(Boolean);
  // What there is no room for is counted, and said to whoever asks.
  const more = tags.length > MOST ? tags.splice(MOST - 1) : [];
  if (more.length) tags.push(h('span.chip.more', {title: more.map(one => one.textContent).join(' · ')}, '+' + more.length));
  const picks = mayAct() && h('input.picks', {type: 'checkbox', tabindex: -1, 'aria-label': t('pick_row', {name: named(row)}), click: event => pickRow(row.id, event.shiftKey)});
  if (picks) picks.checked = list.picked.has(row.id);
  return h('li' + (list.picked.has(row.id) ? '.picked' : ''), {'data-id': row.id, 'aria-busy': row.busy ? 'true' : null}, h('a.line' + (row.gone ? '.gone' : '') + (news ? '.new' : ''), {href: address(list.view, row.id), 'data-id': row.id, focus: () => { list.at = row.id; }},
    h('span.row', null, h('span.who.grow', null, (row.vip ? '★ ' : '') + named(row)), news > 0 && h('b.news', {title: t('unread_n', {n: news})}, String(news), h('span.hid', null, ' ' + t('unread'))), h('span.chip', {lang: row.language}, short(row.language)), age(row)),
    h('span.last' + (row.matter || row.order ? '' : '.two'), {lang: row.language}, from, marked(plain(row.last?.text ?? ''))),
    (row.matter || row.order) && h('span.row.about', null, about(row)), h('span.tags', null, tags)), picks && h('label.hit', null, picks));
}
// Where a row is by now that has left this list, as far as is known.
function movedTo(row) {
  const view = isDone(row) ? 'done' : isMine(row) ? 'mine' : row.owner === 'bot' ? 'bot' : '';
  const where = view === list.view ? '' : view ? t('view_' + view) : row.owner === 'agent' ? '@' + agentName(row.agent) : '';
  return where ? t('moved_to', {where}) : t('left_view');
}
// What it is about: the matter, the order with its state in words and as a sign, and the amount.
const ORDER_SIGN = {processing: '◔', processed: '◑', shipped: '➤', delivered: '✓', completed: '✓', rejected: '✕', refunding: '↺', refunded: '↺', cancelled: '✕'};
function about(row) {
  const {order} = row;
  return [h('span.grow.matter', null, row.matter && topic(row.matter)), order && h('span.number', null, plain(order.id)),
    order && h('span.order.' + order.status, {title: state('order', order.status)}, ORDER_SIGN[order.status] + ' ', h(row.matter ? 'span.hid' : 'span', null, state('order', order.status))), order && h('span.amount', null, money(order.amount, order.currency))];
}
// What was looked for, where it stands as it was typed.
function marked(text) {
  const words = (list.only.q || '').split(/\s+/).filter(Boolean).map(word => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return words.length ? text.split(new RegExp('(' + words.join('|') + ')', 'iu')).map((one, at) => at % 2 ? h('mark', null, one) : one) : text;
}

// How long somebody waits: a sign, words and a colour.
const DUE = 100_000, OVER = 180_000;
function age(row) {
  if (row.owed) return owedAge(row);
  // Whoever has it: since when somebody waits for a word of a person.
  const asked = row.waiting_since || row.asked_since;
  if (!asked) return h('time.age', {datetime: row.updated_at, title: when(row.updated_at)}, lasted(row.updated_at));
  const waits = Date.now() - new Date(asked);
  const [look, sign, word] = waits > OVER ? ['over', '⚠ ', 'overdue'] : waits > DUE ? ['due', '◔ ', 'due_soon'] : ['', '', 'waits'];
  return h('time.age' + (look && '.' + look), {datetime: asked, title: t(word) + ' · ' + when(asked), 'data-since': asked}, sign + lasted(asked));
}
// What brings a conversation back that was left, behind its status.
export const leftFor = (what, until) => what ? ' · ' + (what === 'anything' ? when(until) : t(what === 'message' ? 'next_message' : 'refund_moves')) : '';
// What is owed by a time looks as late as it is.
export function lateness(owed) {
  const now = Date.now();
  return now >= new Date(owed.due) ? ['over', '⚠ ', 'overdue'] : now >= new Date(owed.warn_at) ? ['due', '◔ ', 'due_soon'] : ['', '', 'waits'];
}
export function inWords(owed) {
  const goal = t('goal_' + owed.goal);
  return lateness(owed)[0] === 'over' ? t('owed_late', {goal, time: lasted(owed.due)}) : t('owed', {goal, when: when(owed.due, {weekday: 'short', hour: '2-digit', minute: '2-digit'})});
}
function owedAge(row) {
  const [look, sign, word] = lateness(row.owed);
  // Nobody waits for a word of ours: it says how late it is.
  const since = row.waiting_since || row.asked_since || (look === 'over' ? row.owed.due : row.updated_at);
  return h('time.age' + (look && '.' + look), {datetime: since, title: t(word) + ' · ' + inWords(row.owed), 'data-owed': JSON.stringify(row.owed), 'data-waits': row.waiting_since || row.asked_since, 'data-from': row.updated_at}, sign + lasted(since));
}
setInterval(() => document.querySelectorAll('.age[data-owed]').forEach(node => node.replaceWith(owedAge({owed: JSON.parse(node.dataset.owed), waiting_since: node.dataset.waits, updated_at: node.dataset.from}))), 15_000);
setInterval(() => document.querySelectorAll('.age[data-since]').forEach(node => node.replaceWith(age({waiting_since: node.dataset.since}))), 15_000);
