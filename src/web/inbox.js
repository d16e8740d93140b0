// The agents' page: who waits, the whole story of one conversation, and the facts to decide on. One file, no build step, no third
// party, and never markup from a string: every node is made by name and filled with text.
//
// The desk is asked again whenever its one event stream says so; what is shown is what it answered last. What is typed stays in this
// browser until the desk has it.
(() => {
'use strict';

/* ---------------------------------------------------------------- small tools */

const root = document.documentElement;
// h('p.note', {title: 'x', click: f}, 'text', node): a node. Attributes are set, functions listen, and strings are only ever text.
function h(what, given, ...inside) {
  const [name, ...classes] = what.split('.');
  const node = document.createElement(name || 'div');
  if (classes.length) node.className = classes.join(' ');
  for (const [key, value] of Object.entries(given || {})) {
    if (typeof value === 'function') node.addEventListener(key, value);
    else if (value != null && value !== false) node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...inside.flat(Infinity).filter(one => one != null && one !== false && one !== ''));
  return node;
}
const SVG = 'http://www.w3.org/2000/svg';
function lock() {
  const svg = document.createElementNS(SVG, 'svg');
  const line = document.createElementNS(SVG, 'path');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'lock');
  line.setAttribute('d', 'M4 7V5a4 4 0 0 1 8 0v2m-9 0h10v7H3z');
  svg.append(line);
  return svg;
}
const $ = selector => document.querySelector(selector);
const fresh = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, '0')).join('');
// Characters that turn text around or hide in it.
const plain = text => String(text ?? '').replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '');
const keep = {
  get(name) { try { return JSON.parse(localStorage.getItem('frontdesk.inbox.' + name)); } catch { return null; } },
  set(name, value) {
    try {
      if (value == null) localStorage.removeItem('frontdesk.inbox.' + name);
      else localStorage.setItem('frontdesk.inbox.' + name, JSON.stringify(value));
    } catch { /* forbidden: it lasts as long as the page */ }
  },
};

/* ---------------------------------------------------------------- words */

const TAGS = ['zh-Hans', 'zh-Hant', 'en'];
const ownName = one => new Intl.DisplayNames(one, {type: 'language'}).of(one);
let tag = keep.get('language') ?? guessed();
let said = {words: {}, topics: {}, reasons: {}, brief: {}, states: {}};

function guessed() {
  for (const locale of navigator.languages || []) {
    const asked = locale.toLowerCase();
    if (/^(zh|yue)/.test(asked)) return /^yue|-(hant|tw|hk|mo)/.test(asked) ? 'zh-Hant' : 'zh-Hans';
    if (/^en/.test(asked)) return 'en';
  }
  return 'en';
}
const t = (name, values = {}) => (said.words[name] ?? name).replace(/\{(\w+)\}/g, (whole, one) => values[one] ?? whole);
const short = language => t('short_' + language.toLowerCase().replace('-', '_'));
const topic = id => said.topics[id] || id;
const state = (kind, id) => said.states[kind + '_' + id] || id;
const when = (at, how) => new Intl.DateTimeFormat(tag, how || {dateStyle: 'medium', timeStyle: 'short'}).format(new Date(at));
const clock = at => when(at, {hour: '2-digit', minute: '2-digit'});
function money(amount, currency) {
  try { return new Intl.NumberFormat(tag, {style: 'currency', currency}).format(amount); } catch { return amount + ' ' + currency; }
}
function lasted(since) {
  const minutes = Math.max(0, Math.floor((Date.now() - new Date(since)) / 60_000));
  if (minutes < 60) return t('minutes', {n: minutes});
  return minutes < 2880 ? t('hours', {n: Math.floor(minutes / 60)}) : t('days', {n: Math.floor(minutes / 1440)});
}
async function learn() {
  said = await call('GET', '/inbox/' + tag + '.json');
  root.lang = tag;
}

/* ---------------------------------------------------------------- the desk */

class Refused extends Error {
  constructor(status, problem, wait) { super(problem.detail || String(status)); Object.assign(this, problem, {status, wait}); }
}
// Answers with JSON, or throws: `Refused` when the desk says no, anything else when it is not there.
async function call(method, path, body) {
  const given = {method, headers: {accept: 'application/json'}, credentials: 'same-origin'};
  if (method !== 'GET') {
    given.headers['content-type'] = 'application/json';
    given.body = JSON.stringify(body || {});
  }
  const answer = await fetch(path, given);
  reached(true);
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return told;
  if (answer.status === 401 && me && path !== '/v1/login') leave(t('session_over'));
  throw new Refused(answer.status, told, answer.headers.get('retry-after'));
}
// Does something and says so when it cannot be done.
async function attempt(work) {
  try { return await work(); } catch (error) {
    if (error instanceof Refused) toast(explained(error));
    else { reached(false); toast(t('not_reached')); }
  }
}
function explained(error) {
  if (error.status === 409 && error.owner) return t('faster', {name: ownerName(error.owner)});
  if (error.code === 'role_too_low') return t('not_allowed');
  if (error.status === 429) return t('slow_down', {n: error.wait || 1});
  return t('refused', {why: error.message});
}

/* ---------------------------------------------------------------- what is known */

let me = null;
let agents = new Map();
let canned = [];
const VIEWS = ['waiting', 'mine', 'open', 'pending', 'done', 'bot'];
// What a list may be narrowed by: as in the address of the page and of the desk.
const FACETS = ['q', 'language', 'reason', 'agent', 'label', 'site', 'merchant'];
const list = {view: 'waiting', only: {}, rows: [], fresh: [], next: null, counts: {}, at: null, loaded: false, picked: new Set(), from: null};
const open = {id: null, row: null, events: [], facts: null, typed: null, warned: 0};
const agentName = id => agents.get(id)?.name ?? id;
const ownerName = owner => owner === 'bot' ? t('bot') : owner === 'queue' ? t('queue') : agentName(owner);
const named = row => plain(row.name || row.customer?.name) || t('visitor', {id: row.id.slice(-4)});
const isMine = row => row.owner === 'agent' && row.agent === me.id;
const isDone = row => row.status === 'resolved' || row.status === 'closed';
const mayAct = () => me.role !== 'viewer';
const leads = () => me.role === 'lead' || me.role === 'admin';

/* ---------------------------------------------------------------- coming in and leaving */

async function start() {
  dressUp();
  // The words are needed even to ask for a password.
  for (let tries = 0; ; tries++) {
    try { await learn(); break; } catch { await new Promise(done => setTimeout(done, Math.min(8000, 500 * 2 ** tries))); }
  }
  try { me = await call('GET', '/v1/me'); } catch { return door(''); }
  enter();
}

function door(why) {
  me = null;
  const alert = h('div', {role: 'alert'}, why);
  const name = h('input', {name: 'agent', autocomplete: 'username', required: true, autocapitalize: 'none', spellcheck: 'false'});
  const password = h('input', {name: 'password', type: 'password', autocomplete: 'current-password', required: true});
  const code = h('input', {name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: 8});
  const second = h('label', {hidden: true}, t('code'), code);
  const button = h('button.btn.main', {type: 'submit'}, t('log_in'));
  const form = h('form', {submit: async event => {
    event.preventDefault();
    button.disabled = true;
    alert.textContent = '';
    try {
      me = (await call('POST', '/v1/login', {agent: name.value.trim(), password: password.value, ...code.value && {code: code.value.trim()}})).agent;
      await enter();
    } catch (error) {
      if (error.code === 'code_needed' || error.code === 'wrong_code') {
        second.hidden = false;
        alert.textContent = t(error.code === 'wrong_code' ? 'wrong_code' : 'code_hint');
        code.value = '';
        return code.focus();
      }
      alert.textContent = error.code === 'wrong_password' ? t('wrong_password') : error instanceof Refused ? explained(error) : t('not_reached');
      password.value = '';
      password.focus();
    } finally { button.disabled = false; }
  }}, h('h1', null, t('title')), alert, h('label', null, t('agent_id'), name), h('label', null, t('password'), password), second, button, languages(() => door('')));
  document.title = t('title');
  document.body.replaceChildren(h('main.door', null, form));
  name.focus();
}

function leave(why) {
  stream.close();
  me = null;
  open.id = null;
  door(why);
}

async function logOut(everywhere) {
  await attempt(async () => {
    if (mayAct()) await call('POST', '/v1/availability', {availability: 'offline'});
    await call('POST', '/v1/logout', {everywhere});
    leave('');
  });
}

async function enter() {
  const [all, ready] = await Promise.all([call('GET', '/v1/agents'), call('GET', '/v1/canned')]);
  for (const one of all) agents.set(one.id, one);
  canned = ready;
  await takeDrafts();
  frame();
  stream.open();
  await follow();
}

// Who is there changes; asked at most twice a minute.
let met = 0;
async function meet() {
  if (Date.now() - met < 30_000) return;
  met = Date.now();
  try { for (const one of await call('GET', '/v1/agents')) agents.set(one.id, one); } catch { /* the names of before are good enough */ }
}

function languages(changed) {
  const choose = h('select', {'aria-label': t('language'), change: async event => {
    keep.set('language', tag = event.target.value);
    await learn();
    changed();
  }}, TAGS.map(one => h('option', {value: one, lang: one}, ownName(one))));
  choose.value = tag;
  return choose;
}
function dressUp() {
  const theme = keep.get('theme');
  if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
  document.body.classList.toggle('kbd-off', !!keep.get('quiet'));
}
function themes() {
  const choose = h('select', {'aria-label': t('theme'), change: event => { keep.set('theme', event.target.value || null); dressUp(); }},
    [['', 'theme_auto'], ['light', 'theme_light'], ['dark', 'theme_dark']].map(([value, name]) => h('option', {value}, t(name))));
  choose.value = keep.get('theme') ?? '';
  return choose;
}

/* ---------------------------------------------------------------- being there */

// What the agent chose, and whether they have touched anything lately: who has not for five minutes pauses, and comes back with a key.
const IDLE = 300_000;
let touched = Date.now(), rests = false;
const chosen = () => keep.get('availability') || 'online';
const isNow = () => rests && chosen() === 'online' ? 'paused' : chosen();
function presence() {
  if (!mayAct()) return null;
  const choose = h('select.presence', {'aria-label': t('availability'), change: event => { keep.set('availability', event.target.value); rests = false; sayPresence(); }},
    ['online', 'paused', 'offline'].map(one => h('option', {value: one}, {online: '● ', paused: '◐ ', offline: '○ '}[one] + t('is_' + one))));
  choose.value = isNow();
  choose.dataset.is = isNow();
  return choose;
}
function sayPresence() {
  if (!me || !mayAct()) return;
  const now = isNow();
  const box = $('.presence');
  if (box) { box.value = now; box.dataset.is = now; }
  call('POST', '/v1/availability', {availability: now}).catch(() => {});
}
for (const kind of ['keydown', 'pointerdown', 'pointermove']) addEventListener(kind, () => {
  touched = Date.now();
  if (rests) { rests = false; sayPresence(); }
}, {passive: true});
setInterval(() => { if (!rests && Date.now() - touched > IDLE) { rests = true; sayPresence(); } }, 30_000);

/* ---------------------------------------------------------------- one stream for all tabs of the browser */

