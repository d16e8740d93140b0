// Writing: a reply or a note, its draft, and the way to the desk.

import {changeToReply} from './change.js';
import {writing} from './conversation.js';
import {call, isDone, isMine, isTheirs, lastHeard, mayAct, me, named, open} from './desk.js';
import {drawList} from './list.js';
import {picker, staged, tray} from './files.js';
import {after, goesOut, isHeld, isSlow, mayHold, send, takeOut} from './outbox.js';
import {$, fresh, h, keep, lock, plain} from './page.js';
import {drawPick, dropPick, movePick, pickReady, sayBlank} from './ready.js';
import {handed} from './thread.js';
import {t} from './words.js';

const draftName = id => 'draft.' + me.id + '.' + id;
export const drafted = id => { const draft = keep.get(draftName(id)); return draft && (draft.reply || draft.note) ? draft : null; };
// What of it did not go out, and why: until it is changed, or has gone out.
export const stands = ({id, kind}) => keep.get(draftName(id))?.[kind]?.trim() || '';
export const unsent = (id, kind) => [keep.get(draftName(id))?.unsent?.[kind]].find(one => one?.text && one.text === stands({id, kind}));
export function notSent({id, kind, text, heard}, why) {
  const draft = me && keep.get(draftName(id));
  if (!draft) return;
  putDraft(id, {...draft, unsent: {...draft.unsent, [kind]: {text, why, heard}}});
  drawList();
}
const both = draft => JSON.stringify([draft?.reply?.trim() || '', draft?.note?.trim() || '']);
// `at` is when the desk kept it, `kept` when this browser learned so, `here` whether the desk has yet to keep what was typed here; `over` says
// that nothing is left of it here while another browser has gone on with it, `offer` with what.
// What was emptied is remembered with its time until the desk is asked again: an answer under way may still tell of what stood there.
function putDraft(id, draft) { keep.set(draftName(id), draft.here || draft.over || draft.at || draft.reply || draft.note ? draft : null); }
export function saveDraft(change) {
  const before = keep.get(draftName(open.id)) || {}, draft = {...before, ...change};
  const is = both(draft) !== both(before);
  if (is) draft.here = true;
  const held = isHeld(open.id, 'reply');
  if (held && is) held(false);
  const changed = ['reply', 'note'].map(kind => goesOut(open.id, kind)).filter(one => one && one.text !== (draft[one.kind] || '').trim());
  changed.forEach(takeOut);
  putDraft(open.id, draft);
  if (is) keepDraft(open.id);
  return !!held && is || changed.length > 0;
}
// The desk keeps it, too, for another machine: a moment after the last key, one after the other. What was written on another machine since
// is not overwritten.
const toKeep = new Map();
let keeping = Promise.resolve();
const browser = keep.get('browser') || fresh();
keep.set('browser', browser);
function keepDraft(id, wait = 1500) {
  clearTimeout(toKeep.get(id));
  toKeep.set(id, setTimeout(() => {
    toKeep.delete(id);
    keeping = keeping.then(() => keepNow(id)).catch(() => {});
  }, wait));
}
async function keepNow(id) {
  if (!me || !mayAct()) return;
  const was = keep.get(draftName(id)) || {};
  let at;
  try {
    ({at} = await call('POST', '/v1/conversations/' + encodeURIComponent(id) + '/draft', {reply: was.reply || '', note: was.note || '', browser, based_on: was.at || '1970-01-01T00:00:00Z'}));
  } catch (error) {
    if (error.code !== 'conflict') return;
    if (both(was) !== both()) { if (id === open.id && !isStale()) hint(t('draft_elsewhere')); return; }
  }
  const now = keep.get(draftName(id));
  if (now) putDraft(id, {...now, at, kept: Date.now(), here: both(now) !== both(was), over: !at || undefined});
  if (!at) takeDrafts();
}
// What another browser has begun comes into what was emptied or sent here when somebody asks for it.
function takeOffer() {
  const {offer, over, ...draft} = keep.get(draftName(open.id));
  putDraft(open.id, {...draft, ...offer, kept: Date.now()});
  drawCompose();
  drawList();
  $('.compose textarea').focus();
}
// What stood here before another tab's words did.
function takeBack() {
  const {kind, text} = open.stood;
  open.stood = null;
  saveDraft({[kind]: text});
  drawCompose(kind);
}
// Another tab of this browser has gone on with what stands here, or has sent it.
addEventListener('storage', event => {
  const area = $('.compose textarea'), kind = composing();
  const [, id] = me && event.key?.split('frontdesk.inbox.' + draftName('')) || [];
  if (!id) return;
  const [old, now] = [event.oldValue, event.newValue].map(json => JSON.parse(json) || {});
  for (const kind of ['reply', 'note']) if (goesOut(id, kind)?.text !== now[kind]?.trim()) takeOut(goesOut(id, kind));
  const was = old[kind] || '', is = now[kind] || '';
  if (!area || id !== open.id || was === is) return;
  // What was only drawn here is in no danger: it was theirs.
  const own = area.value !== was && area.value === open.own;
  if (own && document.hasFocus()) return hint(t('draft_elsewhere'));
  if (own && area.value.trim()) open.stood = {kind, text: area.value};
  if (!is) open.typed = null;
  drawCompose();
  drawList();
});
// The later one counts: what was begun or went out elsewhere since, but never in the place of what is being typed here.
export async function takeDrafts(begins) {
  if (!mayAct()) return;
  const asked = Date.now(), prefix = draftName('');
  let elsewhere;
  try { elsewhere = new Map((await call('GET', '/v1/drafts')).map(one => [one.conversation, one])); } catch { return; /* those of this browser are here in any case */ }
  if (!me) return;
  for (const id of new Set([...elsewhere.keys(), ...keep.names(prefix)])) {
    const own = keep.get(draftName(id)) || {}, other = elsewhere.get(id);
    if (own.here && begins) keepDraft(id);
    if (own.over && !own.here) {
      const {offer, over, ...rest} = own;
      putDraft(id, other ? {...own, offer: {reply: other.reply, note: other.note, at: other.at}} : rest);
      if (id === open.id && both(offer) !== both(other)) drawCompose();
      continue;
    }
    if (own.here || !other && (!own.at || own.kept > asked) || other && new Date(other.at) <= new Date(own.at || 0)) continue;
    putDraft(id, {...own, reply: other?.reply, note: other?.note, at: other?.at, kept: asked});
    if (id !== open.id || both(own) === both(other)) continue;
    drawCompose();
    hint(t('draft_elsewhere'));
    drawList();
  }
}

