// The keys, and the palette: everything that can be done here, found by what it is called or by the first letters in pinyin, each with its key.

import {setVolume, volume, wantNotices} from './alerts.js';
import {change, resolve, snooze, take} from './change.js';
import {VIEWS, attempt, call, isMine, leads, list, mayAct, me, open} from './desk.js';
import {drawer, reveal} from './facts.js';
import {savedOnes} from './find.js';
import {drawList, focusRow, walk} from './list.js';
import {comeOrGo, wake} from './live.js';
import {changePassword, dressUp, logOut, looks, secondFactor} from './main.js';
import {pickAll, pickRow} from './many.js';
import {ask, canUndo, shut, toast, undoLast} from './over.js';
import {$, h, keep} from './page.js';
import {go} from './place.js';
import {initials} from './ready.js';
import {isUnread} from './row.js';
import {t} from './words.js';
import {useSuggestion, write} from './write.js';

const KEYS = [
  {keys: 'j', name: 'key_next', does: () => walk(1)},
  {keys: 'k', name: 'key_previous', does: () => walk(-1)},
  {keys: 'Enter', name: 'key_open', own: true},
  {keys: 'o', name: 'key_open', does: () => list.at && go(list.view, list.at)},
  {keys: 'u', name: 'key_urgent', does: nextUnread},
  ...VIEWS.map(view => ({keys: 'g ' + (view === 'open' ? 'a' : view[0]), name: 'key_go', more: 'view_' + view, does: () => $('.views [data-view=' + view + ']')?.click()})),
  {keys: 'a', acts: true, name: 'key_take', does: take},
  {keys: 'A', leads: true, name: 'key_assign', does: assign},
  {keys: 'r', acts: true, name: 'key_reply', does: () => write('reply')},
  {keys: 'n', acts: true, name: 'key_note', does: () => write('note')},
  {keys: 'e', acts: true, name: 'key_resolve', does: () => resolve(false)},
  {keys: 'E', acts: true, name: 'key_resolve_next', does: () => resolve(true)},
  {keys: 'z', acts: true, name: 'key_snooze', does: snooze},
  {keys: 'b', acts: true, name: 'key_return', does: () => isMine(open.row || {}) && change('return')},
  {keys: 't', acts: true, name: 'key_label', does: () => reveal('.right .label')},
  {keys: 'p', acts: true, name: 'key_priority', does: () => reveal('.right .priority')},
  {keys: 'x', acts: true, name: 'key_pick', does: () => pick(false)},
  {keys: 'X', acts: true, name: 'key_pick_range', does: () => pick(true)},
  {keys: '*', acts: true, name: 'key_pick_all', does: pickAll},
  {keys: 'Ctrl+z', acts: true, name: 'key_undo', does: undoLast},
  {keys: '[', name: 'key_before', does: () => beside(-1)},
  {keys: ']', name: 'key_after', does: () => beside(1)},
  {keys: 'i', name: 'key_facts', does: drawer},
  {keys: 'Ctrl+.', acts: true, name: 'key_suggestion', does: useSuggestion},
  {keys: 'Ctrl+k', name: 'key_palette', does: () => palette(), own: true},
  {keys: '/', name: 'key_search', does: () => { $('.app').classList.remove('reading'); $('.find input').select(); $('.find input').focus(); }},
  {keys: '/', name: 'key_ready', inText: true, acts: true},
  {keys: 'Ctrl+Enter', name: 'key_send', inText: true, acts: true},
  {keys: 'Ctrl+Shift+Enter', name: 'key_send_resolve', inText: true, acts: true},
  {keys: 'Escape', name: 'key_back', does: () => back(), own: true},
  {keys: '?', name: 'key_help', does: () => help()},
];
// Those that do something for whoever is here.
export const keysHere = () => KEYS.filter(one => (!one.acts || mayAct()) && (!one.leads || leads()));
// Picks the row that the keys are at; from nowhere they begin at the first.
function pick(range) {
  const at = list.rows.some(row => row.id === list.at) ? list.at : list.rows[0]?.id;
  if (at !== list.at) focusRow(at);
  pickRow(at, range);
}
// The next row with something new in it; where there is none, whoever has waited longest.
function nextUnread() {
  const at = list.rows.findIndex(row => row.id === (open.id || list.at));
  const found = [...list.rows.slice(at + 1), ...list.rows.slice(0, at + 1)].find(row => !row.gone && isUnread(row));
  if (found) return go(list.view, found.id);
  return attempt(async () => {
    const {rows: [most]} = await call('GET', '/v1/inbox?view=waiting&limit=1');
    if (most) go('waiting', most.id);
  });
}
function assign() {
  if (!open.row) return;
  const choose = $('.head select.chip');
  choose?.focus();
  try { choose?.showPicker(); } catch { /* it has the focus: arrows open it */ }
}
// The conversations of one person, in the order in which they began.
function beside(step) {
  if (!open.row || !open.facts) return;
  const all = [...open.facts.earlier, open.row].sort((a, b) => new Date(a.created_at) - new Date(b.created_at));
  const next = all[all.findIndex(one => one.id === open.id) + step];
  if (next) go(list.view, next.id);
  else toast(t('only_conversation'));
}
function back() {
  if ($('dialog.light')) return $('dialog.light').close();
  if ($('dialog')) return shut();
  if ($('.facts-on')) return drawer();
  if (document.activeElement?.matches('textarea')) return $('.thread')?.focus();
  if (list.picked.size) { list.picked.clear(); return drawList(); }
  if (open.id) { const id = open.id; go(list.view); focusRow(id); }
}
export function help() {
  const quiet = h('input', {type: 'checkbox', change: event => { keep.set('quiet', event.target.checked || null); dressUp(); }});
  quiet.checked = !!keep.get('quiet');
  const enter = h('input', {type: 'checkbox', name: 'enter', change: event => keep.set('enter', event.target.checked || null)});
  enter.checked = !!keep.get('enter');
  const wants = h('input', {type: 'checkbox', name: 'notify', change: async () => { wants.checked = await wantNotices(wants.checked); }});
  wants.checked = !!keep.get('notify') && window.Notification?.permission === 'granted';
  const hold = h('select', {name: 'hold', change: () => keep.set('hold', hold.value || null)}, ['', 'letters', 'all'].map(one => h('option', {value: one}, t('hold_' + (one || 'off')))));
  hold.value = keep.get('hold') ?? '';
  const notices = 'Notification' in window && h('label.row', null, wants, t('notify'));
  const loud = h('input', {type: 'range', name: 'volume', min: 0, max: 1, step: 0.1, change: () => setVolume(Number(loud.value))});
  loud.value = volume();
  ask(t('keys'), [h('dl.keys', {tabindex: 0}, keysHere().map(one => [h('dt', null, h('code', null, one.keys)), h('dd', null, one.more ? t(one.name, {view: t(one.more)}) : t(one.name))])),
    h('label.row', null, quiet, t('keys_off')), h('label.row', null, enter, t('enter_sends')), mayAct() && h('label.row', null, t('hold'), hold), notices, h('label.row', null, t('volume'), loud),
    h('div.row.looks', null, looks()),
    h('button.btn', {type: 'button', click: () => { shut(); logOut(true); }}, t('log_out_everywhere')),
    h('button.btn', {type: 'button', 'data-do': 'password', click: changePassword}, t('new_password') + '…'),
    h('button.btn', {type: 'button', 'data-do': 'factor', click: secondFactor}, t('factor') + '…')]);
  // Read from its beginning, and not from where its last button is.
  $('dialog .keys').focus();
  $('dialog').scrollTop = 0;
}
// In a field that nobody has typed in, nothing of what was typed can be meant.
const isTyped = field => field && field.localName !== 'select' && (field.value || field.dataset.typed);
let first = '';
addEventListener('keydown', event => {
  if (!me || event.isComposing || event.keyCode === 229 || event.altKey) return;
  const control = event.ctrlKey || event.metaKey, keys = keysHere();
  // A keyboard that writes no Latin letters is read by where its keys are.
  let key = event.key.length === 1 && event.key.charCodeAt(0) > 126 && /^Key/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key;
  if (key.length === 1 && event.shiftKey && /[a-z]/.test(key)) key = key.toUpperCase();
  const writes = event.target.closest?.('textarea, input, select');
  const single = !control && key.length === 1;
  if (single && (writes || keep.get('quiet') && key !== '?' || $('dialog') && key !== '?')) return;
  // What was typed is taken back by the browser.
  if (control) key = key.toLowerCase();
  if (control && key === 'z' && (isTyped(writes) || event.shiftKey || !canUndo())) return;
  if (control && (event.shiftKey || !keys.some(one => one.keys === 'Ctrl+' + key && one.does))) return;
  if (control && key !== '.' && $('dialog')) return;
  const pressed = (control ? 'Ctrl+' : '') + key;
  const both = first + pressed;
  first = '';
  const found = keys.find(one => one.keys === both && one.does) || keys.find(one => one.keys === pressed && one.does);
  // What is done elsewhere is not done beneath the facts.
  if (found && single && !'itp?[]'.includes(key) && $('.mid')?.inert) drawer();
  if (found) { event.preventDefault(); found.does(); }
  else if (single && keys.some(one => one.keys.startsWith(key + ' '))) { first = key + ' '; setTimeout(() => { first = ''; }, 1200); }
});
addEventListener('online', wake);
document.addEventListener('visibilitychange', () => { if (!document.hidden && me) wake(); });