const stream = {
  source: null, letGo: null, channel: null, retry: 0,
  open() {
    this.close();
    this.channel = 'BroadcastChannel' in window ? new BroadcastChannel('frontdesk-inbox') : null;
    if (this.channel) this.channel.onmessage = () => wake();
    if (!navigator.locks) return this.listen();
    const over = new AbortController();
    // The tab that has the lock listens for all of them; when it is closed, the next one gets it.
    navigator.locks.request('frontdesk-inbox', {signal: over.signal}, () => new Promise(done => {
      this.letGo = done;
      this.listen();
    })).catch(() => {});
    this.abort = over;
  },
  listen() {
    this.source = new EventSource('/v1/inbox/events');
    // A desk that was started again knows of nobody until they say so.
    this.source.onopen = () => { reached(true); wake(); sayPresence(); };
    this.source.addEventListener('inbox', () => { this.channel?.postMessage(1); wake(); });
    this.source.onerror = () => {
      reached(false);
      if (this.source?.readyState === EventSource.CLOSED) this.retry = setTimeout(() => this.again(), 3000);
    };
  },
  // The stream was refused for good: is the log-in over, or is the desk not there yet?
  async again() {
    if (!me) return;
    try { await call('GET', '/v1/me'); this.source?.close(); this.listen(); } catch (error) {
      if (!(error instanceof Refused) || error.status >= 500) this.retry = setTimeout(() => this.again(), 3000);
    }
  },
  close() {
    clearTimeout(this.retry);
    this.source?.close();
    this.abort?.abort();
    this.letGo?.();
    this.channel?.close();
    this.source = this.letGo = this.channel = this.abort = null;
  },
};
let gone = 0;
function reached(is) {
  const banner = $('.banner');
  if (is) { clearTimeout(gone); gone = 0; }
  if (!banner) return;
  if (is && !banner.hidden) { banner.hidden = true; outbox(); }
  // A moment without the desk is nobody's business.
  if (!is) gone ||= setTimeout(() => { banner.textContent = t('gone'); banner.hidden = false; }, 3000);
}
let asleep = 0;
// Several changes at once are looked at once.
function wake() {
  // The first one counts: those that keep coming must not put the look off for ever.
  asleep ||= setTimeout(() => { asleep = 0; if (me) { meet(); refresh(false).then(seenBeside); catchUp(); outbox(); } }, 120);
}

/* ---------------------------------------------------------------- the frame */

function frame() {
  document.body.replaceChildren(
    h('div.app', null,
      h('header.bar', null, h('a.skip', {href: '#', click: event => { event.preventDefault(); $('.thread')?.focus(); }}, t('skip')), h('h1', null, t('title')), h('span.grow'),
        h('span.mut.small', null, plain(me.name) + ' · ' + t('role_' + me.role)), presence(),
        languages(() => { frame(); follow(true); }), themes(),
        leads() && h('a.btn.plain.to-report', {href: '#report'}, t('report')),
        h('button.btn.plain', {type: 'button', click: help, 'aria-label': t('keys')}, '?'),
        h('button.btn.plain', {type: 'button', click: () => logOut(false)}, t('log_out'))),
      h('div.banner', {role: 'status', hidden: true}),
      h('main.panes', null, h('nav.left', {'aria-label': t('conversations')}, h('div.views'), finder(), h('div.only'), h('button.fresh', {type: 'button', hidden: true, click: takeFresh}), h('div.bulk', {hidden: true, role: 'toolbar', 'aria-label': t('bulk')}), h('ul.list')),
      h('section.mid', {'aria-label': t('conversation')}), h('section.right', {'aria-label': t('facts')}))),
    h('div.toasts', {role: 'status'}));
  dressUp();
  $('.list').addEventListener('scroll', event => {
    const box = event.currentTarget;
    drawRows();
    if (list.next && box.scrollTop + box.clientHeight > box.scrollHeight - 600) more();
  }, {passive: true});
  new ResizeObserver(drawRows).observe($('.list'));
  drawViews();
  drawList();
  nothingOpen();
}

/* ---------------------------------------------------------------- where we are: in the address, so that it can be gone back to */

function place() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const view = parts.get('v');
  const only = Object.fromEntries(FACETS.filter(name => parts.get(name)).map(name => [name, parts.get(name)]));
  return {view: VIEWS.includes(view) ? view : 'waiting', id: parts.get('c'), only, person: parts.get('person')};
}
const narrowed = only => FACETS.filter(name => only[name]).map(name => '&' + name + '=' + encodeURIComponent(only[name])).join('');
const address = (view, id, only = list.only) => '#v=' + view + (id ? '&c=' + encodeURIComponent(id) : '') + narrowed(only);
const go = (view, id, only) => { location.hash = address(view, id, only); };
async function follow(again) {
  if (!me) return;
  const reports = location.hash === '#report' && leads();
  const persons = place().person && me.role === 'admin';
  $('.app').classList.toggle('reporting', !!(reports || persons));
  if (reports) return report();
  if (persons) return person();
  if ($('.report')) { open.id = null; nothingOpen(); }
  const to = place();
  if (again || to.view !== list.view || narrowed(to.only) !== narrowed(list.only) || !list.loaded) {
    Object.assign(list, {view: to.view, only: to.only, rows: [], fresh: [], next: null, loaded: false, from: null});
    list.picked.clear();
    drawOnly();
    await refresh(true);
  }
  // While the list was read, somebody may have gone on.
  const {id} = place();
  if (id !== open.id || again) await show(id);
  drawViews();
  mark();
}
addEventListener('hashchange', () => follow());

/* ---------------------------------------------------------------- the list */

function drawViews() {
  $('.views')?.replaceChildren(...VIEWS.map(view => h('a', {href: address(view, open.id, {...list.only, q: ''}), 'aria-current': view === list.view && !list.only.q && 'page', 'data-view': view},
    h('span', null, t('view_' + view)), h('i', null, String(list.counts[view] ?? '')))));
  document.title = (list.counts.waiting ? '(' + list.counts.waiting + ') ' : '') + t('title');
}

// Looks again. What is on the screen stays where it is; what is new waits above until it is asked for.
let looking = null;
async function refresh(whole) {
  const view = list.view;
  const asked = looking = {};
  try {
    const size = Math.min(200, Math.max(50, list.rows.length));
    const only = narrowed(list.only);
    const page = await pageOf('view=' + view + only, whole ? 50 : size);
    if (asked !== looking || view !== list.view || only !== narrowed(list.only)) return;
    list.counts = page.counts;
    list.loaded = true;
    const now = new Map(page.rows.map(row => [row.id, row]));
    if (whole || !list.rows.length) {
      Object.assign(list, {rows: page.rows, fresh: [], next: page.next || null});
    } else {
      const known = new Set(list.rows.map(row => row.id));
      // Beyond the page that was asked for, nobody can say whether a row is still there.
      list.rows = list.rows.map((row, at) => now.get(row.id) || (at < size && !page.next || isOver(row, page) ? {...row, gone: true} : row));
      list.fresh = page.rows.filter(row => !known.has(row.id));
    }
    drawViews();
    drawList();
    tellLate();
    notify();
  } catch (error) {
    if (!(error instanceof Refused)) reached(false);
  }
}
// What happens while nobody looks at this page: that something waits, never who or what. Only for whoever has asked for it.
let seenAt = null;
function notify() {
  const mine = list.view === 'mine' ? list.rows.filter(row => row.last?.from === 'customer').map(row => row.id + row.last_seq).join() : null;
  const now = {waiting: list.counts.waiting ?? 0, view: list.view, mine};
  const before = seenAt;
  seenAt = now;
  if (!before || !document.hidden || !keep.get('notify') || !('Notification' in window) || Notification.permission !== 'granted') return;
  const more = now.waiting > before.waiting, wrote = mine != null && before.view === 'mine' && mine !== before.mine && mine;
  if (!more && !wrote) return;
  const shown = new Notification(t('title'), {body: t(more ? 'notify_waiting' : 'notify_wrote', {n: now.waiting}), tag: 'frontdesk-inbox'});
  shown.onclick = () => { window.focus(); shown.close(); };
}
async function wantNotices(wanted) {
  if (wanted && Notification.permission !== 'granted' && await Notification.requestPermission() !== 'granted') { keep.set('notify', null); return false; }
  keep.set('notify', wanted || null);
  return wanted;
}
// What gets late is said once for each, and the one that is late first is a press away.
const told = new Set();
function tellLate() {
  const late = list.rows.filter(row => row.owed && (row.owner === 'queue' || isMine(row)) && lateness(row.owed)[0] && row.id !== open.id && !told.has(row.id + row.owed.due));
  if (!late.length || !mayAct()) return;
  late.forEach(row => told.add(row.id + row.owed.due));
  const [first] = late.sort((a, b) => new Date(a.owed.due) - new Date(b.owed.due));
  toast(t('late_soon', {n: late.length}), [t('late_open'), () => go(list.view, first.id)]);
}
// A page of a narrow list may be short, or empty, and not the last.
async function pageOf(what, size, cursor) {
  const rows = [];
  for (;;) {
    const page = await call('GET', '/v1/inbox?' + what + '&limit=' + (size - rows.length) + (cursor ? '&cursor=' + encodeURIComponent(cursor) : ''));
    rows.push(...page.rows);
    if (!page.next || rows.length >= Math.min(size, 20)) return {...page, rows};
    cursor = page.next;
  }
}
const isOver = (row, page) => row.id === open.id && open.row && !page.rows.some(one => one.id === row.id);
function takeFresh() {
  list.rows = [...list.fresh, ...list.rows.filter(row => !row.gone)];
  list.fresh = [];
  refresh(true).then(() => { $('.list').scrollTop = 0; if (list.rows.length) focusRow(list.rows[0].id); });
}
async function more() {
  const cursor = list.next;
  list.next = null;
  await attempt(async () => {
    const page = await pageOf('view=' + list.view + narrowed(list.only), 100, cursor);
    const known = new Set(list.rows.map(row => row.id));
    list.rows.push(...page.rows.filter(row => !known.has(row.id)));
    list.next = page.next || null;
    drawList();
  });
}

// Only the rows in sight are in the page, and the one that has the focus: ten thousand scroll as ten do. All are of one height.
const ROW = 88, SPARE = 12;
const drawn = new Map();
function drawList() {
  const box = $('.list');
  if (!box) return;
  const bar = $('.fresh');
  bar.hidden = !list.fresh.length;
  bar.textContent = t('fresh', {n: list.fresh.length});
  const asked = narrowed(list.only);
  box.querySelector('.none')?.remove();
  if (!list.rows.length && list.loaded) box.append(h('li.none', null, h('b', null, t(asked ? 'none_found' : 'none_' + (list.view === 'waiting' ? 'waiting' : 'here'))), t(asked ? 'none_found_more' : 'none_more')));
  drawRows();
  drawBulk();
}
function drawRows() {
  const box = $('.list');
  if (!box) return;
  const held = document.activeElement?.closest?.('.list li')?.dataset.id;
  const first = Math.max(0, Math.floor(box.scrollTop / ROW) - SPARE);
  const last = Math.min(list.rows.length, Math.ceil((box.scrollTop + box.clientHeight) / ROW) + SPARE);
  const shown = [];
  list.rows.forEach((row, at) => { if (at >= first && at < last || row.id === held || row.id === list.at) shown.push([row, at]); });
  const ids = new Set(shown.map(([row]) => row.id));
  for (const [id, one] of drawn) if (!ids.has(id)) { one.node.remove(); drawn.delete(id); }
  let before = box.querySelector('.space') || box.appendChild(h('li.space', {role: 'presentation'}));
  before.style.height = list.rows.length * ROW + 'px';
  for (const [row, at] of shown) {
    const is = JSON.stringify(row) + tag + !!drafted(row.id) + list.only.q + list.picked.has(row.id);
    let one = drawn.get(row.id);
    if (one?.is !== is) {
      const node = line(row);
      one?.node.replaceWith(node);
      drawn.set(row.id, one = {is, node});
    }
    one.node.style.top = at * ROW + 'px';
    one.node.ariaPosInSet = String(at + 1);
    one.node.ariaSetSize = String(list.next ? -1 : list.rows.length);
    if (before.nextSibling !== one.node) before.after(one.node);
    before = one.node;
  }
  mark();
  if (held && document.activeElement?.closest?.('.list li')?.dataset.id !== held) drawn.get(held)?.node.firstChild.focus({preventScroll: true});
}
function mark() {
  const at = list.at && drawn.has(list.at) ? list.at : list.rows[0]?.id;
  for (const [id, {node}] of drawn) {
    const link = node.firstChild;
    link.tabIndex = id === at ? 0 : -1;
    if (id === open.id) link.setAttribute('aria-current', 'true'); else link.removeAttribute('aria-current');
    link.href = address(list.view, id);
  }
}
// Brings a row into sight, draws it, and gives it the focus.
function focusRow(id) {
  const box = $('.list');
  const at = list.rows.findIndex(row => row.id === id);
  if (!box || at < 0) return;
  list.at = id;
  const top = at * ROW;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + ROW > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW - box.clientHeight;
  drawRows();
  drawn.get(id)?.node.firstChild.focus({preventScroll: true});
}