// Whether what is typed as a reply may go out: it is ours to speak, and not done.
const speaks = () => isMine(open.row) && !isDone(open.row);
// What is written, a reply or a note, is this tab's alone and changes only when somebody here says so. Where we may not speak a note is
// offered, but never under the hands of somebody who writes a reply: that stays one, and does not go out.
export function drawCompose(wanted) {
  const box = $('.compose');
  if (!box) return;
  const row = open.row;
  if (!mayAct()) return box.replaceChildren(h('p.mut', null, t('only_reads')));
  const old = box.querySelector('textarea');
  const at = old && old === document.activeElement && [old.selectionStart, old.selectionEnd];
  const log = $('.thread');
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  const draft = keep.get(draftName(open.id)) || {};
  const inside = box.contains(document.activeElement);
  if (wanted === 'reply' || wanted === 'note') open.kind = wanted;
  else if (inside) open.kind = composing();
  open.kind ||= draft.note && !draft.reply ? 'note' : 'reply';
  const may = speaks();
  const kind = may || inside ? open.kind : 'note';
  box.classList.toggle('notes', kind === 'note');
  const tab = (name, key) => h('button', {type: 'button', role: 'tab', 'aria-selected': String(name === kind), 'data-tab': name, disabled: name === 'reply' && !may, click: () => write(name)}, name === 'note' && lock(), t('tab_' + name), h('kbd', {'aria-hidden': 'true'}, key));
  const area = h('textarea', {'aria-label': t('tab_' + kind), 'aria-autocomplete': kind === 'reply' && 'list', placeholder: t(kind === 'note' ? 'note_hint' : 'reply_hint', {name: named(row)}), lang: kind === 'reply' ? row.language : null, input: typed, keydown: pressedInText});
  area.value = draft[kind] || '';
  const send = h('button.btn.main.send', {type: 'button', disabled: kind === 'reply' && !may, click: () => submit(false)}, t(kind === 'note' ? 'save_note' : 'send'), h('kbd', {'aria-hidden': 'true'}, 'Ctrl ↵'));
  const offer = !area.value && draft.offer?.[kind];
  const stood = open.stood?.kind === kind && open.stood.text !== area.value && !open.events.some(one => one.from === 'agent' && one.text === open.stood.text.trim()) && open.stood.text;
  const suggestion = kind === 'reply' && may && !area.value && isFirst() && suggested();
  box.replaceChildren(
    h('div.tabs', null, h('div.row', {role: 'tablist', 'aria-label': t('write')}, tab('reply', 'r'), tab('note', 'n')), h('span.grow'),
      !may && h('span.small.mut', null, t(mayNot())),
      row.status === 'resolved' && h('button.btn', {type: 'button', 'data-do': 'reopen_to_reply', click: () => changeToReply('reopen')}, t('reopen')),
      kind === 'reply' && may && picker(),
      kind === 'reply' && may && h('button.btn.plain', {type: 'button', 'data-do': 'ready', 'aria-haspopup': 'listbox', 'aria-expanded': 'false', click: pickReady}, t('ready'), h('kbd', {'aria-hidden': 'true'}, '/'))),
    offer ? h('div.ghost.offer', null, h('p', {lang: row.language}, offer), h('button.btn', {type: 'button', click: takeOffer}, t('take_draft'))) : '',
    stood ? h('div.ghost.offer', null, h('p', {lang: row.language}, stood), h('button.btn', {type: 'button', 'data-do': 'take_back', click: takeBack}, t('take_back'))) : '',
    suggestion ? h('div.ghost', null, h('p', {lang: row.language}, suggestion), h('button.btn', {type: 'button', click: useSuggestion}, t('use'), h('kbd', {'aria-hidden': 'true'}, 'Ctrl .'))) : '',
    area, kind === 'reply' ? tray() : '', h('div.hint', {role: 'status'}), h('div.row', null, h('span.grow.small.mut.to', null, goesTo(kind)), send));
  hint(standing());
  if (inside) area.focus();
  if (at) area.setSelectionRange(...at);
  if (atEnd) log.scrollTop = log.scrollHeight;
}
// Who will read it, or why nobody does yet. What changes meanwhile is said without touching what is being typed.
const goesTo = kind => t(kind === 'note' ? 'note_is_inner' : open.facts?.unreached ? 'unreached_' + open.facts.unreached : 'reply_goes_out');
export function sayTo() { const node = $('.compose .to'); if (node) node.textContent = goesTo(composing()); }
// Only the first answer after a hand-over has a suggestion that it can be held against.
const isFirst = () => suggested() && !open.events.some(one => one.seq > handed().seq && one.kind === 'reply' && one.from === 'agent');
// What has been decided or put right since says something else.
const isDecided = () => open.events.some(one => one.seq > handed()?.seq && (one.kind === 'order_corrected' || one.kind === 'claim' && one.state !== 'submitted'));
const suggested = () => isDecided() ? '' : plain(handed()?.lines.find(one => one.label === 'reply')?.text || '');
export function useSuggestion() {
  const area = $('.compose textarea');
  if (!area || composing() !== 'reply' || !suggested() || !speaks()) return;
  saveDraft({taken: true, reply: area.value ? area.value + '\n' + suggested() : suggested()});
  drawCompose();
  $('.compose textarea').focus();
}
export const composing = () => $('.compose [aria-selected=true]')?.dataset.tab;
export const hint = words => { const node = $('.compose .hint'); if (node) node.textContent = words; };

