// The list: its views, the rows that are in sight, what is new above them, and what gets late.

import {attend, drawSign} from './alerts.js';
import {VIEWS, attempt, call, isMine, list, mayAct, open} from './desk.js';
import {drawOnly} from './find.js';
import {drawBulk} from './many.js';
import {toast} from './over.js';
import {$, h, keep, redraw} from './page.js';
import {address, asked, go, narrowed} from './place.js';
import {lateness, line, unread} from './row.js';
import {asSupposed} from './supposed.js';
import {t, tag} from './words.js';
import {drafted, unsent} from './write.js';

export function drawViews() {
  // The list that is looked at already is looked at anew: what has moved goes.
  redraw($('.views'), ...VIEWS.map(view => h('a', {click: event => event.currentTarget.ariaCurrent && refresh(true), href: address(view, open.id, {...list.only, q: ''}), 'aria-current': view === list.view && !list.only.q && 'page', 'data-view': view},
    h('span', null, t('view_' + view)), h('i', null, String(list.counts[view] ?? '')))));
  drawSign();
}

// Looks again. What is on the screen stays where it is; what is new waits above until it is asked for.
let looking = null, quiet = 0, reads = 0;
export async function refresh(whole) {
  const view = list.view;
  const mine = looking = {};
  try {
    const size = Math.min(200, Math.max(50, list.rows.length));
    const only = asked();
    const page = await pageOf('view=' + view + only, whole ? 50 : size);
    if (mine !== looking || view !== list.view || only !== asked()) return;
    page.rows.forEach(asSupposed);
    list.counts = page.counts;
    const before = String(list.currencies);
    list.currencies = page.currencies || [];
    list.loaded = true;
    const now = new Map(page.rows.map(row => [row.id, row]));
    if (whole || !list.rows.length) {
      reads++;
      Object.assign(list, {rows: page.rows, fresh: [], next: page.next || null});
    } else {
      const known = new Set(list.rows.map(row => row.id));
      // Beyond the page that was asked for, nobody can say whether a row is still there.
      list.rows = list.rows.map((row, at) => now.get(row.id) || (at < size && !page.next || isOver(row, page) ? {...row, gone: true} : row));
      list.fresh = page.rows.filter(row => !known.has(row.id));
    }
    // Nobody says when somebody stops writing: it is over by itself.
    clearTimeout(quiet);
    const writing = list.rows.filter(row => row.writes_for_ms).map(row => row.writes_for_ms);
    if (writing.length) quiet = setTimeout(() => refresh(false), Math.min(...writing) + 50);
    drawViews();
    if (String(list.currencies) !== before) drawOnly();
    drawList();
    tellLate();
    attend();
  } catch { /* it is looked at again */ }
}
// What gets late is said once for each, and the one that is late first is a press away.
const toldLate = new Set();
function tellLate() {
  const late = list.rows.filter(row => row.owed && (row.owner === 'queue' || isMine(row)) && lateness(row.owed)[0] && row.id !== open.id && !toldLate.has(row.id + row.owed.due));
  if (!late.length || !mayAct()) return;
  late.forEach(row => toldLate.add(row.id + row.owed.due));
  const [first] = late.sort((a, b) => new Date(a.owed.due) - new Date(b.owed.due));
  toast(t(late.every(row => lateness(row.owed)[0] === 'over') ? 'late_now' : 'late_soon', {n: late.length}), [t('late_open'), () => go(list.view, first.id)]);
}
// A page of a narrow list may be short, or empty, and not the last. After so many somebody says whether to look further.
const MOST_PAGES = 12;
async function pageOf(what, size, cursor) {
  const rows = [];
  for (let pages = 1; ; pages++) {
    const page = await call('GET', '/v1/inbox?' + what + '&limit=' + (size - rows.length) + (cursor ? '&cursor=' + encodeURIComponent(cursor) : ''));
    rows.push(...page.rows);
    if (!page.next || pages === MOST_PAGES || rows.length >= Math.min(size, 20)) return {...page, rows};
    cursor = page.next;
  }
}
const isOver = (row, page) => row.id === open.id && open.row && !page.rows.some(one => one.id === row.id);
export function takeFresh() {
  list.rows = [...list.fresh, ...list.rows.filter(row => !row.gone)];
  list.fresh = [];
  refresh(true).then(() => { $('.list').scrollTop = 0; if (list.rows.length) focusRow(list.rows[0].id); });
}
export async function more() {
  const cursor = list.next, what = 'view=' + list.view + asked(), was = reads;
  list.next = null;
  const page = await attempt(() => pageOf(what, 100, cursor));
  // Another list is looked at by now, or this one was read anew.
  if (was !== reads || what !== 'view=' + list.view + asked()) return;
  list.next = page ? page.next || null : cursor;
  const known = new Set(list.rows.map(row => row.id));
  for (const row of page?.rows || []) if (!known.has(row.id)) list.rows.push(asSupposed(row));
  drawList();
}