function line(row) {
  const from = {customer: '', bot: t('bot') + ': ', agent: t('us') + ': '}[row.last?.from] ?? '';
  const tags = [
    row.priority !== 'normal' && h('span.chip.' + (row.priority === 'urgent' ? 'err' : 'warn'), null, (row.priority === 'urgent' ? '‼ ' : '! ') + t('priority_' + row.priority)),
    row.reason && row.owner !== 'bot' && h('span.chip', null, t('reason_' + row.reason)),
    row.owner === 'agent' && h('span.chip.tint', null, '@' + agentName(row.agent)),
    list.only.q && row.owner !== 'agent' && h('span.chip', null, ownerName(row.owner)),
    row.status !== 'active' && h('span.chip', null, t('status_' + row.status)),
    ...(row.labels || []).map(label => h('span.chip', null, '# ' + label)),
    drafted(row.id) && h('span.chip.warn', null, '✎ ' + t('draft')),
    ...(row.looking || []).map(one => h('span.chip.tint', null, (one.writes ? '✎ ' : '◉ ') + t(one.writes ? 'writes' : 'looks', {name: plain(one.name)}))),
    row.gone && h('span.chip', null, t('left_view')),
  ];
  const picks = mayAct() && h('input.picks', {type: 'checkbox', tabindex: -1, 'aria-label': t('pick_row', {name: named(row)}), click: event => pickRow(row.id, event.shiftKey)});
  if (picks) picks.checked = list.picked.has(row.id);
  return h('li' + (list.picked.has(row.id) ? '.picked' : ''), {'data-id': row.id}, h('a.line' + (row.gone ? '.gone' : ''), {href: address(list.view, row.id), 'data-id': row.id, focus: () => { list.at = row.id; }},
    h('span.row', null, h('span.who.grow', null, (row.vip ? '★ ' : '') + named(row)), h('span.chip', {lang: row.language}, short(row.language)), age(row)),
    h('span.last', {lang: row.language}, from, marked(plain(row.last?.text ?? ''))),
    h('span.tags', null, tags)), picks);
}
// What was looked for, where it stands as it was typed.
function marked(text) {
  const words = (list.only.q || '').split(/\s+/).filter(Boolean).map(word => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return words.length ? text.split(new RegExp('(' + words.join('|') + ')', 'iu')).map((one, at) => at % 2 ? h('mark', null, one) : one) : text;
}

/* ---------------------------------------------------------------- many at once */

// Picks a row or lets it go; with Shift all from the last one that was picked to this one.
function pickRow(id, range) {
  if (!id || !mayAct()) return;
  const places = [list.from, id].map(one => list.rows.findIndex(row => row.id === one));
  if (range && places[0] >= 0) list.rows.slice(Math.min(...places), Math.max(...places) + 1).forEach(row => list.picked.add(row.id));
  else if (!list.picked.delete(id)) list.picked.add(id);
  list.from = id;
  drawList();
}
function pickAll() {
  if (!mayAct()) return;
  if (list.rows.every(row => list.picked.has(row.id))) list.picked.clear();
  else list.rows.slice(0, BULK).forEach(row => list.picked.add(row.id));
  drawList();
}
function drawBulk() {
  const box = $('.bulk');
  if (!box || box.contains(document.activeElement) && list.picked.size && box.dataset.n === String(list.picked.size)) return;
  box.hidden = !list.picked.size;
  box.dataset.n = list.picked.size;
  if (!list.picked.size) return box.replaceChildren();
  const choose = (name, values, does) => h('select', {'aria-label': t(name), 'data-bulk': name, change: event => event.target.value && does(event.target.value)}, h('option', {value: ''}, t(name)), values.map(([value, words]) => h('option', {value}, words)));
  const label = h('input', {'aria-label': t('label'), placeholder: '# ' + t('label'), maxlength: 40, 'data-bulk': 'label', keydown: event => {
    if (event.key === 'Enter' && !event.isComposing && label.value.trim()) { event.preventDefault(); bulk({do: 'labels', add: [label.value.trim()]}); }
  }});
  const button = (name, does) => h('button.btn', {type: 'button', 'data-bulk': name, click: does}, t(name));
  box.replaceChildren(h('b', {role: 'status'}, t('picked', {n: list.picked.size})), h('span.grow'),
    h('button.btn.plain', {type: 'button', 'aria-label': t('clear'), click: () => { list.picked.clear(); drawList(); }}, '×'),
    h('div.row.wrap', null, label, choose('priority', ['urgent', 'high', 'normal'].map(one => [one, t('priority_' + one)]), priority => bulk({do: 'priority', priority})),
      leads() && choose('assign', [...agents.values()].filter(one => one.role !== 'viewer').map(one => [one.id, plain(one.name)]), agent => bulk({do: 'assign', agent})),
      button('snooze', () => chooseSnooze(left => bulk({do: 'snooze', ...left}))), button('resolve', () => bulk({do: 'resolve'}))));
}
const BULK = 200;
let undoing = null;
async function bulk(change) {
  const conversations = [...list.picked].slice(0, BULK);
  const answer = await attempt(() => call('POST', '/v1/bulk', {conversations, change}));
  if (!answer) return;
  list.picked = new Set(answer.failed.map(one => one.id));
  await refresh(false);
  catchUp();
  drawList();
  tellBulk(answer, 'bulk_done', answer.done.length && (() => attempt(async () => {
    undoing = null;
    const back = await call('POST', '/v1/bulk/undo', {done: answer.done});
    await refresh(true);
    catchUp();
    tellBulk(back, 'bulk_undone');
  })));
}
// How many went through, and for each of the others why it did not.
function tellBulk({done, failed}, words, undo) {
  const name = id => { const row = list.rows.find(one => one.id === id); return row ? named(row) : id.slice(-4); };
  const why = failed.map(one => name(one.id) + ': ' + t(one.code === 'stale_revision' ? 'has_changed' : one.code === 'role_too_low' ? 'not_allowed' : one.code === 'conflict' ? 'bulk_not_yours' : 'refused', {why: one.detail}));
  undoing = undo || null;
  toast([t(words, {n: done.length}), ...failed.length ? [' ' + t('bulk_failed', {n: failed.length}), h('ul.small', null, why.map(one => h('li', null, one)))] : []], undo ? [t('undo'), undo] : null);
}
const undoLast = () => { const undo = undoing; undoing = null; undo?.(); };

/* ---------------------------------------------------------------- finding */

let asking = 0;
function finder() {
  const field = h('input', {type: 'search', 'aria-label': t('search'), placeholder: t('search_hint'), maxlength: 200, autocomplete: 'off', spellcheck: 'false',
    input: event => { if (!event.isComposing) { clearTimeout(asking); asking = setTimeout(seek, 250); } }, compositionend: seek,
    keydown: event => {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === 'Enter') { event.preventDefault(); seek(); if (list.rows.length) focusRow(list.rows[0].id); }
      if (event.key === 'Escape' && field.value) { event.stopPropagation(); field.value = ''; seek(); }
    }});
  field.value = list.only.q || '';
  function seek() {
    clearTimeout(asking);
    const q = field.value.trim();
    if (q !== (list.only.q || '')) go(list.view, open.id, {...list.only, q});
  }
  return h('div.find', {role: 'search'}, field, h('button.btn.plain', {type: 'button', 'aria-expanded': 'false', click: event => {
    const now = $('.only').classList.toggle('on');
    event.currentTarget.setAttribute('aria-expanded', String(now));
    drawOnly();
  }}, t('filter')));
}
const FILTERS = () => [
  ['language', 'f_language', TAGS.map(one => [one, ownName(one)])],
  ['reason', 'filter_reason', Object.entries(said.reasons).map(([id]) => [id, t('reason_' + id)])],
  ['agent', 'filter_agent', [...agents.values()].filter(one => one.role !== 'viewer').map(one => [one.id, plain(one.name)])],
  ['label', 'label', seen('label', list.rows.flatMap(row => row.labels || []))],
  ['site', 'f_site', seen('site', list.rows.map(row => row.site))],
];
// Of what is not a fixed list, there is what has been seen.
const known = {label: new Set(), site: new Set()};
function seen(kind, values) {
  for (const one of values) known[kind].add(one);
  if (list.only[kind]) known[kind].add(list.only[kind]);
  return [...known[kind]].sort().map(one => [one, plain(one)]);
}
const only = change => go(list.view, open.id, {...list.only, ...change});
// What the list is narrowed by, each with a way out; and what else it can be narrowed by.
function drawOnly() {
  const box = $('.only');
  if (!box) return;
  const field = $('.find input');
  if (field && document.activeElement !== field) field.value = list.only.q || '';
  const all = FILTERS();
  const chips = FACETS.filter(name => name !== 'q' && list.only[name]).map(name => {
    const words = all.find(([one]) => one === name)?.[2].find(([id]) => id === list.only[name])?.[1] || list.only[name];
    return h('button.chip.tint', {type: 'button', 'aria-label': t('filter_off', {what: words}), click: () => only({[name]: ''})}, words + ' \u00d7');
  });
  const choices = box.classList.contains('on') && list.view !== 'bot' ? all.filter(([name, , values]) => values.length > 1 || values.length && name === 'label' || list.only[name]).map(([name, words, values]) => {
    const choose = h('select', {'data-filter': name, change: event => only({[name]: event.target.value})}, h('option', {value: ''}, t('filter_any')), values.map(([id, text]) => h('option', {value: id}, text)));
    choose.value = list.only[name] || '';
    return h('label', null, h('span', null, t(words)), choose);
  }) : [];
  box.replaceChildren(...chips, ...choices, chips.length > 1 || list.only.q && chips.length ? h('button.chip', {type: 'button', click: () => go(list.view, open.id, {})}, t('clear')) : '');
  $('.list')?.setAttribute('aria-label', list.only.q ? t('found') : t('conversations'));
}