// What holds of what is written as long as nothing else is to be said of it.
export function standing() {
  const kind = composing(), not = unsent(open.id, kind);
  return kind === 'reply' && !speaks() ? t(mayNot()) : isHeld(open.id, kind) ? t('held') : isSlow(open.id, kind) ? t('sending') : goesOut(open.id, kind) ? t('unsent') : open.pulled === kind ? t('unsent_changed') : not ? not.why || t('unsent_left') : '';
}
export const mayNot = (row = open.row) => row.status === 'closed' ? 'status_closed' : isDone(row) ? 'reopen_to_reply' : row.owner === 'queue' ? 'claim_to_reply' : 'take_to_reply';
export function write(kind) {
  if (!open.row || !mayAct() || kind === 'reply' && !speaks()) return;
  drawCompose(kind);
  const area = $('.compose textarea');
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
}
function typed(event) {
  writing();
  if (open.typed == null) open.typed = lastHeard();
  open.kind = composing();
  open.own = event.target.value;
  const had = !!drafted(open.id);
  if (saveDraft({[composing()]: event.target.value})) open.pulled = composing();
  if (!event.target.value) { open.typed = null; hint(''); drawCompose(); $('.compose textarea').focus(); $('.compose textarea').dataset.typed = true; }
  else document.querySelectorAll('.compose .ghost').forEach(one => one.remove());
  drawPick(event.target);
  if (!isStale() && !sayBlank(event.target.value)) hint(standing());
  if (had !== !!drafted(open.id)) drawList();
}
// While somebody typed, the customer wrote more: whoever sends is told first.
const isStale = () => open.typed != null && composing() === 'reply' && lastHeard() > open.typed;
export function warnNew() {
  const stale = isStale();
  const send = $('.compose .send');
  if (!send) return;
  if (stale) {
    const n = open.events.filter(one => isTheirs(one) && one.seq > open.typed).length;
    if (n !== open.warned) Object.assign(open, {warned: n, warnedAt: Date.now()});
    hint(t('wrote_more', {n}));
    send.firstChild.textContent = t('send_anyway');
  }
}
function pressedInText(event) {
  const composes = event.isComposing || event.keyCode === 229;
  const pick = $('.pick [aria-selected=true]');
  if (pick && !composes && !event.ctrlKey) {
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step) { event.preventDefault(); return movePick(step); }
    if (event.key === 'Enter') { event.preventDefault(); return pick.click(); }
    if (event.key === 'Escape') { event.preventDefault(); event.stopPropagation(); return dropPick(); }
  }
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey || keep.get('enter') && !event.shiftKey && composing() === 'reply') && !composes) {
    event.preventDefault();
    submit(event.shiftKey && (event.ctrlKey || event.metaKey));
  }
}

