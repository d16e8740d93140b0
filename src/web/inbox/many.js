// Many conversations at once: picked, changed together, and put back.

import {chooseSnooze} from './change.js';
import {catchUp} from './conversation.js';
import {agentName, attempt, call, colleagues, leads, list, mayAct, named} from './desk.js';
import {drawList, refresh} from './list.js';
import {mayUndo, toast} from './over.js';
import {$, chosen, h, plain} from './page.js';
import {asSupposed, suppose} from './supposed.js';
import {t} from './words.js';

// Picks a row or lets it go; with Shift all from the last one that was picked to this one.
export function pickRow(id, range) {
  if (!id || !mayAct()) return;
  const places = [list.from, id].map(one => list.rows.findIndex(row => row.id === one));
  if (range && places[0] >= 0) list.rows.slice(Math.min(...places), Math.max(...places) + 1).forEach(row => list.picked.add(row.id));
  else if (!list.picked.delete(id)) list.picked.add(id);
  list.from = id;
  drawList();
}
export function pickAll() {
  if (!mayAct()) return;
  if (list.rows.every(row => list.picked.has(row.id))) list.picked.clear();
  else list.rows.slice(0, BULK).forEach(row => list.picked.add(row.id));
  drawList();
}
export function drawBulk() {
  const box = $('.bulk');
  if (!box || box.contains(document.activeElement) && list.picked.size && box.dataset.n === String(list.picked.size)) return;
  box.hidden = !list.picked.size;
  box.dataset.n = list.picked.size;
  if (!list.picked.size) return box.replaceChildren();
  const choose = (name, values, does) => chosen(h('select', {'aria-label': t(name), 'data-bulk': name}, h('option', {value: ''}, t(name)), values.map(([value, words]) => h('option', {value}, words))), h('button.btn', {type: 'button', 'data-bulk-yes': name, 'aria-label': t(name)}, '✓'), does);
  const label = h('input', {'aria-label': t('label'), placeholder: '# ' + t('label'), maxlength: 40, 'data-bulk': 'label', keydown: event => {
    if (event.key === 'Enter' && !event.isComposing && label.value.trim()) { event.preventDefault(); bulk({do: 'labels', add: [label.value.trim()]}); }
  }});
  const button = (name, does) => h('button.btn', {type: 'button', 'data-bulk': name, click: does}, t(name));
  box.replaceChildren(h('b', {role: 'status'}, t('picked', {n: list.picked.size})), h('span.grow'),
    h('button.btn.plain', {type: 'button', 'aria-label': t('clear'), click: () => { list.picked.clear(); drawList(); }}, '×'),
    h('div.row.wrap', null, label, choose('priority', ['urgent', 'high', 'normal'].map(one => [one, t('priority_' + one)]), priority => bulk({do: 'priority', priority})),
      leads() && choose('assign', colleagues(), agent => bulk({do: 'assign', agent})),
      button('snooze', () => chooseSnooze(left => bulk({do: 'snooze', ...left}))), button('resolve', () => bulk({do: 'resolve'}))));
}
const BULK = 200;
async function bulk(change, conversations = [...list.picked].slice(0, BULK)) {
  const box = $('.bulk'), controls = [...box.querySelectorAll('button, input, select')];
  if (box.ariaBusy) return;
  // It is seen at once which rows it is about, and that it is not done yet.
  const busy = conversations.map(id => suppose(id, 'busy'));
  list.rows.forEach(asSupposed);
  const mark = is => { for (const one of controls) one.disabled = is; box.ariaBusy = is ? 'true' : null; drawList(); };
  const held = document.activeElement;
  const words = box.querySelector('[role=status]');
  words.textContent = t('bulk_under_way', {n: conversations.length});
  mark(true);
  const answer = await attempt(() => call('POST', '/v1/bulk', {conversations, change}));
  busy.forEach(end => end(true));
  mark(false);
  if (box.contains(held)) held.focus();
  words.textContent = t('picked', {n: list.picked.size});
  if (!answer) return;
  list.picked = new Set(answer.failed.map(one => one.id));
  await refresh(false);
  catchUp();
  drawList();
  tellBulk(answer, 'bulk_done', answer.done.length && (() => attempt(async () => {
    const back = await call('POST', '/v1/bulk/undo', {done: answer.done});
    await refresh(true);
    catchUp();
    tellBulk(back, 'bulk_undone');
  })));
  const over = answer.failed.filter(one => one.code === 'agent_at_cap').map(one => one.id);
  if (over.length) toast(t('at_cap', {name: plain(agentName(change.agent))}), [t('over_cap'), () => bulk({...change, over_cap: true}, over)]);
}
// How many went through, and why the others did not: who they are, as far as there is room.
const NAMED = 8;
function tellBulk({done, failed}, words, undo) {
  const name = id => { const row = list.rows.find(one => one.id === id); return row ? named(row) : id.slice(-4); };
  const whys = new Map();
  for (const one of failed) {
    const why = t(one.code === 'stale_revision' ? 'has_changed' : one.code === 'role_too_low' ? 'not_allowed' : one.code === 'conflict' ? 'bulk_not_yours' : one.code === 'agent_away' ? 'no_agent_away' : 'refused', {why: one.detail});
    whys.set(why, [...whys.get(why) || [], name(one.id)]);
  }
  toast([t(words, {n: done.length}), ...failed.length ? [' ' + t('bulk_failed', {n: failed.length}), h('ul.small', null, [...whys].map(([why, names]) => h('li', null, names.slice(0, NAMED).join(', ') + (names.length > NAMED ? ' +' + (names.length - NAMED) : '') + ': ' + why)))] : []], undo ? [t('undo'), mayUndo(undo)] : null);
}