// How long somebody waits: a sign, words and a colour.
const DUE = 100_000, OVER = 180_000;
function age(row) {
  if (row.owed) return owedAge(row);
  if (!row.waiting_since) return h('time.age', {datetime: row.updated_at, title: when(row.updated_at)}, lasted(row.updated_at));
  const waits = Date.now() - new Date(row.waiting_since);
  const [look, sign, word] = waits > OVER ? ['over', '⚠ ', 'overdue'] : waits > DUE ? ['due', '◔ ', 'due_soon'] : ['', '', 'waits'];
  return h('time.age' + (look && '.' + look), {datetime: row.waiting_since, title: t(word) + ' · ' + when(row.waiting_since), 'data-since': row.waiting_since}, sign + lasted(row.waiting_since));
}
// What is owed by a time looks as late as it is.
function lateness(owed) {
  const now = Date.now();
  return now >= new Date(owed.due) ? ['over', '⚠ ', 'overdue'] : now >= new Date(owed.warn_at) ? ['due', '◔ ', 'due_soon'] : ['', '', 'waits'];
}
function inWords(owed) {
  const goal = t('goal_' + owed.goal);
  return lateness(owed)[0] === 'over' ? t('owed_late', {goal, time: lasted(owed.due)}) : t('owed', {goal, when: when(owed.due, {weekday: 'short', hour: '2-digit', minute: '2-digit'})});
}
function owedAge(row) {
  const [look, sign, word] = lateness(row.owed);
  const since = row.waiting_since || row.updated_at;
  return h('time.age' + (look && '.' + look), {datetime: since, title: t(word) + ' · ' + inWords(row.owed), 'data-owed': JSON.stringify(row.owed), 'data-from': since}, sign + lasted(since));
}
setInterval(() => document.querySelectorAll('.age[data-owed]').forEach(node => node.replaceWith(owedAge({owed: JSON.parse(node.dataset.owed), updated_at: node.dataset.from}))), 15_000);
setInterval(() => document.querySelectorAll('.age[data-since]').forEach(node => node.replaceWith(age({waiting_since: node.dataset.since}))), 15_000);

/* ---------------------------------------------------------------- one conversation */

const path = () => '/v1/conversations/' + encodeURIComponent(open.id);

function nothingOpen() {
  $('.app').classList.remove('reading', 'facts-on');
  $('.mid').replaceChildren(h('div.none', null, h('b', null, t('pick')), t('pick_more')));
  $('.right').replaceChildren();
}

async function show(id) {
  if (open.id && id !== open.id) looksAway(open.id);
  Object.assign(open, {id, row: null, events: [], facts: null, typed: id === open.id ? open.typed : null, warned: 0, others: []});
  mark();
  if (!id) return nothingOpen();
  $('.app').classList.add('reading');
  $('.mid').replaceChildren(h('div.none', null, t('loading')));
  $('.right').replaceChildren();
  await attempt(async () => {
    try {
      const [row, events, facts] = await Promise.all([call('GET', path()), logAfter(0), call('GET', path() + '/facts')]);
      if (id !== open.id) return;
      Object.assign(open, {row, events, facts});
    } catch (error) {
      if (error.status === 404) { $('.mid').replaceChildren(h('div.none', null, t('not_there'))); return; }
      throw error;
    }
    drawConversation();
    drawFacts();
    warnNew();
    sayLooking(false);
  });
}
async function logAfter(seq) {
  const id = open.id;
  const all = [];
  for (let after = seq; id === open.id;) {
    const page = await call('GET', '/v1/conversations/' + encodeURIComponent(id) + '/events?after=' + after + '&limit=200');
    all.push(...page.events);
    if (!page.next) break;
    after = page.next;
  }
  return all;
}
const lastSeq = () => open.events.at(-1)?.seq ?? 0;
const lastHeard = () => open.events.findLast(one => one.from === 'customer' && one.kind === 'message')?.seq ?? 0;

// Reads what has been written since, of the conversation that is open. One look follows the other, so that whoever waits for one has seen
// all that was there when it was asked for.
let catching = Promise.resolve();
const catchUp = () => catching = catching.then(lookOn);
async function lookOn() {
  if (!me || !open.id || !open.row) return;
  const id = open.id;
  try {
    const row = await call('GET', path());
    if (id !== open.id || row.revision === open.row.revision) return;
    const [events, facts] = await Promise.all([logAfter(lastSeq()), call('GET', path() + '/facts')]);
    if (id !== open.id) return;
    // Words that stand there from before were begun knowing what is known now.
    if (open.typed == null && drafted(id)?.reply) open.typed = lastHeard();
    const known = lastSeq();
    open.events.push(...events.filter(one => one.seq > known));
    const moved = row.owner !== open.row.owner || row.agent !== open.row.agent || isDone(row) !== isDone(open.row);
    Object.assign(open, {row, facts});
    drawThread(false);
    drawFacts();
    drawHead();
    if (moved) drawCompose();
    warnNew();
  } catch (error) {
    if (!(error instanceof Refused)) reached(false);
  }
}

function drawConversation() {
  $('.mid').replaceChildren(h('div.head'), h('details.brief', {hidden: true}), h('div.thread', {role: 'log', tabindex: 0, 'aria-label': t('conversation'), 'aria-live': 'polite'}), h('div.compose'));
  drawHead();
  drawCompose();
  drawThread(true);
}

function drawHead() {
  const row = open.row;
  const owner = row.owner === 'agent' ? '@' + agentName(row.agent) : row.owner === 'queue' ? t('queue') : t('bot');
  const button = (name, key, does, how = '') => h('button.btn' + how, {type: 'button', 'data-do': name, click: does}, t(name), key && h('kbd', {'aria-hidden': 'true'}, key));
  const acts = !mayAct() ? [] : [
    !isDone(row) && !isMine(row) && button(row.owner === 'queue' ? 'claim' : 'takeover', 'a', take, '.main'),
    isMine(row) && !isDone(row) && button('snooze', 'z', snooze),
    isMine(row) && !isDone(row) && button('give_back', 'b', () => change('return')),
    isMine(row) && !isDone(row) && button('resolve', 'e', () => resolve(false), '.main'),
    row.status === 'resolved' && button('reopen', '', () => change('reopen')),
  ];
  $('.head').replaceChildren(
    h('button.back', {type: 'button', 'aria-label': t('back'), click: () => go(list.view)}, '‹'),
    h('div.what', null, h('h2', null, named(row)), h('span.chip', null, short(row.language)), assignTo(owner) || h('span.chip' + (isMine(row) ? '.tint' : ''), null, owner),
      row.owed && h('span.chip' + ({over: '.err', due: '.warn'}[lateness(row.owed)[0]] || ''), {'data-owed-chip': ''}, lateness(row.owed)[1] + inWords(row.owed)),
      row.status !== 'active' && h('span.chip' + (isDone(row) ? '.good' : ''), null, t('status_' + row.status) + leftFor(row)),
      h('span.others', {role: 'status'})),
    ...acts.filter(Boolean),
    h('button.btn.plain.only-drawer', {type: 'button', click: drawer}, t('facts'), h('kbd', {'aria-hidden': 'true'}, 'i')));
}
// What brings a conversation back that was left.
function leftFor(row) {
  if (row.status !== 'snoozed') return '';
  return ' · ' + (row.snoozed_for === 'anything' ? when(row.snoozed_until) : t(row.snoozed_for === 'message' ? 'next_message' : 'refund_moves'));
}

/* ---------------------------------------------------------------- who else looks */

// Said while it goes on, and when it is over; nobody keeps it.
let saidAt = 0, writesAt = 0, asksBeside = 0;
async function sayLooking(writes) {
  if (!me || !mayAct() || !open.id || !open.row) return;
  saidAt = Date.now();
  const id = open.id;
  try {
    const {others} = await call('POST', '/v1/conversations/' + encodeURIComponent(id) + '/looking', writes ? {writes} : {});
    if (id === open.id) { open.others = others; drawOthers(); }
  } catch { /* it is said again in a moment */ }
}
function looksAway(id) {
  if (id && me && mayAct()) fetch('/v1/conversations/' + encodeURIComponent(id) + '/looking', {method: 'POST', keepalive: true, credentials: 'same-origin', headers: {'content-type': 'application/json'}, body: '{"left":true}'}).catch(() => {});
}
// The list says who has the open one open, too.
function seenBeside() {
  const row = list.rows.find(one => one.id === open.id && !one.gone);
  if (!row) { clearTimeout(asksBeside); asksBeside = setTimeout(() => sayLooking(Date.now() - writesAt < 4000), 500); return; }
  open.others = row.looking || [];
  drawOthers();
}
function drawOthers() {
  const box = $('.head .others');
  if (!box) return;
  const words = (open.others || []).map(one => h('span.chip.tint', null, (one.writes ? '✎ ' : '◉ ') + t(one.writes ? 'writes' : 'looks', {name: plain(one.name)})));
  if (box.textContent !== words.map(one => one.textContent).join('')) box.replaceChildren(...words);
}
// A key in a reply is shown to the customer, too, for a few seconds.
function writing() {
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
  const choose = h('select.chip', {'aria-label': t('assign'), change: event => event.target.value && change('assign', {agent: event.target.value})},
    h('option', {value: ''}, owner), [...agents.values()].filter(one => one.role !== 'viewer' && one.id !== open.row.agent).map(one => h('option', {value: one.id}, '→ ' + plain(one.name) + (one.availability ? ' · ' + t('is_' + one.availability) : ''))));
  choose.value = '';
  return choose;
}
function reveal(selector) {
  if (open.row) $('.app').classList.add('facts-on');
  $(selector)?.focus();
}
const drawer = () => $('.app').classList.toggle('facts-on');

/* ---------------------------------------------------------------- the thread */

// Draws all of it, or only what is new; the end stays in sight if it was.
function drawThread(whole) {
  const box = $('.thread');
  if (!box) return;
  const atEnd = whole || box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  if (whole) box.replaceChildren();
  const shown = Number(box.lastSeq || 0) * !whole;
  box.querySelectorAll('.unsent').forEach(node => node.remove());
  let day = whole ? '' : box.lastDay;
  for (const event of open.events) {
    if (event.seq <= shown) continue;
    const today = when(event.at, {dateStyle: 'full'});
    if (today !== day) box.append(h('div.day', null, day = today));
    const node = entry(event);
    if (node) box.append(node);
  }
  box.lastDay = day;
  box.lastSeq = lastSeq();
  drawBrief();
  if (atEnd) box.scrollTop = box.scrollHeight;
}

// What the bot leaves to a person, on top of everything.
const handed = () => open.events.findLast(one => one.kind === 'handed_off');
function drawBrief() {
  const box = $('details.brief');
  const event = open.row.owner !== 'bot' && handed();
  box.hidden = !event;
  if (!event || box.seq === event.seq) return;
  box.seq = event.seq;
  box.open = !matchMedia('(max-width: 719px)').matches;
  const lines = event.lines.filter(one => one.label !== 'reply');
  box.replaceChildren(h('summary', null, h('b', null, t('brief')), ' · ' + (said.reasons[event.reason] || event.reason)),
    h('dl', null, lines.map(one => [h('dt', null, said.brief[one.label] || one.label), h('dd', null, intents(one))])));
}
// Matters are named as customers name them.
function intents(one) {
  if (one.label !== 'wants' && one.label !== 'tried') return plain(one.text);
  return one.text.split(' · ').map(topic).join(' · ');
}

// A web address may be opened; where it leads is what it says.
function linked(text) {
  const out = [];
  let at = 0;
  for (const found of text.matchAll(/https?:\/\/[^\s<>"'\u3000-\u303f\uff00-\uffef]{1,500}/g)) {
    const address = found[0].replace(/[.,;:!?)\]}]+$/, '');
    let url;
    try { url = new URL(address); } catch { continue; }
    if (url.protocol !== 'https:' && url.protocol !== 'http:') continue;
    out.push(text.slice(at, found.index), h('a', {href: url.href, target: '_blank', rel: 'noopener noreferrer nofollow'}, address));
    at = found.index + address.length;
  }
  out.push(text.slice(at));
  return out;
}

