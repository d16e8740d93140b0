// Moving a conversation: taken, given back, resolved, left until later.

import {catchUp, drawHead} from './conversation.js';
import {Refused, agentName, call, explained, isDone, isMine, lastHeard, list, mayAct, open, path} from './desk.js';
import {drawFacts} from './facts.js';
import {drawList, neighbour, refresh} from './list.js';
import {ask, mayUndo, shut, toast} from './over.js';
import {h, plain} from './page.js';
import {go} from './place.js';
import {asSupposed, suppose} from './supposed.js';
import {ago, t, when} from './words.js';
import {drawCompose, write} from './write.js';

// Shows a change in the conversation and in the list until the desk has answered; gives what ends that.
function showChange(id, what, more) {
  const end = suppose(id, what, more);
  const draw = () => {
    if (id === open.id && open.row) { drawHead(); what === 'priority' || what === 'labels' ? drawFacts() : drawCompose(); }
    drawList();
  };
  [open.row, ...list.rows].forEach(asSupposed);
  draw();
  return back => { end(back); if (back) draw(); };
}
// Changes made on the same sight of things are made again on what has come since, unless the customer has written: then somebody looks first.
export async function change(what, more = {}, again = false) {
  if (!open.row || !mayAct()) return false;
  const id = open.id;
  const heard = lastHeard();
  const wins = what === 'claim' || what === 'takeover';
  const over = showChange(id, what, more);
  try {
    const row = await call('POST', path() + '/' + what, {...more, based_on: open.row.revision});
    const sorts = what === 'priority' || what === 'labels';
    if (id === open.id) { open.row = {...row, revision: open.row.revision}; drawHead(); sorts ? drawFacts() : drawCompose(); }
    await catchUp();
    // A list that was read before the change may still come.
    refresh(false).finally(() => over(false));
    const did = DID[what];
    if (did) toast(t(did, {name: plain(agentName(more.agent))}), [t('undo'), mayUndo(() => undo(id, what, row.revision), id)]);
    return row;
  } catch (error) {
    over(true);
    if (error.code === 'agent_at_cap') {
      toast(t('at_cap', {name: plain(agentName(more.agent))}), [t('over_cap'), () => change(what, {...more, over_cap: true})]);
      return false;
    }
    if (!(error instanceof Refused) || error.status !== 409) {
      toast(t('put_back', {why: error instanceof Refused ? explained(error) : t('not_reached')}));
      return false;
    }
    await catchUp();
    if (id !== open.id) return false;
    const faster = open.row.owner === 'agent' && !isMine(open.row);
    if (error.code === 'stale_revision' && !wins && !again && lastHeard() === heard) return change(what, more, true);
    toast(faster ? t('faster_ago', {name: plain(agentName(open.row.agent)), time: ago(open.events.findLast(one => one.kind === 'owner')?.at)}) : t('has_changed'), faster && what === 'claim' ? [t('takeover'), () => change('takeover')] : null);
    return false;
  }
}
// What can be taken back, and what is said of it. The desk decides whether it still can: what has happened since is not undone with it.
const DID = {claim: 'did_take', takeover: 'did_take', reopen: 'did_take', return: 'did_return', assign: 'did_assign', snooze: 'did_snooze', priority: 'did_sort', labels: 'did_sort', resolve: 'resolved_toast'};
async function undo(id, what, revision) {
  try { await call('POST', '/v1/conversations/' + encodeURIComponent(id) + '/undo', {based_on: revision}); } catch (error) {
    return toast(error.code === 'stale_revision' ? t('undo_late') : error instanceof Refused ? explained(error) : t('not_reached'));
  }
  if (id === open.id) await catchUp();
  refresh(false);
  if (what === 'resolve') go('mine', id);
}
export async function take() {
  const row = open.row;
  if (!row || isMine(row) || isDone(row)) return;
  changeToReply(row.owner === 'queue' ? 'claim' : 'takeover');
}
// Whoever has gone on meanwhile, to a note, to another field or to another conversation, has their hands left where they are.
export async function changeToReply(what) {
  const {id} = open;
  open.kind = 'reply';
  if (!await change(what) || id !== open.id || open.kind !== 'reply') return;
  const at = document.activeElement;
  if (!at?.matches('input, textarea') || at.closest('.compose')) write('reply');
}
export async function resolve(thenNext) {
  if (!open.row || !isMine(open.row) || isDone(open.row)) return;
  const next = neighbour(1);
  if (await change('resolve') && thenNext && next) go(list.view, next);
}
export function snooze() {
  if (!open.row || !isMine(open.row) || isDone(open.row)) return;
  chooseSnooze(left => change('snooze', left));
}
// Until when: a time of today, of tomorrow, of next week, or what is waited for.
export function chooseSnooze(does) {
  const at = (days, hour) => { const day = new Date(); day.setDate(day.getDate() + days); day.setHours(hour, 0, 0, 0); return day; };
  const now = new Date();
  // Later today is in three hours, at the full hour, as long as that is today.
  const later = new Date(Math.ceil((now.getTime() + 3 * 3_600_000) / 3_600_000) * 3_600_000);
  const monday = at((8 - now.getDay()) % 7 || 7, 9);
  // On a Sunday that is tomorrow.
  const times = [['in_hour', new Date(now.getTime() + 3_600_000)], later.getDate() === now.getDate() && ['later_today', later], ['tomorrow', at(1, 9)], now.getDay() !== 0 && ['next_week', monday]].filter(Boolean);
  const pick = (name, words, left) => h('button.btn', {type: 'button', 'data-snooze': name, click: () => { shut(); does(left); }}, words);
  ask(t('snooze'), [...times.map(([name, until]) => pick(name, t(name) + ' · ' + when(until), {until: until.toISOString()})),
    pick('next_message', t('next_message'), {waits_for: 'message'}), pick('refund_moves', t('refund_moves'), {waits_for: 'refund'})]);
}
