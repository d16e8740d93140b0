// One conversation: read, followed while it goes on, and who else looks at it.

import {change, resolve, snooze, take} from './change.js';
import {agentName, attempt, call, colleagues, isDone, isMine, lastHeard, lastSeq, leads, list, mayAct, me, named, open, ownerName, path} from './desk.js';
import {cover, drawFacts, drawer} from './facts.js';
import {drawRows, mark} from './list.js';
import {shut} from './over.js';
import {$, chosen, h, plain, redraw} from './page.js';
import {go, place} from './place.js';
import {inWords, lateness, leftFor, seenUpTo} from './row.js';
import {asSupposed} from './supposed.js';
import {drawThread, goTo} from './thread.js';
import {short, t} from './words.js';
import {composing, drafted, drawCompose, leaveSuggestion, sayTo, unsent, warnNew} from './write.js';

export function nothingOpen() {
  $('.app').classList.remove('reading', 'facts-on');
  cover();
  $('.mid').replaceChildren(h('div.none', null, h('b', null, t('pick')), t('pick_more')));
  $('.right').replaceChildren();
}

export async function show(id) {
  // A dialog is about what lies beneath it: it does not stay over another conversation.
  if (open.id && id !== open.id) { looksAway(open.id); shut(); }
  Object.assign(open, {id, row: null, events: [], facts: null, kind: id === open.id ? open.kind : null, stood: null, own: null, pulled: null, typed: id === open.id ? open.typed : null, warned: 0, others: []});
  mark();
  if (!id) return nothingOpen();
  $('.app').classList.add('reading');
  $('.mid').replaceChildren(h('div.none', null, t('loading')));
  $('.right').replaceChildren();
  await attempt(async () => {
    try {
      // First how it stands: what is read after it is no older, so that nothing that is said meanwhile passes for known.
      const row = await call('GET', path());
      if (id !== open.id) return;
      const [events, facts] = await Promise.all([logAfter(0), call('GET', path() + '/facts')]);
      if (id !== open.id) return;
      Object.assign(open, {row: asSupposed(row), events, facts});
    } catch (error) {
      if (error.status === 404) { $('.mid').replaceChildren(h('div.none', null, t('not_there'))); return; }
      throw error;
    }
    seenUpTo(id, lastSeq());
    drawConversation();
    drawFacts();
    goTo(place().message);
    // Whoever comes back to what did not go out is warned of what has been written since.
    open.typed ??= unsent(id, 'reply')?.heard ?? null;
    warnNew();
    sayLooking(false);
  });
}
export async function logAfter(seq, id = open.id, wanted = () => id === open.id) {
  const all = [];
  for (let after = seq; wanted();) {
    const page = await call('GET', '/v1/conversations/' + encodeURIComponent(id) + '/events?after=' + after + '&limit=200');
    all.push(...page.events);
    if (!page.next) break;
    after = page.next;
  }
  return all;
}

// Reads what has been written since, of the conversation that is open. One look follows the other, so that whoever waits for one has seen
// all that was there when it was asked for.
let catching = Promise.resolve();
export const catchUp = () => catching = catching.then(lookOn);
async function lookOn() {
  if (!me || !open.id || !open.row) return;
  const id = open.id;
  try {
    const row = await call('GET', path());
    if (id !== open.id || row.revision === open.row.revision) return;
    // A backup was put back: what is shown is not what there is.
    if (row.revision < open.row.revision) return show(id);
    const [events, facts] = await Promise.all([logAfter(lastSeq()), call('GET', path() + '/facts')]);
    if (id !== open.id) return;
    // Words that stand there from before were begun knowing what is known now.
    if (open.typed == null && drafted(id)?.reply) open.typed = lastHeard();
    const known = lastSeq();
    open.events.push(...events.filter(one => one.seq > known));
    seenUpTo(id, lastSeq());
    asSupposed(row);
    const moved = row.owner !== open.row.owner || row.agent !== open.row.agent || isDone(row) !== isDone(open.row);
    Object.assign(open, {row, facts});
    // Its line in a list that it has left is told of by nobody else.
    const line = list.rows.find(one => one.id === id && one.gone);
    if (line) {
      Object.assign(line, {owed: row.owed, waiting_since: row.waiting_since, asked_since: row.asked_since, status: row.status, owner: row.owner, agent: row.agent});
      drawRows();
    }
    drawThread(false);
    drawFacts();
    drawHead();
    if (moved) drawCompose();
    sayTo();
    leaveSuggestion();
    warnNew();
  } catch { /* it is looked at again */ }
}

function drawConversation() {
  $('.mid').replaceChildren(h('div.head'), h('details.brief', {hidden: true}), h('div.thread', {role: 'log', tabindex: 0, 'aria-label': t('conversation'), 'aria-live': 'polite'}), h('div.compose'));
  drawHead();
  drawCompose();
  drawThread(true);
}