// Of another conversation there is nothing to be done here.
function entry(event, elsewhere) {
  if (event.kind === 'message' || event.kind === 'reply') return bubble(event, elsewhere);
  if (event.kind === 'note') return h('div.note', null, h('p.by', null, lock(), t('note') + ' · ' + plain(event.name || event.agent) + ' · ', stamp(event)), linked(event.text));
  const words = happened(event);
  return words && h('div.event', null, words, ' · ', stamp(event));
}
const stamp = event => h('time', {datetime: event.at, title: when(event.at)}, clock(event.at));
function bubble(event, elsewhere) {
  const who = event.from === 'customer' ? named(open.row) : event.from === 'bot' ? t('bot') : plain(event.name || event.agent);
  return h('div.said.' + event.from, null, h('p.by', null, h('span', null, who), stamp(event)), h('div.bubble', {lang: event.language || null}, linked(event.text)),
    event.choices?.length ? h('p.small.mut', null, event.choices.map(one => one.number + ' ' + one.label).join('  ')) : null,
    event.because && why(event.because, event.seq, elsewhere));
}
// Why the bot said it: exactly, because it went by rules.
function why(because, seq, elsewhere) {
  const rows = [
    ['why_intent', because.intent && topic(because.intent) + ' (' + because.intent + ')'],
    ['why_rule', because.rule && h('code', null, because.rule)],
    ['why_words', because.matched?.length && because.matched.map(one => '“' + plain(one) + '”').join(' ')],
    ['why_score', because.rule && String(because.score)],
    ['why_runner_up', because.runner_up && [topic(because.runner_up.intent) + ' (' + because.runner_up.intent + ') · ' + because.runner_up.score + ' · ', h('code', null, because.runner_up.rule)]],
    ['why_slots', because.slots?.map(one => t('slot_' + one.slot) + ': ' + plain(one.text)).join(' · ')],
    ['why_said', because.said && h('code', null, because.said)],
    ['why_facts', because.facts?.length && because.facts.join(', ')],
    ['why_policy', because.policy?.length && because.policy.map(one => one.clause + (one.at ? ' (' + [one.at.file, one.at.line].filter(Boolean).join(':') + ')' : '')).join('; ')],
  ];
  return h('details.why', null, h('summary', null, t('why') + ' · ' + (because.rule || because.outcome)),
    h('dl', null, rows.filter(([, value]) => value).map(([name, value]) => [h('dt', null, t(name)), h('dd', null, value)])),
    mayAct() && !elsewhere && h('button.btn.plain.wrong', {type: 'button', click: () => wrong(seq, because)}, '⚑ ' + t('wrong')));
}
// One click, what it was, and it is on the list of whoever writes the rules.
function wrong(seq, because) {
  const right = h('select', {'aria-label': t('wrong_title')}, h('option', {value: ''}, t('wrong_nothing')), Object.entries(said.topics).filter(([id]) => id !== because.intent).map(([id, name]) => h('option', {value: id}, name)));
  const note = h('textarea', {maxlength: 500, 'aria-label': t('wrong_note'), placeholder: t('wrong_note')});
  ask(t('wrong_title'), [right, note], h('button.btn.main', {type: 'submit'}, t('wrong_send')), async () => {
    const body = {reply: seq, ...right.value && {intent: right.value}, ...note.value.trim() && {note: note.value.trim()}};
    if (await attempt(() => call('POST', path() + '/wrong', body))) { shut(); toast(t('wrong_said')); }
  });
}
// What was said in a conversation that goes on in this one, read when it is opened.
function mergedLog(id) {
  const inside = h('div.thread.inner');
  const box = h('details.merged', {toggle: async () => {
    if (!box.open || inside.childElementCount) return;
    await attempt(async () => {
      const all = [];
      for (let after = 0; ;) {
        const page = await call('GET', '/v1/conversations/' + encodeURIComponent(id) + '/events?after=' + after + '&limit=200');
        all.push(...page.events);
        if (!page.next) break;
        after = page.next;
      }
      inside.replaceChildren(...all.map(one => one.kind === 'merged_into' ? null : entry(one, id)).filter(Boolean));
    });
  }}, h('summary', null, t('view_it')), inside);
  return box;
}
// What did not reach the customer of a platform, and why; what was given up can be sent again.
function undelivered(event) {
  const words = '⚠ ' + t(event.state === 'held' ? 'ev_held' : 'ev_undelivered', {why: plain(event.why || '')}) + ' ';
  if (event.state === 'held') return words;
  const again = () => attempt(() => call('POST', path() + '/messages/' + event.message + '/resend'));
  return [words, mayAct() && h('button.btn', {type: 'button', 'data-do': 'send_again', click: again}, t('send_again'))];
}
function happened(event) {
  switch (event.kind) {
    case 'started': return t('ev_started');
    case 'delivery': return event.state !== 'failed' && event.state !== 'held' ? null : undelivered(event);
    case 'proof_gained': return t('ev_proof', {order: event.order, level: event.level});
    case 'proof_failed': return t('ev_proof_failed', {order: event.order});
    case 'handed_off': return t('ev_handed', {why: t('reason_' + event.reason)});
    case 'claim': return t('ev_claim', {claim: event.claim, state: state('claim', event.state), amount: event.amount}) + (event.text ? ' “' + plain(event.text) + '”' : '');
    case 'attached': return [t('ev_file') + ' ', h('a', {href: path() + '/attachments/' + event.sha256, download: ''}, event.media_type + ', ' + Math.ceil(event.bytes / 1024) + ' KB')];
    case 'evidence_reused': return '⚠ ' + t('ev_reused', {n: event.uses.length});
    case 'notice': return t('ev_notice', {state: event.state, notice: event.notice});
    case 'triaged': return t('ev_triaged', {priority: t('priority_' + event.priority), labels: event.labels.map(label => '#' + plain(label)).join(' ')});
    case 'service_level': return (event.stage === 'breached' ? '⚠ ' : '◔ ') + t('ev_service_' + event.stage, {goal: t('goal_' + event.goal), when: when(event.due)});
    case 'merged': return [t('ev_merged') + ' ', mergedLog(event.from)];
    case 'merged_into': return [t('ev_merged_into') + ' ', h('a', {href: address(list.view, event.into)}, t('view_it'))];
    case 'owner': return event.owner === 'agent' ? t('ev_joined', {name: plain(agentName(event.to))}) : event.owner === 'bot' ? t('ev_given_back') : t('ev_queued');
    case 'status': return t('ev_status', {status: t('status_' + event.status)}) + (event.until ? ' ' + when(event.until) : '');
    default: return null;
  }
}

/* ---------------------------------------------------------------- writing */

const draftName = id => 'draft.' + me.id + '.' + id;
const drafted = id => { const draft = keep.get(draftName(id)); return draft && (draft.reply || draft.note) ? draft : null; };
function saveDraft(change) {
  const draft = {...(keep.get(draftName(open.id)) || {}), ...change};
  keep.set(draftName(open.id), draft.reply || draft.note || draft.kind === 'note' ? draft : null);
  keepDraft(open.id);
}
// The desk keeps it, too, for another machine: a moment after the last key.
const toKeep = new Map();
function keepDraft(id) {
  clearTimeout(toKeep.get(id));
  toKeep.set(id, setTimeout(() => {
    toKeep.delete(id);
    if (!me || !mayAct()) return;
    const draft = keep.get(draftName(id)) || {};
    call('POST', '/v1/conversations/' + encodeURIComponent(id) + '/draft', {reply: draft.reply || '', note: draft.note || ''}).catch(() => {});
  }, 1500));
}
// What was begun elsewhere is here; what was typed here since is newer.
async function takeDrafts() {
  if (!mayAct()) return;
  try {
    for (const {conversation, reply = '', note = ''} of await call('GET', '/v1/drafts')) {
      if (!keep.get(draftName(conversation))) keep.set(draftName(conversation), {reply, note});
    }
  } catch { /* those of this browser are here in any case */ }
}

function drawCompose() {
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
  const suggestion = kind === 'reply' && !area.value && suggested();
  box.replaceChildren(
    h('div.tabs', null, h('div.row', {role: 'tablist', 'aria-label': t('write')}, tab('reply', 'r'), tab('note', 'n')), h('span.grow'),
      !isMine(row) && !isDone(row) && h('span.small.mut', null, t(row.owner === 'queue' ? 'claim_to_reply' : 'take_to_reply')),
      kind === 'reply' && h('button.btn.plain', {type: 'button', 'data-do': 'ready', click: ownCanned}, t('ready'), h('kbd', {'aria-hidden': 'true'}, '/'))),
    suggestion ? h('div.ghost', null, h('p', {lang: row.language}, suggestion), h('button.btn', {type: 'button', click: useSuggestion}, t('use'), h('kbd', {'aria-hidden': 'true'}, 'Ctrl .'))) : '',
    area, h('div.hint', {role: 'status'}), h('div.row', null, h('span.grow.small.mut', null, t(kind === 'note' ? 'note_is_inner' : 'reply_goes_out')), send));
  hint(open.unsent === open.id ? t('unsent') : '');
  if (at) { area.focus(); area.setSelectionRange(...at); }
  if (atEnd) log.scrollTop = log.scrollHeight;
}
const suggested = () => plain(handed()?.lines.find(one => one.label === 'reply')?.text || '');
function useSuggestion() {
  const area = $('.compose textarea');
  if (!area || composing() !== 'reply' || !suggested()) return;
  saveDraft({reply: area.value ? area.value + '\n' + suggested() : suggested()});
  drawCompose();
  $('.compose textarea').focus();
}
const composing = () => $('.compose [aria-selected=true]')?.dataset.tab;
const hint = words => { const node = $('.compose .hint'); if (node) node.textContent = words; };