// Only the rows in sight are in the page, and the one that has the focus: ten thousand scroll as ten do. All are of one height.
const SPARE = 12;
let ROW = 104;
export function spread() {
  ROW = keep.get('dense') ? 62 : 104;
  $('.list')?.classList.toggle('dense', ROW === 62);
  drawRows();
}
const drawnLines = new Map();
export function drawList() {
  const box = $('.list');
  if (!box) return;
  const bar = $('.fresh');
  bar.hidden = !list.fresh.length;
  bar.textContent = t('fresh', {n: list.fresh.length});
  const narrow = narrowed({...list.only, sort: ''});
  box.querySelector('.none')?.remove();
  if (!list.rows.length && list.loaded) box.append(list.next
    ? h('li.none', null, h('b', null, t('none_so_far')), h('button.btn', {type: 'button', 'data-do': 'look_further', click: more}, t('look_further')))
    : h('li.none', null, h('b', null, t(narrow ? 'none_found' : 'none_' + (list.view === 'waiting' ? 'waiting' : 'here'))), t(narrow ? 'none_found_more' : 'none_more')));
  drawRows();
  drawBulk();
}
export function drawRows() {
  const box = $('.list');
  if (!box) return;
  const held = document.activeElement?.closest?.('.list li')?.dataset.id;
  const first = Math.max(0, Math.floor(box.scrollTop / ROW) - SPARE);
  const last = Math.min(list.rows.length, Math.ceil((box.scrollTop + box.clientHeight) / ROW) + SPARE);
  const shown = [];
  list.rows.forEach((row, at) => { if (at >= first && at < last || row.id === held || row.id === list.at) shown.push([row, at]); });
  const ids = new Set(shown.map(([row]) => row.id));
  for (const [id, one] of drawnLines) if (!ids.has(id)) { one.node.remove(); drawnLines.delete(id); }
  let before = box.querySelector('.space') || box.appendChild(h('li.space', {role: 'presentation'}));
  before.style.height = list.rows.length * ROW + 'px';
  for (const [row, at] of shown) {
    const is = JSON.stringify(row) + tag + !!drafted(row.id) + !!unsent(row.id, 'reply') + !!unsent(row.id, 'note') + list.only.q + list.picked.has(row.id) + unread(row);
    let one = drawnLines.get(row.id);
    if (one?.is !== is) {
      const node = line(row);
      one?.node.replaceWith(node);
      drawnLines.set(row.id, one = {is, node});
    }
    one.node.style.top = at * ROW + 'px';
    one.node.ariaPosInSet = String(at + 1);
    one.node.ariaSetSize = String(list.next ? -1 : list.rows.length);
    if (before.nextSibling !== one.node) before.after(one.node);
    before = one.node;
  }
  mark();
  if (held && document.activeElement?.closest?.('.list li')?.dataset.id !== held) drawnLines.get(held)?.node.firstChild.focus({preventScroll: true});
}
export function mark() {
  const at = list.at && drawnLines.has(list.at) ? list.at : list.rows[0]?.id;
  for (const [id, {node}] of drawnLines) {
    const link = node.firstChild;
    link.tabIndex = id === at ? 0 : -1;
    if (id === open.id) link.setAttribute('aria-current', 'true'); else link.removeAttribute('aria-current');
    link.href = address(list.view, id);
  }
}
// Brings a row into sight, draws it, and gives it the focus.
export function focusRow(id) {
  const box = $('.list');
  const at = list.rows.findIndex(row => row.id === id);
  if (!box || at < 0) return;
  list.at = id;
  const top = at * ROW;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + ROW > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW - box.clientHeight;
  drawRows();
  drawnLines.get(id)?.node.firstChild.focus({preventScroll: true});
}

export function neighbour(step) {
  const rows = list.rows.filter(row => !row.gone || row.id === list.at);
  const at = rows.findIndex(row => row.id === (open.id && rows.some(one => one.id === open.id) ? open.id : list.at));
  const next = rows[at < 0 ? 0 : at + step];
  return next && next.id !== open.id ? next.id : null;
}
export function walk(step) {
  const at = list.rows.findIndex(row => row.id === list.at);
  const row = list.rows[Math.max(0, Math.min(list.rows.length - 1, at < 0 ? 0 : at + step))];
  if (!row) return;
  focusRow(row.id);
  if (list.next && list.rows.indexOf(row) > list.rows.length - 20) more();
}