export function drawHead() {
  const row = open.row;
  const owner = row.owner === 'agent' ? '@' + agentName(row.agent) : ownerName(row.owner);
  const button = (name, key, does, how = '') => h('button.btn' + how, {type: 'button', 'data-do': name, click: does}, t(name), key && h('kbd', {'aria-hidden': 'true'}, key));
  const acts = !mayAct() ? [] : [
    !isDone(row) && !isMine(row) && button(row.owner === 'queue' ? 'claim' : 'takeover', 'a', take, '.main'),
    isMine(row) && !isDone(row) && button('snooze', 'z', snooze),
    isMine(row) && !isDone(row) && button('give_back', 'b', () => change('return')),
    isMine(row) && !isDone(row) && button('resolve', 'e', () => resolve(false), '.main'),
    row.status === 'resolved' && button('reopen', '', () => change('reopen')),
  ];
  redraw($('.head'),
    h('button.back', {type: 'button', 'aria-label': t('back'), click: () => go(list.view)}, '‹'),
    h('div.what', null, h('h2', {tabindex: -1}, named(row)), h('span.chip', null, short(row.language)), assignTo(owner) || h('span.chip' + (isMine(row) ? '.tint' : ''), null, owner),
      owedChip(row),
      row.status !== 'active' && h('span.chip' + (isDone(row) ? '.good' : ''), null, t('status_' + row.status) + leftFor(row.snoozed_for, row.snoozed_until)),
      row.rated && h('span.chip', null, '★ ' + t('rated_row_by', {of: t('rated_' + row.rated.of), score: row.rated.score})),
      h('span.others', {role: 'status'})),
    ...acts.filter(Boolean),
    h('button.btn.plain.only-drawer', {type: 'button', click: drawer}, t('facts'), h('kbd', {'aria-hidden': 'true'}, 'i')));
}
// What is owed, and how late it is by now: time goes by though nothing happens.
const owedChip = ({owed}) => owed && h('span.chip' + ({over: '.err', due: '.warn'}[lateness(owed)[0]] || ''), {'data-owed-chip': ''}, lateness(owed)[1] + inWords(owed));
setInterval(() => open.row?.owed && $('[data-owed-chip]')?.replaceWith(owedChip(open.row)), 15_000);

// Said while it goes on, and when it is over; nobody keeps it.
let saidAt = 0, writesAt = 0, asksBeside = 0, stops = 0;
async function sayLooking(writes) {
  if (!me || !mayAct() || !open.id || !open.row) return;
  saidAt = Date.now();
  const id = open.id;
  try {
    const {others, writes_for_ms} = await call('POST', '/v1/conversations/' + encodeURIComponent(id) + '/looking', writes ? {writes} : {});
    if (id === open.id) { Object.assign(open, {others, types: writes_for_ms}); drawOthers(); }
  } catch { /* it is said again in a moment */ }
}
function looksAway(id) {
  if (id && me && mayAct()) fetch('/v1/conversations/' + encodeURIComponent(id) + '/looking', {method: 'POST', keepalive: true, credentials: 'same-origin', headers: {'content-type': 'application/json'}, body: '{"left":true}'}).catch(() => {});
}
// The list says who has the open one open, too.
export function seenBeside() {
  const row = list.rows.find(one => one.id === open.id && !one.gone);
  if (!row) { clearTimeout(asksBeside); asksBeside = setTimeout(() => sayLooking(Date.now() - writesAt < 4000), 500); return; }
  Object.assign(open, {others: row.looking || [], types: row.writes_for_ms});
  drawOthers();
}
function drawOthers() {
  const box = $('.head .others');
  if (!box) return;
  const words = [open.types && h('span.chip.good.types', null, '… ' + t('customer_types')), ...(open.others || []).map(one => h('span.chip.tint', null, (one.writes ? '✎ ' : '◉ ') + t(one.writes ? 'writes' : 'looks', {name: plain(one.name)})))].filter(Boolean);
  clearTimeout(stops);
  if (open.types) stops = setTimeout(() => { open.types = null; drawOthers(); }, open.types);
  if (box.textContent !== words.map(one => one.textContent).join('')) box.replaceChildren(...words);
}
// A key in a reply is shown to the customer, too, for a few seconds.
export function writing() {
  if (Date.now() - writesAt < 4000 || !open.row || !mayAct()) return;
  writesAt = Date.now();
  sayLooking(true);
  if (composing() === 'reply' && isMine(open.row)) call('POST', path() + '/typing').catch(() => {});
}
setInterval(() => { if (!document.hidden && Date.now() - saidAt > 25_000) sayLooking(false); }, 5000);
addEventListener('pagehide', () => looksAway(open.id));

// A lead gives it to somebody where others only read whose it is.
function assignTo(owner) {
  if (isDone(open.row) || !leads()) return null;
  const was = $('.head select.chip');
  const choose = h('select.chip', {'aria-label': t('assign'), 'data-of': open.id},
    h('option', {value: ''}, owner), colleagues().filter(([id]) => id !== open.row.agent).map(([id, words]) => h('option', {value: id}, '→ ' + words)));
  choose.value = was?.dataset.of === open.id && was.value || '';
  return chosen(choose, h('button.btn', {type: 'button', 'data-do': 'assign'}, t('assign')), agent => change('assign', {agent}));
}