function write(kind) {
  if (!open.row || !mayAct() || kind === 'reply' && !isMine(open.row)) return;
  saveDraft({kind});
  drawCompose();
  $('.compose textarea').focus();
}
// Answers that are ready: `/` in an empty reply lists them, what follows it narrows them down.
const filled = text => text.replace(/\{([a-z_.]+)\}/g, (whole, name) => value(name) || whole);
function value(name) {
  const order = open.facts?.orders[0]?.order;
  const promise = open.facts?.promises.find(one => one.state === 'open');
  switch (name) {
    case 'order.id': return plain(order?.id);
    case 'order.amount': return order && money(order.amount, order.currency);
    case 'customer.name': return plain(open.row.customer?.name);
    case 'agent.name': return plain(me.name);
    case 'due_date': return promise && new Intl.DateTimeFormat(open.row.language, {dateStyle: 'long'}).format(new Date(promise.by));
    default: return '';
  }
}
const blanks = text => [...text.matchAll(/\{[a-z_.]+\}/g)].map(one => one[0]);
function pickCanned(asked) {
  const wanted = asked.toLowerCase();
  const rank = one => {
    const names = [one.name, ...one.keys || []].map(name => name.toLowerCase());
    const texts = Object.values(one.texts);
    if (names.some(name => name.startsWith(wanted))) return 0;
    if (names.some(name => name.includes(wanted) || initials(name).startsWith(wanted))) return 1;
    if (texts.some(text => text.toLowerCase().includes(wanted))) return 2;
    return wanted.length > 1 && texts.some(text => initials(text).includes(wanted)) ? 3 : 9;
  };
  const mine = canned.filter(one => (!one.merchant || one.merchant === open.row.merchant) && inTheirs(one));
  return mine.map(one => [rank(one), one]).filter(([at]) => at < 9).sort((a, b) => a[0] - b[0]).map(([, one]) => one);
}
// What it says to this customer: who reads one Chinese script can read the other.
const inTheirs = one => one.texts[open.row.language] || open.row.language !== 'en' && (one.texts['zh-Hant'] || one.texts['zh-Hans']) || '';
// The first letters of a text in pinyin. Collation sorts Han by its sound, so that a character begins with the letter of the last of these
// that is not behind it; a character with several sounds has the commonest one.
const SOUNDS = 'abcdefghjklmnopqrstwxyz';
const FIRSTS = [...'\u963f\u516b\u5693\u54d2\u59b8\u53d1\u65ee\u54c8\u8ba5\u5494\u5783\u75f3\u62cf\u5662\u5991\u4e03\u5465\u6268\u5b83\u7a75\u5915\u4e2b\u5e00'];
const bySound = new Intl.Collator('zh-Hans-u-co-pinyin');
const heardAs = new Map();
function initials(text) {
  return [...text.slice(0, 200)].map(one => {
    if (!/\p{Script=Han}/u.test(one)) return /[a-z0-9]/i.test(one) ? one.toLowerCase() : '';
    if (!heardAs.has(one)) heardAs.set(one, SOUNDS[FIRSTS.findLastIndex(first => bySound.compare(first, one) <= 0)] || '');
    return heardAs.get(one);
  }).join('');
}
function drawPick(area) {
  const box = $('.compose');
  box.querySelector('.pick')?.remove();
  if (composing() !== 'reply' || !/^\/[^\n]*$/.test(area.value)) return;
  relearn();
  const found = pickCanned(area.value.slice(1));
  if (!found.length) return;
  area.before(h('div.pick', {role: 'listbox', 'aria-label': t('ready')}, found.map((one, at) => h('button', {type: 'button', role: 'option', 'aria-selected': String(at === 0), 'data-name': one.name, lang: open.row.language, click: () => useCanned(one)},
    h('code', null, '/' + one.name), ' ' + filled(inTheirs(one))))));
}
// Colleagues write some, too.
let learnt = Date.now();
async function relearn(now) {
  if (!now && Date.now() - learnt < 30_000) return;
  learnt = Date.now();
  try { canned = await call('GET', '/v1/canned'); } catch { /* those of before are good enough */ }
}
// The agents' own answers: what there is, and a form for one of them.
function ownCanned() {
  const own = canned.filter(one => one.by);
  ask(t('ready'), [h('p.mut.small', null, t('ready_how')),
    h('ul.own', null, own.map(one => h('li.row', null, h('code', null, '/' + one.name), h('span.grow.last', null, inTheirsOrAny(one)), h('span.small.mut', null, '@' + agentName(one.by)),
      one.changeable && h('button.btn', {type: 'button', 'data-edit': one.name, click: () => editCanned(one)}, t('change')),
      one.changeable && h('button.btn.danger', {type: 'button', 'data-remove': one.name, click: () => removeCanned(one)}, t('remove'))))),
    !own.length && h('p.mut', null, t('ready_none')),
    h('button.btn', {type: 'button', 'data-do': 'new_ready', click: () => editCanned(null)}, '+ ' + t('ready_new'))]);
}
const inTheirsOrAny = one => one.texts[tag] || Object.values(one.texts)[0];
function editCanned(one) {
  const begun = composing() === 'reply' && $('.compose textarea')?.value.trim() || '';
  const name = h('input', {name: 'name', required: true, maxlength: 40, autocapitalize: 'none', spellcheck: 'false', disabled: !!one});
  name.value = one?.name || '';
  const keys = h('input', {name: 'keys', maxlength: 300});
  keys.value = (one?.keys || []).join(' ');
  const areas = TAGS.map(language => {
    const area = h('textarea', {name: language, lang: language, maxlength: 10_000});
    area.value = one ? one.texts[language] || '' : language === open.row?.language && !begun.startsWith('/') ? begun : '';
    return [language, area];
  });
  const alert = h('div.hint', {role: 'alert'});
  ask(t(one ? 'change' : 'ready_new'), [alert, h('label.field', null, t('ready_name'), name), h('label.field', null, t('ready_keys'), keys),
    areas.map(([language, area]) => h('label.field', null, ownName(language), area)), h('p.mut.small', null, t('ready_places'))],
  h('button.btn.main', {type: 'submit'}, t('save')), async () => {
    const texts = Object.fromEntries(areas.map(([language, area]) => [language, area.value.trim()]).filter(([, text]) => text));
    try {
      await call('PUT', '/v1/canned/' + encodeURIComponent(name.value.trim()), {keys: keys.value.split(/[\s,]+/).filter(Boolean), texts});
      await relearn(true);
      ownCanned();
    } catch (error) { alert.textContent = error instanceof Refused ? explained(error) : t('not_reached'); }
  });
  (one ? areas.find(([language]) => one.texts[language])?.[1] : name)?.focus();
}
function removeCanned(one) {
  ask(t('remove'), [h('p', null, h('code', null, '/' + one.name), ' ' + inTheirsOrAny(one))], h('button.btn.danger', {type: 'submit'}, t('remove')), async () => {
    await attempt(() => call('DELETE', '/v1/canned/' + encodeURIComponent(one.name)));
    await relearn(true);
    ownCanned();
  });
}
function movePick(step) {
  const all = [...document.querySelectorAll('.pick button')];
  const at = all.findIndex(one => one.ariaSelected === 'true');
  all[at].ariaSelected = 'false';
  const next = all[(at + step + all.length) % all.length];
  next.ariaSelected = 'true';
  next.scrollIntoView({block: 'nearest'});
}
function useCanned(one) {
  saveDraft({reply: filled(inTheirs(one))});
  drawCompose();
  const area = $('.compose textarea');
  area.focus();
  const [blank] = blanks(area.value);
  if (blank) area.setSelectionRange(area.value.indexOf(blank), area.value.indexOf(blank) + blank.length);
  sayBlank(area.value);
}
function sayBlank(text) {
  const left = composing() === 'reply' ? blanks(text) : [];
  if (left.length) hint(t('blank', {names: left.join(' ')}));
  return left.length > 0;
}
function typed(event) {
  writing();
  if (open.typed == null) open.typed = lastHeard();
  const had = !!drafted(open.id);
  saveDraft({[composing()]: event.target.value});
  if (!event.target.value) { open.typed = null; hint(''); drawCompose(); $('.compose textarea').focus(); }
  else $('.compose .ghost')?.remove();
  drawPick(event.target);
  if (!isStale() && !sayBlank(event.target.value)) hint('');
  if (had !== !!drafted(open.id)) drawList();
}
// While somebody typed, the customer wrote more: whoever sends is told first.
const isStale = () => open.typed != null && composing() === 'reply' && lastHeard() > open.typed;
function warnNew() {
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
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !composes) {
    event.preventDefault();
    submit(event.shiftKey);
  }
}

let sending = false;
// Sends what is written. Its name stays the same until the desk has it, so that nothing is said twice.
async function submit(thenResolve) {
  const area = $('.compose textarea');
  const kind = composing();
  const text = area?.value.trim();
  if (!text || sending || sayBlank(text)) return;
  // Whoever presses just as the warning comes has not read it.
  if (isStale()) {
    warnNew();
    if (Date.now() - open.warnedAt < 700) return;
  }
  const id = open.id;
  const draft = keep.get(draftName(id)) || {};
  const name = draft['id_' + kind] && draft['text_' + kind] === text ? draft['id_' + kind] : fresh();
  saveDraft({['id_' + kind]: name, ['text_' + kind]: text, [kind]: text, kind});
  sending = true;
  const send = $('.compose .send');
  send.disabled = true;
  try {
    const body = {client_id: name, text};
    if (kind === 'reply' && !open.warned) body.based_on = open.row.revision;
    await call('POST', path() + (kind === 'note' ? '/notes' : '/messages'), body);
    if (id !== open.id) return sentAway(id, kind);
    sentAway(id, kind);
    Object.assign(open, {typed: null, warned: 0, unsent: null});
    drawCompose();
    $('.compose textarea').focus();
    await catchUp();
    if (thenResolve && kind === 'reply') await resolve(true);
  } catch (error) {
    if (error instanceof Refused && error.code === 'stale_revision') {
      await catchUp();
      sending = false;
      if (isStale()) return warnNew();
      return submit(thenResolve);
    }
    if (error instanceof Refused) hint(explained(error));
    else { reached(false); open.unsent = id; hint(t('unsent')); }
  } finally {
    sending = false;
    send.disabled = false;
  }
}
function sentAway(id, kind) {
  const draft = keep.get(draftName(id)) || {};
  for (const part of ['', 'id_', 'text_']) delete draft[part + kind];
  draft.kind = 'reply';
  keep.set(draftName(id), draft.note || draft.reply ? draft : null);
  keepDraft(id);
  drawList();
}
// The desk is back: what could not be sent is sent now.
function outbox() {
  if (open.unsent && open.unsent === open.id && !sending && !isStale()) submit(false);
}

/* ---------------------------------------------------------------- moving it */

// Changes made on the same sight of things are made again on what has come since, unless the customer has written: then somebody looks first.
async function change(what, more = {}, again = false) {
  if (!open.row || !mayAct()) return false;
  const id = open.id;
  const heard = lastHeard();
  const wins = what === 'claim' || what === 'takeover';
  try {
    const row = await call('POST', path() + '/' + what, {...more, based_on: open.row.revision});
    const sorts = what === 'priority' || what === 'labels';
    if (id === open.id) { open.row = {...row, revision: open.row.revision}; drawHead(); sorts ? drawFacts() : drawCompose(); }
    await catchUp();
    refresh(false);
    return true;
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 409) { await attempt(() => { throw error; }); return false; }
    await catchUp();
    if (id !== open.id) return false;
    const faster = open.row.owner === 'agent' && !isMine(open.row);
    if (error.code === 'stale_revision' && !wins && !again && lastHeard() === heard) return change(what, more, true);
    toast(faster ? t('faster', {name: plain(agentName(open.row.agent))}) : t('has_changed'), faster && what === 'claim' ? [t('takeover'), () => change('takeover')] : null);
    return false;
  }
}
async function take() {
  const row = open.row;
  if (!row || isMine(row) || isDone(row)) return;
  if (await change(row.owner === 'queue' ? 'claim' : 'takeover')) write('reply');
}
async function resolve(thenNext) {
  if (!open.row || !isMine(open.row) || isDone(open.row)) return;
  const next = neighbour(1);
  if (await change('resolve')) {
    const done = open.id;
    undoing = () => attempt(async () => {
      undoing = null;
      await call('POST', '/v1/conversations/' + encodeURIComponent(done) + '/reopen');
      go('mine', done);
    });
    toast(t('resolved_toast'), [t('undo'), undoing]);
    if (thenNext && next) go(list.view, next);
  }
}
function snooze() {
  if (!open.row || !isMine(open.row) || isDone(open.row)) return;
  chooseSnooze(left => change('snooze', left));
}
// Until when: a time of today, of tomorrow, of next week, or what is waited for.
function chooseSnooze(does) {
  const at = (days, hour) => { const day = new Date(); day.setDate(day.getDate() + days); day.setHours(hour, 0, 0, 0); return day; };
  const now = new Date();
  // Later today is in three hours, at the full hour, as long as that is today.
  const later = new Date(Math.ceil((now.getTime() + 3 * 3_600_000) / 3_600_000) * 3_600_000);
  const monday = at((8 - now.getDay()) % 7 || 7, 9);
  const times = [['in_hour', new Date(now.getTime() + 3_600_000)], later.getDate() === now.getDate() && ['later_today', later], ['tomorrow', at(1, 9)], ['next_week', monday]].filter(Boolean);
  const pick = (name, words, left) => h('button.btn', {type: 'button', 'data-snooze': name, click: () => { shut(); does(left); }}, words);
  ask(t('snooze'), [...times.map(([name, until]) => pick(name, t(name) + ' · ' + when(until), {until: until.toISOString()})),
    pick('next_message', t('next_message'), {waits_for: 'message'}), pick('refund_moves', t('refund_moves'), {waits_for: 'refund'})]);
}

/* ---------------------------------------------------------------- the facts */