// Sends what is written. Its name stays the same until the desk has it, so that nothing is said twice.
async function submit(thenResolve) {
  const area = $('.compose textarea');
  const kind = composing();
  const text = area?.value.trim();
  const files = kind === 'reply' ? staged(open.id) : [];
  if (!text && !files.length || sayBlank(text) || kind === 'reply' && !speaks()) return;
  // Whoever presses just as the warning comes has not read it.
  if (isStale()) {
    warnNew();
    if (Date.now() - open.warnedAt < 700) return;
  }
  const id = open.id;
  const draft = keep.get(draftName(id)) || {};
  // What stands here may have gone on, or gone out, in another tab: that is shown, and what stood here is not lost.
  if (text && draft[kind]?.trim() !== text) {
    if (text === open.own?.trim()) open.stood = {kind, text};
    drawCompose();
    return hint(t('draft_elsewhere'));
  }
  const was = goesOut(id, kind);
  const name = was?.text === text ? was.client_id : draft['id_' + kind] && draft['text_' + kind] === text ? draft['id_' + kind] : fresh();
  if (text) saveDraft({['id_' + kind]: name, ['text_' + kind]: text, [kind]: text});
  const one = {id, by: me.id, kind, text, files, client_id: name, heard: lastHeard(), sure: open.sure === text, thenResolve: thenResolve && kind === 'reply', holds: kind === 'reply' && mayHold(open.row), revision: open.row.revision};
  if (kind === 'reply' && !open.warned) one.based_on = one.revision;
  if (kind === 'reply' && isFirst()) one.suggestion = text === suggested() ? 'accepted' : draft.taken ? 'edited' : 'ignored';
  // What the desk has kept may have been changed, or have gone out, on another machine.
  if (text && draft.at && !draft.here) {
    await takeDrafts();
    if (both(keep.get(draftName(id))) !== both(draft)) return;
  }
  takeOut(was);
  open.pulled = null;
  await send(one);
}
// What was typed on while it went out is the beginning of the next.
export function sentAway({id, kind, text}) {
  const draft = keep.get(draftName(id)) || {}, now = (draft[kind] || '').trim();
  for (const part of ['id_', 'text_']) delete draft[part + kind];
  draft[kind] = after(now, text);
  delete draft.taken;
  delete draft.unsent?.[kind];
  putDraft(id, {...draft, here: true});
  keepDraft(id, 0);
  drawList();
}
export const leaveSuggestion = () => { if (!isFirst()) $('.compose .ghost:not(.offer)')?.remove(); };
