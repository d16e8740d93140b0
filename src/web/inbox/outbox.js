// The way of what was sent: looked over by the desk, then said. Where the desk is not there it waits here as it was sent, and goes out so
// when the desk is back, wherever somebody is by then and whatever they write. Nobody's unfinished words are ever read from here.

import {resolve} from './change.js';
import {catchUp} from './conversation.js';
import {Refused, call, explained, isDone, isMine, isTheirs, lastHeard, list, me, open} from './desk.js';
import {sendStaged, staged} from './files.js';
import {neighbour} from './list.js';
import {mayUndo, noMore, toast} from './over.js';
import {$, keep, plain} from './page.js';
import {go} from './place.js';
import {t} from './words.js';
import {composing, drawCompose, hint, mayNot, notSent, sentAway, stands, standing, warnNew, write} from './write.js';

// One text of a kind and conversation at most. Whoever changes it takes it out: it is theirs to send again.
const outgoing = [];
// What is on its way, and what was pressed meanwhile and is next.
const under = new Map(), next = new Map();
const key = one => one.kind + one.id;
// Whoever chose so can think again for five seconds: until then nothing has left this browser. Whoever presses again does not wait, whoever
// changes it takes it back, and so does whoever shuts the page: it stays where it was written.
const HELD = 5000;
export const mayHold = row => ({all: true, letters: row.channel !== 'widget'})[keep.get('hold')];
export const isHeld = (id, kind) => under.get(kind + id)?.held;
function holdBack(one) {
  return new Promise(done => {
    const over = goes => {
      clearTimeout(timer);
      noMore(undo);
      one.held = null;
      if (isOpenHere(one)) hint(standing());
      done(goes && one.by === me?.id);
    };
    const undo = mayUndo(() => { over(false); if (one.id === open.id) write(one.kind); else go(list.view, one.id); });
    const timer = setTimeout(over, HELD, true);
    one.held = over;
    if (isOpenHere(one)) hint(standing());
    toast(t('held'), [t('undo'), undo]);
    const next = one.thenResolve && one.id === open.id && neighbour(1);
    if (next) go(list.view, next);
  });
}
addEventListener('pagehide', () => under.forEach(one => { if (one.held) notSent(one, ''); }));
export const isSlow = (id, kind) => under.get(kind + id)?.slow;
export const goesOut = (id, kind) => outgoing.find(one => one.id === id && one.kind === kind && one.by === me?.id);
export function takeOut(one) { if (outgoing.includes(one)) outgoing.splice(outgoing.indexOf(one), 1); }