function pairs(rows) {
  return h('dl', null, rows.filter(([, value]) => value != null && value !== '').map(([name, value]) => [h('dt', null, t(name)), h('dd', null, value)]));
}
function part(name, ...inside) {
  return h('section', null, h('h3', null, t(name)), ...inside);
}
function drawFacts() {
  const {facts, row} = open;
  const who = facts.customer;
  $('.right').replaceChildren(
    part('f_person', h('h4', null, (who?.vip ? '★ ' : '') + named(row)), proofs(),
      pairs([['f_email', plain(who?.email)], ['f_phone', plain(who?.phone)], ['f_language', short(row.language)], ['f_site', row.site], ['f_channel', row.channel], ['f_since', when(row.created_at)]])),
    part('f_sorted', sorting()),
    ...facts.orders.filter(one => one.claims.length).map(one => part('f_claims', ...one.claims.map(claim => claimCard(claim, one)), ...signs(one))),
    part('f_orders', ...(facts.orders.length ? facts.orders.map(orderCard) : [h('p.mut', null, t('f_no_orders'))])),
    facts.promises.length ? part('f_promises', pairs(facts.promises.map(one => ['promise_' + one.what, when(one.by) + ' · ' + t('promise_' + one.state)]))) : '',
    facts.earlier.length ? part('f_earlier', h('ul', null, facts.earlier.map(one => h('li', null, h('a', {href: address(list.view, one.id)}, when(one.created_at, {dateStyle: 'medium'})), ' ' + [t('status_' + one.status), ...one.intents.map(topic)].join(' · '), mayMerge(one) && h('button.btn.plain.merge', {type: 'button', 'data-merge': one.id, click: () => merge(one)}, t('merge')))))) : '',
    taken(), me.role === 'admin' && part('person', h('button.btn', {type: 'button', 'data-do': 'person', click: () => { location.hash = '#person=' + encodeURIComponent(open.id); }}, t('person_show'))));
}
// Two conversations of one person become one: this one, when it is one's own and the other is nobody else's.
const mayMerge = one => mayAct() && isMine(open.row) && !isDone(open.row) && one.status !== 'closed' && !(one.owner === 'agent' && one.agent !== me.id);
function merge(one) {
  ask(t('merge_title'), [h('p', null, t('merge_what', {when: when(one.created_at)})), h('p.mut.small', null, t('merge_more'))], h('button.btn.main', {type: 'submit'}, t('merge')), async () => {
    shut();
    if (await attempt(() => call('POST', path() + '/merge', {from: one.id}))) toast(t('merged'));
    await catchUp();
    refresh(false);
  });
}

/* ---------------------------------------------------------------- one person's data: what is held, taken along or erased */