const SHOWN = 12;
function actions() {
  const keyed = keysHere().filter(one => one.does && !one.own).map(one => ({words: one.more ? t(one.name, {view: t(one.more)}) : t(one.name), key: one.keys, does: one.does}));
  const states = mayAct() ? ['online', 'paused', 'offline'].map(one => ({words: t('availability') + ': ' + t('is_' + one), does: () => comeOrGo(one)})) : [];
  return [...keyed, ...savedOnes().map(one => ({words: t('saved') + ': ' + one.name, does: one.does})), ...states,
    ...leads() ? ['report', 'reviews', ...me.merchant ? [] : ['audit']].map(name => ({words: t(name), does: () => { location.hash = '#' + name; }})) : [], {words: t('factor'), does: secondFactor}, {words: t('log_out'), does: () => logOut(false)}];
}
export function palette() {
  const all = actions();
  let found = [];
  const field = h('input', {type: 'search', role: 'combobox', 'aria-label': t('palette'), 'aria-expanded': 'true', 'aria-controls': 'palette', placeholder: t('palette_hint'), maxlength: 200, autocomplete: 'off', spellcheck: 'false',
    input: event => { if (!event.isComposing) look(); }, compositionend: look, keydown: move});
  const box = h('ul.found', {id: 'palette', role: 'listbox', 'aria-label': t('palette')});
  // What was typed is looked for in all conversations where nothing here is called so, and after that where something is.
  function look() {
    const asked = field.value.trim(), wanted = asked.toLowerCase();
    const fits = one => !wanted || one.words.toLowerCase().includes(wanted) || initials(one.words).includes(wanted) || one.key === asked;
    found = all.filter(fits).slice(0, SHOWN);
    if (asked) found.push({words: t('palette_search', {q: asked}), key: '/', does: () => go(list.view, open.id, {...list.only, q: asked})});
    box.replaceChildren(...found.map((one, at) => h('li', {id: 'palette-' + at, role: 'option', 'aria-selected': String(at === 0), click: () => does(one)}, h('span.grow', null, one.words), one.key && h('kbd', null, one.key))));
    field.setAttribute('aria-activedescendant', 'palette-0');
  }
  function move(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    const at = [...box.children].findIndex(one => one.ariaSelected === 'true');
    if (event.key === 'Enter') { event.preventDefault(); return does(found[at]); }
    if (!step) return;
    event.preventDefault();
    const next = (at + step + found.length) % found.length;
    box.children[at].ariaSelected = 'false';
    box.children[next].ariaSelected = 'true';
    box.children[next].scrollIntoView({block: 'nearest'});
    field.setAttribute('aria-activedescendant', 'palette-' + next);
  }
  function does(one) {
    shut();
    one.does();
  }
  ask(t('palette'), [field, box], null, null);
  look();
  field.focus();
}