const pathOf = one => '/v1/conversations/' + encodeURIComponent(one.id);
const isOpenHere = one => one.id === open.id && composing() === one.kind;
// Why it does not go out, where somebody sees it.
function stays(one, why, anyway) {
  notSent(one, why);
  if (!isOpenHere(one)) return toast(t('unsent_there', {why}), [t('view_it'), () => { if (one.id === open.id) write(one.kind); else go(list.view, one.id); }]);
  hint(why);
  if (anyway) $('.compose .send').firstChild.textContent = t('send_anyway');
}
// Before words go out the desk looks them over: whoever is told of something in them sends them by pressing once more.
async function lookedOver(one) {
  let found;
  try { found = await call('POST', pathOf(one) + '/look-over', {text: one.text}); } catch (error) {
    if (error instanceof Refused) return true;
    throw error;
  }
  const {masked, others} = found;
  if (!masked && !others.length) return true;
  if (isOpenHere(one)) open.sure = one.text;
  stays(one, [others.length && t('names_other', {orders: others.map(plain).join(', ')}), masked && t('will_mask')].filter(Boolean).join(' '), true);
  return false;
}
// What is to be seen goes first: the words are about it.
async function showFiles(one) {
  await sendStaged(one.id, one.files);
  if (isOpenHere(one)) drawCompose();
  if (one.id !== open.id) return;
  await catchUp();
  // What has changed by our own files is no news.
  if (one.based_on && lastHeard() <= one.heard) one.based_on = open.row.revision;
}
async function say(one) {
  const {client_id, text, based_on, suggestion} = one;
  try { await call('POST', pathOf(one) + (one.kind === 'note' ? '/notes' : '/messages'), {client_id, text, based_on, suggestion}); } catch (error) {
    if (error.code !== 'stale_revision' || await heardSince(one)) throw error;
    return say(one);
  }
}
// How often the customer has written since it was sent, or whether it is done or somebody else's by now. Where neither, anything else that has
// changed is no reason to hold it back.
async function heardSince(one) {
  if (one.id === open.id) await catchUp();
  const row = await call('GET', pathOf(one)), {events} = await call('GET', pathOf(one) + '/events?after=' + one.heard + '&limit=200');
  one.based_on = row.revision;
  one.not = isDone(row) || !isMine(row) ? mayNot(row) : '';
  if (one.not) return true;
  return one.more = events.filter(isTheirs).length;
}
export async function send(one) {
  const name = key(one);
  if (under.has(name)) {
    next.set(name, one);
    return void under.get(name).held?.(true);
  }
  under.set(name, one);
  // What takes a moment only is said by nothing.
  let slow = 0;
  const tell = () => { slow = setTimeout(() => { one.slow = true; if (isOpenHere(one)) hint(standing()); }, 1000); };
  try {
    tell();
    if (one.kind === 'reply' && one.text && !one.sure && !await lookedOver(one)) return;
    if (one.holds) {
      clearTimeout(slow);
      one.slow = one.holds = false;
      if (!await holdBack(one)) return void next.delete(name);
      tell();
    }
    if (one.files.length) await showFiles(one);
    if (one.text) { await say(one); one.said = true; sentAway(one); }
    pause = 0;
    under.delete(name);
    const then = next.get(name);
    next.delete(name);
    if (then) then.text = after(then.text, one.text);
    // Whoever presses twice sends once, and may have resolved it with the second.
    if (then && !then.text) one.thenResolve ||= then.thenResolve;
    await isOut(one);
    if (then && (then.text ? stands(then) === then.text : staged(then.id).some(file => then.files.includes(file)))) await send(then);
  } catch (error) {
    if (!(error instanceof Refused)) return waits(one);
    next.delete(name);
    if (one.more && isOpenHere(one)) {
      notSent(one, t('wrote_more', {n: one.more}));
      open.typed = one.heard;
      warnNew();
    } else stays(one, one.not ? t(one.not) : one.more ? t('wrote_more', {n: one.more}) : error.isFile ? t('file_failed', {why: explained(error)}) : explained(error));
  } finally {
    clearTimeout(slow);
    if (under.get(name) === one) under.delete(name);
  }
}
// What of a text is left when its beginning has gone out.
export const after = (text, gone) => text.startsWith(gone) ? text.slice(gone.length).trimStart() : text;
// The desk is not there. Whoever changed it meanwhile, or has pressed for what it became, does not want it as it was.
function waits(one) {
  const name = key(one), then = next.get(name), is = stands(one);
  under.delete(name);
  if (then && !then.text.startsWith(one.text)) {
    next.delete(name);
    return send(then);
  }
  if (one.text && !one.said && is !== one.text && !then) {
    if (isOpenHere(one)) { open.pulled = one.kind; hint(standing()); }
    return;
  }
  // Who pressed twice knew of what had been written, and of nothing that is written while it waits.
  outgoing.push(Object.assign(one, {based_on: one.kind === 'reply' ? one.based_on || one.revision : undefined, late: true, slow: false, holds: false}));
  notSent(one, '');
  if (isOpenHere(one)) hint(standing());
  again();
}
// Whatever else reaches the desk, what waits is tried again, and again later.
let tries = 0, pause = 0;
function again() {
  clearTimeout(tries);
  pause = Math.min(30_000, pause * 2 || 2000);
  tries = setTimeout(outbox, pause);
}
async function isOut(one) {
  if (one.id !== open.id) return one.thenResolve && resolveThere(one);
  if (one.text && one.kind === 'reply') Object.assign(open, {typed: null, warned: 0, sure: null});
  if (one.text && isOpenHere(one)) {
    drawCompose();
    if (!one.late) $('.compose textarea')?.focus();
  }
  await catchUp();
  // Nobody is taken to another conversation by what goes out late.
  if (one.thenResolve && one.id === open.id) await resolve(!one.late);
}
async function resolveThere(one) {
  const row = await call('GET', pathOf(one));
  if (row.last?.from === 'customer') return;
  await call('POST', pathOf(one) + '/resolve', {based_on: row.revision});
  toast(t('resolved_toast'), [t('view_it'), () => go(list.view, one.id)]);
}
// The desk is back: what waits goes out as it was sent.
export async function outbox() {
  for (const one of [...outgoing]) {
    if (one.by !== me?.id || under.has(key(one)) || !outgoing.includes(one)) continue;
    takeOut(one);
    await send(one);
    if (outgoing.includes(one)) return;
  }
}
