// Writing: a reply or a note, its draft, and the way to the desk.

import {resolve} from './change.js';
import {catchUp, writing} from './conversation.js';
import {Refused, call, explained, isDone, isMine, lastHeard, list, mayAct, me, named, open, path} from './desk.js';
import {drawList} from './list.js';
import {picker, sendStaged, staged, tray} from './files.js';
import {reached} from './live.js';
import {toast} from './over.js';
import {$, fresh, h, keep, lock, plain} from './page.js';
import {go} from './place.js';
import {drawPick, movePick, ownCanned, sayBlank} from './ready.js';
import {handed} from './thread.js';
import {t} from './words.js';

const draftName = id => 'draft.' + me.id + '.' + id;
export const drafted = id => { const draft = keep.get(draftName(id)); return draft && (draft.reply || draft.note) ? draft : null; };
const both = draft => JSON.stringify([draft?.reply?.trim() || '', draft?.note?.trim() || '']);
// `at` is when the desk kept it, `kept` when this browser learned so, `here` whether the desk has yet to keep what was typed here; `over` says
// that nothing is left of it here while another browser has gone on with it, `offer` with what.
function putDraft(id, draft) { keep.set(draftName(id), draft.here || draft.over || draft.reply || draft.note || draft.kind === 'note' ? draft : null); }
export function saveDraft(change) {
  const before = keep.get(draftName(open.id)) || {}, draft = {...before, ...change};
  const is = both(draft) !== both(before);
  if (is) draft.here = true;
  putDraft(open.id, draft);
  if (is) keepDraft(open.id);
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
  if (now) putDraft(id, {...now, at: both(was) === both() ? undefined : at, kept: Date.now(), here: both(now) !== both(was), over: !at || undefined});
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
// Another tab of this browser has gone on with what stands here, or has sent it.
addEventListener('storage', event => {
  const area = $('.compose textarea'), kind = composing();
  if (!me || !area || event.key !== 'frontdesk.inbox.' + draftName(open.id)) return;
  const [was, is] = [event.oldValue, event.newValue].map(json => JSON.parse(json || '{}')[kind] || '');
  if (was === is) return;
  if (area.value !== was && document.hasFocus()) return hint(t('draft_elsewhere'));
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

export function drawCompose() {
  const box = $('.compose');
  if (!box) return;
  const row = open.row;
  if (!mayAct()) return box.replaceChildren(h('p.mut', null, t('only_reads')));
  const old = box.querySelector('textarea');
  const at = old && old === document.activeElement && [old.selectionStart, old.selectionEnd];
  const log = $('.thread');
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  const draft = keep.get(draftName(open.id)) || {};
  const kind = draft.kind === 'note' || !isMine(row) ? 'note' : 'reply';
  box.classList.toggle('notes', kind === 'note');
  const tab = (name, key) => h('button', {type: 'button', role: 'tab', 'aria-selected': String(name === kind), 'data-tab': name, disabled: name === 'reply' && !isMine(row), click: () => write(name)}, name === 'note' && lock(), t('tab_' + name), h('kbd', {'aria-hidden': 'true'}, key));
  const area = h('textarea', {'aria-label': t('tab_' + kind), placeholder: t(kind === 'note' ? 'note_hint' : 'reply_hint', {name: named(row)}), lang: kind === 'reply' ? row.language : null, input: typed, keydown: pressedInText});
  area.value = draft[kind] || '';
  const send = h('button.btn.main.send', {type: 'button', click: () => submit(false)}, t(kind === 'note' ? 'save_note' : 'send'), h('kbd', {'aria-hidden': 'true'}, 'Ctrl ↵'));
  const offer = !area.value && draft.offer?.[kind];
  const suggestion = kind === 'reply' && !area.value && isFirst() && suggested();
  box.replaceChildren(
    h('div.tabs', null, h('div.row', {role: 'tablist', 'aria-label': t('write')}, tab('reply', 'r'), tab('note', 'n')), h('span.grow'),
      !isMine(row) && !isDone(row) && h('span.small.mut', null, t(row.owner === 'queue' ? 'claim_to_reply' : 'take_to_reply')),
      kind === 'reply' && picker(),
      kind === 'reply' && h('button.btn.plain', {type: 'button', 'data-do': 'ready', click: ownCanned}, t('ready'), h('kbd', {'aria-hidden': 'true'}, '/'))),
    offer ? h('div.ghost.offer', null, h('p', {lang: row.language}, offer), h('button.btn', {type: 'button', click: takeOffer}, t('take_draft'))) : '',
    suggestion ? h('div.ghost', null, h('p', {lang: row.language}, suggestion), h('button.btn', {type: 'button', click: useSuggestion}, t('use'), h('kbd', {'aria-hidden': 'true'}, 'Ctrl .'))) : '',
    area, kind === 'reply' ? tray() : '', h('div.hint', {role: 'status'}), h('div.row', null, h('span.grow.small.mut', null, t(kind === 'note' ? 'note_is_inner' : 'reply_goes_out')), send));
  hint(unsent.has(open.id) ? t('unsent') : '');
  if (at) { area.focus(); area.setSelectionRange(...at); }
  if (atEnd) log.scrollTop = log.scrollHeight;
}
// Only the first answer after a hand-over has a suggestion that it can be held against.
const isFirst = () => suggested() && !open.events.some(one => one.seq > handed().seq && one.kind === 'reply' && one.from === 'agent');
const suggested = () => plain(handed()?.lines.find(one => one.label === 'reply')?.text || '');
export function useSuggestion() {
  const area = $('.compose textarea');
  if (!area || composing() !== 'reply' || !suggested()) return;
  saveDraft({taken: true, reply: area.value ? area.value + '\n' + suggested() : suggested()});
  drawCompose();
  $('.compose textarea').focus();
}
export const composing = () => $('.compose [aria-selected=true]')?.dataset.tab;
export const hint = words => { const node = $('.compose .hint'); if (node) node.textContent = words; };

export function write(kind) {
  if (!open.row || !mayAct() || kind === 'reply' && !isMine(open.row)) return;
  saveDraft({kind});
  drawCompose();
  $('.compose textarea').focus();
}
function typed(event) {
  writing();
  if (open.typed == null) open.typed = lastHeard();
  const had = !!drafted(open.id);
  saveDraft({[composing()]: event.target.value});
  if (!event.target.value) { open.typed = null; hint(''); drawCompose(); $('.compose textarea').focus(); }
  else document.querySelectorAll('.compose .ghost').forEach(one => one.remove());
  drawPick(event.target);
  if (!isStale() && !sayBlank(event.target.value)) hint('');
  if (had !== !!drafted(open.id)) drawList();
}
// While somebody typed, the customer wrote more: whoever sends is told first.
const isStale = () => open.typed != null && composing() === 'reply' && lastHeard() > open.typed;
export function warnNew() {
  const stale = isStale();
  const send = $('.compose .send');
  if (!send) return;
  if (stale) {
    const n = open.events.filter(one => one.from === 'customer' && one.kind === 'message' && one.seq > open.typed).length;
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
    if (event.key === 'Escape') { event.preventDefault(); event.stopPropagation(); return $('.pick').remove(); }
  }
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey || keep.get('enter') && !event.shiftKey && composing() === 'reply') && !composes) {
    event.preventDefault();
    submit(event.shiftKey && (event.ctrlKey || event.metaKey));
  }
}

let sending = false;
// Before words go out the desk looks them over: whoever is told of something in them sends them by pressing once more.
async function overseen(id, text) {
  sending = true;
  try {
    const {masked, others} = await call('POST', '/v1/conversations/' + encodeURIComponent(id) + '/look-over', {text});
    if (!masked && !others.length) return false;
    const why = [others.length && t('names_other', {orders: others.map(plain).join(', ')}), masked && t('will_mask')].filter(Boolean).join(' ');
    if (id !== open.id) { toast(t('unsent_there', {why}), [t('view_it'), () => go(list.view, id)]); return true; }
    open.sure = text;
    hint(why);
    $('.compose .send').firstChild.textContent = t('send_anyway');
    return true;
  } catch { return false; } finally { sending = false; }
}
// What is to be seen goes first: the words are about it.
async function sendFiles(id) {
  sending = true;
  $('.compose .send').disabled = true;
  const done = await sendStaged(id);
  sending = false;
  const send = $('.compose .send');
  if (send) send.disabled = false;
  if (id !== open.id) return done;
  if (done) drawCompose();
  await catchUp();
  return done;
}
// Sends what is written. Its name stays the same until the desk has it, so that nothing is said twice.
async function submit(thenResolve) {
  const area = $('.compose textarea');
  const kind = composing();
  const text = area?.value.trim();
  const files = kind === 'reply' && staged(open.id).length;
  if (!text && !files || sending || sayBlank(text)) return;
  // Whoever presses just as the warning comes has not read it.
  if (isStale()) {
    warnNew();
    if (Date.now() - open.warnedAt < 700) return;
  }
  const id = open.id;
  const draft = keep.get(draftName(id)) || {};
  // What stands here may have gone on, or gone out, in another tab. Where nothing may be kept there is none.
  if (text && keep.get('browser') && draft[kind]?.trim() !== text) {
    drawCompose();
    return hint(t('draft_elsewhere'));
  }
  const name = draft['id_' + kind] && draft['text_' + kind] === text ? draft['id_' + kind] : fresh();
  if (text) saveDraft({['id_' + kind]: name, ['text_' + kind]: text, [kind]: text, kind, based_on: open.row.revision});
  // What the desk has kept may have been changed, or have gone out, on another machine.
  if (text && draft.at && !draft.here) {
    sending = true;
    await takeDrafts();
    sending = false;
    if (both(keep.get(draftName(id))) !== both(draft)) return;
  }
  if (kind === 'reply' && text && open.sure !== text && await overseen(id, text)) return;
  if (files && id === open.id && !await sendFiles(id)) return;
  // Whoever has gone on to another conversation meanwhile has sent it all the same.
  if (id !== open.id) { if (text) { unsent.add(id); outbox(); } return; }
  if (!text) return thenResolve && resolve(true);
  sending = true;
  const send = $('.compose .send');
  send.disabled = true;
  try {
    const body = {client_id: name, text};
    if (kind === 'reply' && !open.warned) body.based_on = open.row.revision;
    if (kind === 'reply' && isFirst()) body.suggestion = text === suggested() ? 'accepted' : draft.taken ? 'edited' : 'ignored';
    await call('POST', path() + (kind === 'note' ? '/notes' : '/messages'), body);
    if (id !== open.id) return sentAway(id, kind);
    sentAway(id, kind);
    unsent.delete(id);
    Object.assign(open, {typed: null, warned: 0, sure: null});
    drawCompose();
    $('.compose textarea').focus();
    await catchUp();
    if (!isFirst()) $('.compose .ghost:not(.offer)')?.remove();
    if (thenResolve && kind === 'reply') await resolve(true);
  } catch (error) {
    if (error instanceof Refused && error.code === 'stale_revision') {
      await catchUp();
      sending = false;
      if (isStale()) return warnNew();
      return await submit(thenResolve);
    }
    if (error instanceof Refused) hint(explained(error));
    else { reached(false); unsent.add(id); hint(t('unsent')); }
  } finally {
    sending = false;
    send.disabled = false;
  }
}
function sentAway(id, kind) {
  const draft = keep.get(draftName(id)) || {};
  for (const part of ['', 'id_', 'text_']) delete draft[part + kind];
  delete draft.based_on;
  delete draft.taken;
  draft.kind = 'reply';
  putDraft(id, {...draft, here: true});
  keepDraft(id, 0);
  drawList();
}
// The desk is back: what could not be sent is sent now, wherever it was written. Where the customer has written since, somebody looks first.
const unsent = new Set();
export const later = id => unsent.add(id);
export async function outbox() {
  for (const id of [...unsent]) {
    if (sending) return;
    if (id === open.id) { if (!isStale()) submit(false); continue; }
    const draft = keep.get(draftName(id)) || {};
    const kind = draft.kind === 'note' ? 'note' : 'reply';
    unsent.delete(id);
    if (!draft['id_' + kind] || draft['text_' + kind] !== draft[kind]) continue;
    try {
      await call('POST', '/v1/conversations/' + encodeURIComponent(id) + (kind === 'note' ? '/notes' : '/messages'), {client_id: draft['id_' + kind], text: draft[kind], ...kind === 'reply' && {based_on: draft.based_on}});
      sentAway(id, kind);
    } catch (error) {
      if (error instanceof Refused) toast(t('unsent_there', {why: explained(error)}), [t('view_it'), () => go(list.view, id)]);
      else unsent.add(id);
    }
  }
}