async function person() {
  const id = place().person;
  const back = h('a.btn', {href: address(list.view, id)}, t('back'));
  const base = '/v1/people/' + encodeURIComponent(id);
  const held = await attempt(() => call('GET', base));
  if (!$('.app.reporting')) return;
  if (!held) return $('.mid').replaceChildren(h('div.report', null, h('div.row', null, h('h2.grow', null, t('person')), back)));
  const figure = (name, value) => h('div.figure', null, h('h3', null, t(name)), h('b', null, String(value)));
  const n = held.conversations.length;
  $('.mid').replaceChildren(h('div.report', {tabindex: 0, 'aria-label': t('person')},
    h('div.row', null, h('h2.grow', null, t('person')), h('a.btn', {href: base + '/export', download: '', 'data-do': 'export'}, t('person_export')), back),
    h('section', null, h('h3', null, t('person_goes')), h('div.figures', null, figure('conversations', n), figure('person_events', held.events), figure('person_files', held.files), figure('person_sessions', held.sessions)),
      h('ul', null, held.conversations.map(one => h('li', null, h('a', {href: address(list.view, one)}, one))))),
    h('section', null, h('h3', null, t('person_stays')), h('p', null, t('person_claims', {n: held.claims_kept})), h('p', null, t('person_orders')), h('p.mut.small', null, t('person_audit'))),
    h('div.row', null, h('span.grow'), h('button.btn.danger', {type: 'button', 'data-do': 'erase', click: () => erasePerson(base, n)}, t('person_erase', {n})))));
}
// Erasing takes two steps, and the second one has the number of what goes typed.
function erasePerson(base, n) {
  const typed = h('input', {inputmode: 'numeric', required: true, autocomplete: 'off', 'aria-label': t('person_type', {n})});
  const yes = h('button.btn.danger', {type: 'submit'}, t('person_erase', {n}));
  ask(t('person_sure'), [h('p', null, t('person_gone')), h('label.field', null, t('person_type', {n}), typed)], yes, async () => {
    if (typed.value.trim() !== String(n)) return typed.focus();
    yes.disabled = true;
    const gone = await attempt(() => call('POST', base + '/erase', {conversations: n}));
    shut();
    if (!gone) return person();
    toast(t('person_erased', {n: gone.conversations.length}));
    Object.assign(open, {id: null, row: null});
    go('waiting');
    refresh(true);
  });
  typed.focus();
}
// What may be taken along; the agents' own notes only for whoever asks for them.
function taken() {
  const notes = h('input', {type: 'checkbox', change: () => links.replaceChildren(...all())});
  const one = (file, words) => h('a.small', {href: path() + '/' + file + (notes.checked ? '?notes=true' : ''), target: '_blank', rel: 'noopener'}, words);
  const all = () => [...['txt', 'html', 'json', 'csv'].map(form => one('transcript.' + form, t('transcript') + ' .' + form)), one('pack.jsonl', t('pack'))];
  const links = h('div.row.wrap', null, all());
  return h('section', null, links, h('label.row.small', null, notes, t('with_notes')),
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
  const name = h('input.label', {'aria-label': t('label'), placeholder: t('label'), maxlength: 40, keydown: event => {
    if (event.key !== 'Enter' || event.isComposing || !name.value.trim()) return;
    event.preventDefault();
    change('labels', {add: [name.value.trim()]}).then(() => $('.right .label')?.focus());
  }});
  return h('div.sorting', null, urgent, labels.map(one => h('button.chip', {type: 'button', 'aria-label': t('label_off', {label: one}), click: () => change('labels', {remove: [one]})}, '# ' + plain(one) + ' ×')), name);
}
function proofs() {
  const {proof, customer} = open.facts;
  if (customer) return h('span.chip.good', null, '✓ ' + t('proof_signed'));
  if (!proof.length) return h('span.chip.warn', null, '? ' + t('proof_none'));
  return h('div.row', null, proof.map(one => h('span.chip.good', null, '✓ ' + t('proof_level', {order: one.order, level: one.level}))));
}
function orderCard({order}) {
  const ship = order.shipping || {};
  return h('div.card', null,
    h('div.row', null, h('h4.grow', null, plain(order.id)), h('span.chip.tint', null, state('order', order.status))),
    h('div.sum', null, money(order.amount, order.currency)),
    pairs([['o_items', order.items?.map(plain).join(', ')], ['o_payment', plain(order.payment_method)], ['o_placed', when(order.created_at)], ['o_paid', order.paid_at && when(order.paid_at)],
      ['o_carrier', [ship.carrier, ship.tracking].filter(Boolean).map(plain).join(' ')], ['o_shipped', ship.shipped_at && when(ship.shipped_at)], ['o_delivered', ship.delivered_at && when(ship.delivered_at)],
      ['o_rejected', plain(order.reject_reason)], ['o_customer', [order.customer?.name, order.customer?.email, order.customer?.phone].filter(Boolean).map(plain).join(' · ')],
      ['o_refunds', (order.refund_history || []).map(one => money(one.amount, order.currency) + ' ' + one.state).join('; ')], ['o_note', plain(order.note)]]));
}
function claimCard(claim, {order}) {
  const waits = ['submitted', 'needs_evidence'].includes(claim.state) && claim.conversation === open.id;
  const button = (name, how) => h('button.btn' + how, {type: 'button', 'data-claim': name, click: () => decide(name, claim, order)}, t(name) + '…');
  return h('div.card', null,
    h('div.row', null, h('h4.grow', null, claim.id), h('span.chip.' + (claim.state === 'paid' ? 'good' : claim.state === 'rejected' || claim.state === 'failed' ? 'err' : 'warn'), null, state('claim', claim.state))),
    h('div.sum', null, money(claim.amount, claim.currency)),
    pairs([['c_cause', t('cause_' + claim.cause)], ['c_items', claim.items?.map(plain).join(', ')], ['c_note', plain(claim.note)], ['c_verdict', claim.verdict && t('verdict_' + claim.verdict)],
      ['c_clause', claim.clause && claim.clause !== 'none' && h('code', null, claim.clause + (claim.policy ? ' · ' + [claim.policy.file, claim.policy.line].filter(Boolean).join(':') : ''))],
      ['c_detail', plain(claim.detail)],
      ['c_files', claim.evidence?.length && h('span', null, claim.evidence.map((hash, at) => h('a', {href: path() + '/attachments/' + hash, download: ''}, ' ' + t('file') + ' ' + (at + 1))))]]),
    waits && mayAct() && h('div.do', null, button('approve', '.main'), button('evidence', ''), button('reject', '.danger')));
}
function signs(one) {
  if (!one.signs.length) return [];
  return [h('p.small', null, '⚠ ' + t('signs', {score: one.score})), h('ul.small', null, one.signs.map(sign => h('li', null, '· ' + t('sign_' + sign.sign, {n: sign.count, of: sign.of ?? ''}))))];
}

// Money takes two steps, and the second one says once more how much, for what and to whom.
function decide(what, claim, order) {
  const sum = money(claim.amount, claim.currency);
  const words = what === 'approve' ? null : h('textarea', {required: true, maxlength: 1000, 'aria-label': t(what + '_words'), placeholder: t(what + '_words'), lang: open.row.language});
  const yes = h('button.btn.' + (what === 'reject' ? 'danger' : 'main'), {type: 'submit'}, t(what + '_yes', {sum}));
  const payee = plain(order.payment_method) || t('payee_unknown');
  ask(t(what + '_title'), [
    h('dl', null, [['c_sum', sum], ['c_order', claim.order], ['c_payee', payee + (order.customer?.name ? ' · ' + plain(order.customer.name) : '')], ['c_number', claim.id]].map(([name, value]) => [h('dt', null, t(name)), h('dd', null, value)])),
    words], yes, async () => {
    yes.disabled = true;
    const body = what === 'approve' ? {decision: 'approve'} : what === 'reject' ? {decision: 'reject', reason: words.value.trim()} : {decision: 'request_evidence', what: words.value.trim()};
    const done = await attempt(() => call('POST', path() + '/refunds/' + encodeURIComponent(claim.id), body));
    shut();
    if (done) toast(t('claim_is', {claim: claim.id, state: state('claim', done.state)}));
    await catchUp();
    open.facts = await attempt(() => call('GET', path() + '/facts')) || open.facts;
    drawFacts();
  });
}

/* ---------------------------------------------------------------- the report of leads */

const drawnBy = (name, given, ...inside) => {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(given)) node.setAttribute(key, value);
  node.append(...inside);
  return node;
};
const seconds = value => value == null ? '–' : value < 90 ? t('minutes', {n: '<' + Math.max(1, Math.ceil(value / 60))}) : value < 7200 ? t('minutes', {n: Math.round(value / 60)}) : t('hours', {n: Math.round(value / 3600)});
const percent = (part, of) => of ? new Intl.NumberFormat(tag, {style: 'percent'}).format(part / of) : '–';
let period = 30;
async function report() {
  const today = new Date();
  const first = new Date(today - (period - 1) * 86_400_000).toISOString().slice(0, 10);
  const found = await attempt(() => call('GET', '/v1/reports/report.json?first=' + first));
  if (!found || !$('.app.reporting')) return;
  const {total, days} = found;
  const choose = h('select', {'aria-label': t('report'), change: event => { period = Number(event.target.value); report(); }}, [7, 30, 90].map(n => h('option', {value: n}, t('report_days', {n}))));
  choose.value = period;
  const card = (name, value, more) => h('div.figure', null, h('h3', null, t(name)), h('b', null, value), more && h('span.small.mut', null, more));
  const rated = value => value == null ? '–' : value.toFixed(1) + ' / 5';
  $('.mid').replaceChildren(h('div.report', {tabindex: 0, 'aria-label': t('report')},
    h('div.row', null, h('h2.grow', null, t('report')), choose, h('a.btn', {href: '/v1/reports/report.csv?first=' + first, download: ''}, t('report_csv')), h('a.btn', {href: address(list.view)}, t('back'))),
    h('div.figures', null,
      card('r_waiting', String(found.waiting)), card('r_longest', found.waits_since ? lasted(found.waits_since) : '–'),
      card('r_first', seconds(total.first_response_p50) + ' / ' + seconds(total.first_response_p90)),
      card('r_began', String(total.began)), card('r_bot', percent(total.resolved_by_bot + total.assumed, total.began), t('r_bot_of', {confirmed: total.resolved_by_bot, assumed: total.assumed})),
      card('r_to_people', percent(total.to_people, total.began), String(total.to_people)), card('r_people', String(total.resolved_by_people)), card('r_reopened', String(total.reopened)),
      card('r_promises', percent(total.promises_kept, total.promises_kept + total.promises_broken), total.promises_kept + ' / ' + (total.promises_kept + total.promises_broken)),
      card('r_late', String(total.late_first + total.late_next + total.late_resolution)), card('r_wrong', String(total.wrong)),
      card('r_rated_bot', rated(total.rated_bot)), card('r_rated_people', rated(total.rated_people))),
    days.length ? [perDay(days), reasons(total.handed_off), byLanguage(days)] : h('p.mut', null, t('r_none'))));
}
// Bars by day: below, what the bot had alone; above, what people got.
function perDay(days) {
  const sums = new Map();
  // Days on which nothing happened have their place, too.
  for (let back = period - 1; back >= 0; back--) sums.set(new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10), {began: 0, people: 0});
  for (const one of days) {
    const sum = sums.get(one.day) || {began: 0, people: 0};
    sum.began += one.began;
    sum.people += Math.min(one.to_people, one.began);
    sums.set(one.day, sum);
  }
  const most = Math.max(1, ...[...sums.values()].map(one => one.began));
  const wide = 640 / Math.max(7, sums.size);
  const bars = [...sums].map(([day, {began, people}], at) => {
    const [all, top] = [began / most * 130, people / most * 130];
    const x = at * wide + wide * .15, width = wide * .7;
    return drawnBy('g', {}, drawnBy('title', {}, when(day + 'T12:00:00Z', {dateStyle: 'medium'}) + ': ' + t('r_bot_alone') + ' ' + (began - people) + ', ' + t('r_to_people') + ' ' + people),
      drawnBy('rect', {x, y: 140 - all + top, width, height: all - top, class: 'bar-bot'}), drawnBy('rect', {x, y: 140 - all, width, height: top, class: 'bar-people'}),
      ...(sums.size <= 14 || at % 7 === 0 ? [drawnBy('text', {x: x + width / 2, y: 156, 'text-anchor': 'middle'}, when(day + 'T12:00:00Z', {month: 'numeric', day: 'numeric'}))] : []));
  });
  return h('section', null, h('h3', null, t('r_per_day')), h('p.small.mut', null, h('i.key.bot'), ' ' + t('r_bot_alone') + '  ', h('i.key.people'), ' ' + t('r_to_people')),
    drawnBy('svg', {viewBox: '0 0 640 162', role: 'img', 'aria-label': t('r_per_day')}, ...bars));
}
function reasons(all) {
  const most = Math.max(1, ...all.map(one => one.count));
  return h('section', null, h('h3', null, t('r_reasons')), h('div.bars', null, [...all].sort((a, b) => b.count - a.count).map(one => [
    h('span', null, t('reason_' + one.reason)), drawnBy('svg', {viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true'}, drawnBy('rect', {width: one.count / most * 100, height: 8, rx: 1, class: 'bar-people'})), h('b', null, String(one.count))])));
}
function byLanguage(days) {
  const names = ['began', 'to_people', 'resolved_by_bot', 'resolved_by_people', 'reopened', 'wrong'];
  const heads = ['r_began', 'r_to_people', 'r_bot', 'r_people', 'r_reopened', 'r_wrong'];
  const rows = TAGS.map(one => [one, days.filter(day => day.language === one)]).filter(([, own]) => own.length);
  return h('section', null, h('h3', null, t('r_by_language')), h('div.scroll', {tabindex: 0, role: 'region', 'aria-label': t('r_by_language')}, h('table', null,
    h('thead', null, h('tr', null, h('th', null, t('f_language')), heads.map(name => h('th', null, t(name))))),
    h('tbody', null, rows.map(([one, own]) => h('tr', null, h('th', null, ownName(one)), names.map(name => h('td', null, String(own.reduce((sum, day) => sum + day[name], 0))))))))));
}

/* ---------------------------------------------------------------- over it */

let before = null;
function ask(title, inside, yes, does) {
  shut();
  before = document.activeElement;
  const no = h('button.btn', {type: 'button', click: shut}, t(yes ? 'cancel' : 'close'));
  const box = h('dialog', {'aria-label': title, close: shut}, h('form', {method: 'dialog', submit: event => { event.preventDefault(); does?.(); }},
    h('h2', null, title), ...inside.filter(Boolean), h('div.row', null, no, yes)));
  document.body.append(box);
  box.showModal();
  (box.querySelector('textarea') || no).focus();
}
function shut() {
  const box = $('dialog');
  if (!box) return;
  box.remove();
  before?.focus?.();
}
function toast(words, act) {
  const node = h('div.toast', null, h('span', null, words), act && h('button', {type: 'button', click: () => { node.remove(); act[1](); }}, act[0]));
  $('.toasts')?.append(node);
  setTimeout(() => node.remove(), act ? 12_000 : 6000);
}

/* ---------------------------------------------------------------- the keyboard: one table, which `?` shows, too */

function neighbour(step) {
  const rows = list.rows.filter(row => !row.gone || row.id === list.at);
  const at = rows.findIndex(row => row.id === (open.id && rows.some(one => one.id === open.id) ? open.id : list.at));
  const next = rows[at < 0 ? 0 : at + step];
  return next && next.id !== open.id ? next.id : null;
}
function walk(step) {
  const at = list.rows.findIndex(row => row.id === list.at);
  const row = list.rows[Math.max(0, Math.min(list.rows.length - 1, at < 0 ? 0 : at + step))];
  if (!row) return;
  focusRow(row.id);
  if (list.next && list.rows.indexOf(row) > list.rows.length - 20) more();
}
const KEYS = [
  {keys: 'j', name: 'key_next', does: () => walk(1)},
  {keys: 'k', name: 'key_previous', does: () => walk(-1)},
  {keys: 'o', name: 'key_open', does: () => list.at && go(list.view, list.at)},
  {keys: 'u', name: 'key_urgent', does: () => attempt(async () => { const {rows: [most]} = await call('GET', '/v1/inbox?view=waiting&limit=1'); if (most) go('waiting', most.id); })},
  ...VIEWS.map(view => ({keys: 'g ' + view[0], name: 'key_go', more: 'view_' + view, does: () => go(view, open.id, {...list.only, q: ''})})),
  {keys: 'a', name: 'key_take', does: take},
  {keys: 'r', name: 'key_reply', does: () => write('reply')},
  {keys: 'n', name: 'key_note', does: () => write('note')},
  {keys: 'e', name: 'key_resolve', does: () => resolve(false)},
  {keys: 'E', name: 'key_resolve_next', does: () => resolve(true)},
  {keys: 'z', name: 'key_snooze', does: snooze},
  {keys: 'b', name: 'key_return', does: () => isMine(open.row || {}) && change('return')},
  {keys: 't', name: 'key_label', does: () => reveal('.right .label')},
  {keys: 'p', name: 'key_priority', does: () => reveal('.right .priority')},
  {keys: 'x', name: 'key_pick', does: () => pickRow(list.at || list.rows[0]?.id)},
  {keys: 'X', name: 'key_pick_range', does: () => pickRow(list.at, true)},
  {keys: '*', name: 'key_pick_all', does: pickAll},
  {keys: 'Ctrl+z', name: 'key_undo', does: undoLast},
  {keys: 'i', name: 'key_facts', does: drawer},
  {keys: 'Ctrl+.', name: 'key_suggestion', does: useSuggestion},
  {keys: '/', name: 'key_search', does: () => { $('.app').classList.remove('reading'); $('.find input').select(); $('.find input').focus(); }},
  {keys: '/', name: 'key_ready', inText: true},
  {keys: 'Ctrl+Enter', name: 'key_send', inText: true},
  {keys: 'Ctrl+Shift+Enter', name: 'key_send_resolve', inText: true},
  {keys: 'Escape', name: 'key_back', does: () => back()},
  {keys: '?', name: 'key_help', does: () => help()},
];
function back() {
  if ($('dialog')) return shut();
  if ($('.facts-on')) return drawer();
  if (document.activeElement?.matches('textarea')) return $('.thread')?.focus();
  if (list.picked.size) { list.picked.clear(); return drawList(); }
  if (open.id) { const id = open.id; go(list.view); focusRow(id); }
}
function help() {
  const quiet = h('input', {type: 'checkbox', change: event => { keep.set('quiet', event.target.checked || null); dressUp(); }});
  quiet.checked = !!keep.get('quiet');
  const wants = h('input', {type: 'checkbox', name: 'notify', change: async () => { wants.checked = await wantNotices(wants.checked); }});
  wants.checked = !!keep.get('notify') && window.Notification?.permission === 'granted';
  const notices = 'Notification' in window && h('label.row', null, wants, t('notify'));
  ask(t('keys'), [h('dl.keys', {tabindex: 0}, KEYS.map(one => [h('dt', null, h('code', null, one.keys)), h('dd', null, one.more ? t(one.name, {view: t(one.more)}) : t(one.name))])),
    h('label.row', null, quiet, t('keys_off')), notices,
    h('button.btn', {type: 'button', click: () => { shut(); logOut(true); }}, t('log_out_everywhere'))]);
}
let first = '';
addEventListener('keydown', event => {
  if (!me || event.isComposing || event.keyCode === 229 || event.altKey) return;
  const control = event.ctrlKey || event.metaKey;
  // A keyboard that writes no Latin letters is read by where its keys are.
  let key = event.key.length === 1 && event.key.charCodeAt(0) > 126 && /^Key/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key;
  if (key.length === 1 && event.shiftKey && /[a-z]/.test(key)) key = key.toUpperCase();
  const writes = event.target.closest?.('textarea, input, select');
  const single = !control && key.length === 1;
  if (single && (writes || keep.get('quiet') && key !== '?' || $('dialog') && key !== '?')) return;
  // What was typed is taken back by the browser.
  if (control && key !== '.' && (key !== 'z' || writes || event.shiftKey || !undoing)) return;
  const pressed = (control ? 'Ctrl+' : '') + key;
  const both = first + pressed;
  first = '';
  const found = KEYS.find(one => one.keys === both && one.does) || KEYS.find(one => one.keys === pressed && one.does);
  if (found) { event.preventDefault(); found.does(); }
  else if (single && KEYS.some(one => one.keys.startsWith(key + ' '))) { first = key + ' '; setTimeout(() => { first = ''; }, 1200); }
});
addEventListener('online', wake);
document.addEventListener('visibilitychange', () => { if (!document.hidden && me) wake(); });

start();
})();
