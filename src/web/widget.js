// The frontdesk widget: a chat on a storefront. One file, no build step, no cookie, no third party, and never markup from a string:
// every node is made by name and filled with text.
//
// It lives in a shadow root, so that the page's styles do not reach it and its own do not reach the page. What it knows of the
// conversation comes from the desk's event log, numbered, so that nothing is lost and nothing is shown twice.
(() => {
'use strict';
if (customElements.get('front-desk')) return;

/* ---------------------------------------------------------------- what the desk put in */

const SERVED = /*{*/{}/*}*/;
const script = document.currentScript;
const desk = new URL(script?.src || location).origin;
const host = document.createElement('front-desk');
const MINUTE = 60_000;
const MAX_FILE = 5 * 1024 * 1024;
const FILES = 3;
const OUTBOX = 20;

/* ---------------------------------------------------------------- settings and words */

// An attribute of the element, or of the script, which says it with `data-`.
let face = host;
const attribute = name => face.getAttribute(name) ?? script?.getAttribute('data-' + name);
const asked = new URLSearchParams(attribute('mode') === 'page' ? location.search : '');
const setting = name => set[name] ?? attribute(name) ?? asked.get(name);
const set = {};
let context = {};

function language() {
  const wanted = [setting('locale'), document.documentElement.lang, ...navigator.languages];
  for (const locale of wanted) {
    if (/^(zh|yue)/i.test(locale)) return /^yue|[-_](hant|tw|hk|mo)/i.test(locale) ? 1 : 0;
    if (/^en/i.test(locale)) return 2;
  }
  return 2;
}
let tongue = 2;
const learnt = [];
const tag = () => ['zh-Hans', 'zh-Hant', 'en'][tongue];
const word = (name, values = {}) => (learnt[tongue]?.words[name] ?? SERVED.words[name]?.[tongue] ?? '')
  .replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
// What came with the words: of another language, while those of this one are on their way.
const lore = () => learnt[tongue] || learnt.find(Boolean);
const topic = id => learnt[tongue]?.topics[id] || '';
// The words come when they are first needed, not with every page of the shop.
let learning = null;
const learn = () => learnt[tongue] ? null : learning ||= fetchWords().finally(() => { learning = null; });
async function fetchWords() {
  for (let failed = 0, now; !learnt[now = tongue];) {
    try {
      learnt[now] = await call('/widget/' + tag() + '.json?' + SERVED.version);
      looks.replaceSync(learnt[now].style);
      tip.textContent = '';
      dress();
    } catch {
      tip.textContent = isOpening ? word('reconnecting') : '';
      await pause(failed++);
    }
  }
}

/* ---------------------------------------------------------------- small tools */

// h('p.note', {title: 'x'}, 'text', node): a node. Attributes are set, functions listen, and strings are only ever text.
function h(what, given, ...inside) {
  const [name, ...classes] = what.split('.');
  const node = document.createElement(name);
  if (classes.length) node.className = classes.join(' ');
  for (const [key, value] of Object.entries(given || {})) {
    if (typeof value === 'function') node.addEventListener(key, value);
    else if (value != null && value !== false) node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...inside.filter(one => one != null));
  return node;
}
const press = (what, click, ...inside) => h('button.' + what, {type: 'button', click}, ...inside);
const cross = (label, click) => h('button.icon', {type: 'button', 'aria-label': label, click: () => { click(); box.focus(); }}, icon('cross'));
const SVG = 'http://www.w3.org/2000/svg';
// Its lines come with the words; until then only the launcher is to be seen.
const trace = line => line.setAttribute('d', lore()?.icons[line.name] || CHAT);
function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const line = document.createElementNS(SVG, 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  line.name = name;
  trace(line);
  svg.append(line);
  return svg;
}
const CHAT = 'M5 18.5 3.5 21.5 8 20a9 8.5 0 1 0-3-1.5M8.5 11.5h.01M12 11.5h.01M15.5 11.5h.01';
const wait = (ms, signal) => new Promise(done => {
  const now = () => { clearTimeout(timer); woken.delete(now); done(); };
  const timer = setTimeout(now, ms);
  woken.add(now);
  signal?.addEventListener('abort', now, {once: true});
});
const woken = new Set();
// Tries again at once what waits for its next try.
const wake = () => woken.forEach(now => now());
// Longer each time, and not for all customers at the same moment.
const backoff = tries => 300 + Math.random() * Math.min(30_000, 1000 * 2 ** tries);
// Browsers write down each try that fails. While nobody looks and nothing waits, one is enough on a page that the desk has never answered,
// and a minute of them where it has: the next is when there is a reason.
let spare = 0;
const isWanted = () => isOpen || isOpening || waitingOut()[0];
const pause = (tries, signal) => wait(tries < spare || isWanted() ? backoff(tries) : 1e9, signal);
const fresh = () => 'w' + Date.now() + Math.random().toString(36).slice(2);
// One tab at a time. Where there are no locks, or a frame may have none, each does it for itself.
async function exclusively(name, work, how = {}) {
  let begun;
  try {
    return await navigator.locks.request(prefix + name, how, lock => { begun = true; return lock && work(); });
  } catch (problem) {
    if (begun || how.signal?.aborted) throw problem;
    isAlone = true;
    return work();
  }
}
let isAlone;
// Characters that turn text around or hide in it.
const plain = text => String(text).replace(RegExp(lore().marks[4], 'g'), '');

/* ---------------------------------------------------------------- what the browser keeps */

// One place for a visitor whom nobody knows, one for each customer whom the shop signs in, and for a guest whose log-in could not be
// confirmed nothing that outlives the page.
const memory = new Map();
let prefix = '';
let isGuest = false;
const keep = {
  get(name) {
    let text = memory.get(prefix + name);
    try { text = localStorage.getItem(prefix + name) ?? text; } catch { /* forbidden: memory does */ }
    try { return JSON.parse(text); } catch { return null; }
  },
  set(name, value) {
    name = prefix + name;
    if (value == null) return lose(name);
    const text = JSON.stringify(value);
    memory.set(name, text);
    try { if (!isGuest) localStorage.setItem(name, text); } catch { /* full or forbidden: memory does */ }
  },
  names: begin => every(prefix + begin).map(name => name.slice(prefix.length)),
};
function every(begin) {
  const names = new Set(memory.keys());
  try { Object.keys(localStorage).forEach(name => names.add(name)); } catch { /* forbidden */ }
  return [...names].filter(name => name.startsWith(begin));
}
function lose(name) {
  memory.delete(name);
  try { localStorage.removeItem(name); } catch { /* forbidden */ }
}

/* ---------------------------------------------------------------- who the customer is */

const site = () => setting('site') || SERVED.site || '';
const everybody = () => 'frontdesk:' + site() + ':';
let identity = null;
let token = null;

// What a token says, unproven: enough to keep customers of one browser apart. The desk is the one that checks it.
function said(jwt) {
  try { return JSON.parse(atob(jwt.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))); } catch { return {}; }
}
const ended = () => token != null && (said(token).exp || 0) * 1000 < Date.now();
// What comes after somebody else was named, or nobody, is too late.
let naming = 0;
async function fetchToken() {
  const mine = ++naming;
  for (let tries = 0; tries < 2; tries++) {
    let got = '';
    try { got = typeof identity === 'function' ? await identity() : identity; } catch { /* no word of the shop's */ }
    if (mine !== naming) return;
    token = got;
    if (typeof identity !== 'function' || !ended()) break;
  }
}
// Opens the customer's own drawer. Another customer's is emptied: whoever sits here now is somebody else.
function settle(guest) {
  const customers = everybody() + '+';
  isGuest = !!guest;
  if (guest) prefix = everybody() + '?' + Math.random() + ':';
  else if (token == null) prefix = everybody() + ':';
  else {
    prefix = customers + encodeURIComponent(said(token).sub || '') + ':';
    every(customers).filter(name => !name.startsWith(prefix)).forEach(lose);
  }
}

/* ---------------------------------------------------------------- the desk's routes */

const refused = (status, problem) => Object.assign(Error(problem?.code || status), problem, {status});
const bearer = session => ({authorization: 'Bearer ' + session.session});
// What is answered when somebody else sits here by then is nobody's.
let sitting = 0;
async function call(path, given) {
  const mine = sitting;
  const answer = await fetch(desk + path, {credentials: 'omit', referrerPolicy: 'no-referrer', signal: AbortSignal.timeout(10_000), ...given});
  const body = await answer[given?.as || 'json']().catch(() => null);
  if (mine !== sitting) throw Error('too late');
  if (!answer.ok) throw refused(answer.status, body);
  return body;
}
// As this customer, in the session of now.
const report = async (path, body) => post(path, body, bearer(await session()));
// A list without what old libraries teach all lists to say of themselves.
const bare = list => Object.setPrototypeOf([...list], null);
const post = (path, body, headers) => call(path, {method: 'POST', headers: {'content-type': 'application/json', ...headers}, body: JSON.stringify(body)});

// The session of this browser, opened when it is first needed, by one tab for all.
let opening;
// A session that was kept is shown again when the desk has taken this page's word for whose it is.
let proven;
const isProven = () => token == null || isGuest || proven === prefix;
const current = () => {
  const kept = keep.get('session');
  return kept && isProven() && Date.parse(kept.expires_at) > Date.now() && kept;
};
async function session() {
  return current() || (opening ||= exclusively('opening', () => current() || openSession()).finally(() => { opening = null; }));
}
async function openSession() {
  if (ended()) await fetchToken();
  const kept = keep.get('session');
  const open = async () => {
    const signed = token != null && !isGuest && {token};
    if (signed && kept) {
      try {
        await post('/v1/identity', signed, bearer(kept));
        return kept;
      } catch (problem) {
        // A session that has ended, or is another customer's, is left for a new one.
        if (![401, 409].includes(problem.status) || /^identity/.test(problem.code)) throw problem;
      }
    }
    return post('/v1/sessions', {site: site(), locale: tag(), zone: Intl.DateTimeFormat().resolvedOptions().timeZone, ...signed});
  };
  let opened;
  try { opened = await open(); } catch (problem) {
    // A browser does not say why a request failed. When the desk answers everybody else, this page is not one of the shop's own.
    if (!problem.status && isWanted() && await call('/widget/' + tag() + '.json', {cache: 'no-store'}).then(() => true, () => false)) throw refused(403);
    if (!/^identity/.test(problem.code)) throw problem;
    // The shop's word has ended or is no good: it is asked for another, once.
    if (typeof identity === 'function') await fetchToken();
    try {
      if (typeof identity !== 'function') throw problem;
      opened = await open();
    } catch (problem) {
      if (!/^identity/.test(problem.code)) throw problem;
      emit('error', problem);
      begin(true);
      throw problem;
    }
  }
  keep.set('session', opened);
  if (!isProven()) { proven = prefix; restore(); }
  return opened;
}
function dropSession(old) {
  if (!old || keep.get('session')?.session === old.session) keep.set('session');
}
function inConversation(id) {
  const kept = keep.get('session');
  if (kept && kept.conversation !== id) keep.set('session', {...kept, conversation: id});
  if (id === here) return;
  // Numbers begin anew in another conversation.
  if (here) { shown.clear(); cursor = 0; log.append(h('div.line', {role: 'separator'})); }
  here = id;
  showFiled();
}

/* ---------------------------------------------------------------- what is to be sent */

let sending;
let tries = 0;
const waitingOut = () => keep.names('out:').map(name => ({id: name.slice(4), ...keep.get(name)}))
  .filter(one => one.at > Date.now() - 24 * 60 * MINUTE || keep.set('out:' + one.id))
  .sort((a, b) => a.at - b.at || a.n - b.n);
let counted = 0;

function say(text, choice) {
  text = mask(text).trim();
  if (!text) return false;
  if (waitingOut().length >= OUTBOX) { notice('outbox_full'); return false; }
  const id = fresh();
  const one = {text, choice, at: Date.now(), n: counted++};
  keep.set('out:' + id, one);
  showPending({id, ...one});
  scrollDown(true);
  flush();
  return true;
}
// Sends what waits, in order, one at a time, one tab at a time. Sent twice under one id it is still one message.
function flush() {
  return sending ||= exclusively('sending', async () => {
    await learn();
    for (let one; (one = waitingOut()[0]);) await deliver(one);
  }).then(() => { tries = 0; sending = null; }, problem => {
    sending = null;
    if (problem.retry_after) notice('slow_down', {n: problem.retry_after});
    if (problem.status === 403) notice('not_here');
    waitingOut().forEach(one => pending.get(one.id)?.fail());
    wait(problem.retry_after * 1000 || backoff(tries++)).then(flush);
  });
}
// What the page has said of itself goes before the message that it helps to understand: once, and again when it has changed.
let toldContext = '';
async function tellContext(opened) {
  const facts = {};
  for (const name of ['order', 'cart_total', 'page']) if (context[name] != null) facts[name] = mask(String(context[name]));
  const now = opened.session + JSON.stringify(facts);
  if (now === toldContext || !toldContext && now.endsWith('{}')) return;
  await post('/v1/context', facts, bearer(opened)).catch(problem => {
    if (problem.status !== 422) throw problem;
    emit('error', problem);
  });
  toldContext = now;
}
async function deliver(one) {
  const opened = await session();
  const dots = setTimeout(() => owner === 'bot' && thinking(word('typing')), 300);
  pending.get(one.id)?.go();
  try {
    await tellContext(opened);
    const {id: client_id, text, choice} = one;
    const taken = await post('/v1/messages', {client_id, text, choice}, bearer(opened));
    inConversation(taken.conversation);
    keep.set('out:' + one.id);
    take({seq: taken.seq, from: 'customer', kind: 'message', client_id, text, choice, at: new Date().toISOString()});
    taken.replies.forEach(take);
    follow();
  } catch (problem) {
    if (problem.status === 401) return dropSession(opened);
    if (![400, 409, 413, 422].includes(problem.status)) throw problem;
    keep.set('out:' + one.id);
    pending.get(one.id)?.refuse();
  } finally {
    clearTimeout(dots);
    thinking();
  }
}

/* ---------------------------------------------------------------- what comes in, and one stream for all tabs */

const shown = new Map();
let here = null;
let cursor = 0;
let following;
let channel;
let leads;
let isUp = true;

// Joins the tabs of this browser: one of them holds the stream and tells the others. Another takes over when it goes.
async function follow() {
  if (following) return;
  const stop = following = new AbortController();
  await learn();
  if (stop.signal.aborted) return;
  if (isGuest) return void lead(stop.signal);
  try {
    channel = new BroadcastChannel(prefix);
    channel.onmessage = ({data}) => hear(data);
    tell({need: true});
  } catch { /* not here: no other tab is told */ }
  exclusively('stream', () => lead(stop.signal), {signal: stop.signal}).catch(() => {});
}
function unfollow() {
  following?.abort();
  channel?.close();
  following = channel = null;
  leads = false;
}
let asking;
// Who has gone in another tab has left nothing to tell of: whoever has heard of it already must not see it again.
const tell = news => { try { localStorage[prefix + 'session'] && channel?.postMessage(news); } catch { /* closed */ } };
function hear(news) {
  if (news.need && leads) {
    wake();
    tell({in: here, up: isUp, events: [...shown.values()].map(one => one.said), waiting});
  }
  if (news.events) {
    if (news.in) inConversation(news.in);
    history(news.events);
    connected(news.up);
    // Somebody looks here, which the tab that holds the stream does not see.
    if (!isUp && isWanted()) asking ||= wait(backoff(3)).then(() => { asking = null; tell({need: true}); });
  }
  if ('waiting' in news) waits(news.waiting);
  if (news.typing) types(news.typing);
  if (news.read) read();
}
async function lead(signal) {
  leads = true;
  for (let failed = 0; !signal.aborted;) {
    if (isAlone && document.hidden) { await wait(1000, signal); continue; }
    try {
      await stream(signal, () => { failed = 0; spare = 6; });
    } catch (problem) {
      if (problem.status === 403) notice('not_here');
      if (problem.retry_after || problem.status === 403) failed = 5;
    }
    if (signal.aborted) break;
    if (failed > 0) { connected(false); tell({events: [], up: false}); }
    await pause(failed++, signal);
  }
}
// Reads the stream until it ends. The desk says that it lives every 20 seconds; after 45 it does not.
async function stream(signal, alive) {
  const opened = await session();
  const stop = new AbortController();
  const end = () => stop.abort();
  signal.addEventListener('abort', end);
  let watch = setTimeout(end, 15_000);
  try {
    const known = here || opened.conversation;
    const answer = await fetch(desk + '/v1/events' + (known ? '?conversation=' + known : ''), {
      headers: {...bearer(opened), ...cursor && {'last-event-id': cursor}},
      credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store', signal: stop.signal,
    });
    if (answer.status === 401) dropSession(opened);
    if (!answer.ok) throw refused(answer.status, await answer.json().catch(() => null));
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ''; ;) {
      const {done, value} = await reader.read();
      if (done) return;
      clearTimeout(watch);
      watch = setTimeout(end, 45_000);
      alive();
      connected(true);
      const frames = (rest + value).split('\n\n');
      rest = frames.pop();
      frame(frames, opened);
    }
  } finally {
    clearTimeout(watch);
    signal.removeEventListener('abort', end);
  }
}
const EVENT = 'event';
function frame(frames, opened) {
  const events = [];
  for (const text of frames) {
    const field = {};
    for (const line of text.split('\n')) {
      const at = line.indexOf(': ');
      if (at > 0) field[line.slice(0, at)] = line.slice(at + 2);
    }
    if (!field.data) continue;
    const data = JSON.parse(field.data);
    if (field[EVENT] === 'conversation') inConversation(data.id);
    if (field[EVENT] === 'waiting') waits(data, true);
    if (field[EVENT] === 'typing') types(data, true);
    if (field[EVENT] === 'end' && data.status === 401) dropSession(opened);
    if (field[EVENT] !== EVENT) continue;
    cursor = Number(field.id);
    events.push(data);
  }
  if (!events.length) return;
  history(events);
  tell({in: here, up: true, events});
}
function history(events) {
  log.ariaBusy = events.length > 3 || null;
  events.forEach(take);
  setTimeout(() => { log.ariaBusy = null; }, 50);
  // Where they were reading before the page was loaded again, as soon as enough is there.
  const at = isOpen && shown.get(keep.get('at'))?.node;
  if (at) requestAnimationFrame(() => {
    log.scrollTop = at.offsetTop;
    if (!isAtEnd()) keep.set('at');
  });
}
let stars;
// Shows an event once, whichever way and however often it comes.
function take(event) {
  const known = shown.get(event.seq);
  if (known) { if (event.client_id) known.node.text?.(event.text); return; }
  const atEnd = isAtEnd();
  const mine = event.client_id && pending.get(event.client_id);
  const node = mine ? mine.done(event) : draw(event);
  shown.set(event.seq, {said: event, node});
  if (mine) { keep.set('out:' + event.client_id); pending.delete(event.client_id); }
  if (node) place(node, event.seq);
  // What was done, taken back and done again is asked about once, and can be said.
  if (event.kind === 'message') stars = null;
  if (stars && event.status === 'resolved') place(draw(stars), event.seq);
  if (event.from === 'agent') thinking();
  if (event.kind === 'reply' && /\d{3}/.test(event.text)) lookAtOrders();
  tidyChoices();
  if (atEnd) scrollDown(); else if (node) more.hidden = false;
  noteUnread(event);
  if (event.kind === 'claim') emit('form', {claim: event.claim, state: event.state});
  emit('message', {seq: event.seq, from: event.from, kind: event.kind, text: event.text || ''});
}

/* ---------------------------------------------------------------- text */

// **bold**, `code`, [label](address) and bare addresses; all else is text. The pattern comes with the words (`marks.txt`).
function rich(text) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(RegExp(lore().marks[0], 'g'))) {
    let [whole, bold, code, label, address, bare] = found;
    if (bare) bare = whole = bare.replace(/[.,!?;:)\]]+$/, '');
    const node = bold ? h('strong', null, bold) : code ? h('code', null, code) : link(label || bare, address || bare);
    nodes.push(text.slice(end, found.index), node || whole);
    end = found.index + whole.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}
function link(label, address) {
  let url;
  try { url = new URL(address); } catch { return null; }
  if (!['https:', 'http:', 'mailto:'].includes(url.protocol)) return null;
  label = plain(label);
  const where = label === address || !url.host ? '' : ' (' + url.host + ')';
  return h('a', {href: url.href, target: '_blank', rel: 'noopener noreferrer nofollow'}, label + where);
}

/* ---------------------------------------------------------------- card numbers stay here */

// Digits, what may stand between them, and the numbers of the networks come with the words, too.
const digits = text => text.match(RegExp(lore().marks[1], 'g')).map(one => one.charCodeAt() & 15).join('');
function isCard(text) {
  const number = digits(text);
  const sum = [...number].reverse().reduce((sum, digit, at) => sum + (at % 2 ? digit * 2 - (digit > 4) * 9 : +digit), 0);
  return sum % 10 === 0 && RegExp(lore().marks[3]).test(number);
}
// Every card number in a text, also one that stands before or behind other numbers.
function cards(text) {
  const [, digit, gap] = lore().marks;
  const found = [];
  for (const [run] of text.matchAll(RegExp(`${digit}(?:${gap}{0,6}${digit}){12,}`, 'g'))) {
    const parts = run.match(RegExp(`${digit}+|${gap}+`, 'g'));
    for (let from = 0; from < parts.length; from += 2) {
      for (let to = from + 37; to > from; to -= 2) {
        const piece = parts.slice(from, to).join('');
        if (isCard(piece)) { found.push(piece); from = to - 1; }
      }
    }
  }
  return found;
}
const masked = text => '**** ' + digits(text).slice(-4);
const mask = text => cards(text).reduce((text, card) => text.replace(card, masked(card)), text);
const hasCode = text => /\d{3}/.test(text) && RegExp(word('code_words') || '^\\b$', 'i').test(text);

/* ---------------------------------------------------------------- the window */

let root, launcher, badge, bell, panel, heading, state, banner, standing, back, address, log, hero, more, note, form, box, sendButton, strip, picker, dots, spoken, tip;
const pending = new Map();
let owner = 'bot';
let agent = '';
let isOpen = false;
let unread = 0;
let composing;
let files = [];
let isOpening;
const sheet = new CSSStyleSheet();
const looks = new CSSStyleSheet();

function build() {
  sheet.replaceSync(STYLE);
  spoken = h('div.aside', {role: 'status'});
  tip = h('div.tip', {role: 'status'});
  badge = h('span.badge', {'aria-hidden': 'true'});
  launcher = press('launcher', toggle, icon(), badge);
  launcher.setAttribute('aria-controls', 'panel');
  launcher.onpointerenter = launcher.onfocus = learn;
  heading = h('h2', {id: 'title'});
  state = h('p.state');
  const close = press('icon.close', () => shut(), icon('down'));
  bell = press('icon.bell', ring, icon('bell'));
  standing = h('p', {role: 'status'});
  back = press('way', leaveQueue);
  address = press('way', () => openForm(waiting?.by_letter ? 'letter' : 'email'));
  banner = h('div.banner', null, standing, h('div.choices', null, back, address));
  hero = h('div.hero');
  dots = h('div.dots', {role: 'status'}, h('i'), h('i'), h('i'), h('span.aside'));
  log = h('div.log', {role: 'log', 'aria-live': 'polite', tabindex: '0', scroll: () => { if (isAtEnd()) more.hidden = true; }});
  more = press('more', () => scrollDown(true));
  note = h('div.note', {role: 'alert'});
  strip = h('ul.strip', {hidden: true});
  box = h('textarea', {id: 'box', rows: '1', autocomplete: 'off', input: typed, keydown: key,
    compositionstart: () => { composing = true; },
    // Safari reports the Enter that ends a composition after it has ended.
    compositionend: () => setTimeout(() => { composing = false; }), paste: pasted});
  picker = h('input.aside', {id: 'picker', type: 'file', multiple: true, accept: 'image/png,image/jpeg,image/webp,application/pdf',
    change: () => { add([...picker.files]); picker.value = ''; }});
  const clip = h('label.icon.clip', {for: 'picker'}, icon('clip'));
  sendButton = h('button.icon.send', {type: 'submit'}, icon('send'));
  form = h('form', {submit: event => { event.preventDefault(); submit(); }, novalidate: true},
    note, strip, h('div.row', null, picker, clip, h('label.aside', {for: 'box'}), box, sendButton));
  panel = h('section.panel', {id: 'panel', role: 'dialog', 'aria-labelledby': 'title'},
    h('header', null, h('div', null, heading, state), bell, close), banner,
    h('div.middle', null, log, more), dots, form);
  root = h('div.root', {keydown: keys, keyup: stays, keypress: stays}, panel, launcher, spoken, tip);
  log.append(hero);
}
// Puts all of it into the element that has the chat now.
function house() {
  const at = isAtEnd() ? 1e9 : log.scrollTop;
  const shadow = face.shadowRoot || face.attachShadow({mode: 'open'});
  shadow.adoptedStyleSheets = [sheet, looks];
  shadow.append(root);
  dress();
  log.scrollTop = at;
}
// The page's own shortcuts are not for what is typed here.
const stays = event => event.stopPropagation();
function keys(event) {
  event.stopPropagation();
  if (event.key === 'Escape' && !event.isComposing && isOpen && !isWhole()) shut();
  if (event.key !== 'Tab' || !panel.ariaModal) return;
  const all = [...panel.querySelectorAll('button, a, textarea, input, [tabindex="0"]')].filter(one => one.getClientRects().length);
  const at = all.indexOf(root.getRootNode().activeElement);
  const next = event.shiftKey ? at - 1 : at + 1;
  if (at < 0 || (next >= 0 && next < all.length)) return;
  event.preventDefault();
  all.at(next % all.length).focus();
}
const isWhole = () => ['page', 'inline'].includes(setting('mode'));
const isNarrow = () => matchMedia('(max-width: 480px)').matches;

// Puts all words and looks in place; again when the language or the theme changes.
function dress() {
  tongue = language();
  if (following) learn();
  const shop = setting('name') || SERVED.shop;
  const theme = setting('theme');
  const dark = theme === 'dark' || theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches;
  panel.hidden = !isOpen;
  panel.ariaModal = isNarrow() && !isWhole() || null;
  launcher.ariaExpanded = isOpen;
  root.removeAttribute('style');
  root.className = ['root', dark ? 'dark' : 'light', setting('mode') || 'float', setting('position') === 'start' ? 'start' : 'end', isOpen && 'open'].join(' ');
  root.lang = tag();
  root.dir = getComputedStyle(document.documentElement).direction;
  if (/^#[0-9a-f]{6}$/i.test(setting('accent'))) root.style.setProperty('--accent', setting('accent'));
  for (const way of 'xy') {
    const far = setting('offset-' + way);
    if (/^\d{1,4}$/.test(far)) root.style.setProperty('--' + way, far + 'px');
  }
  if (/^\d{1,10}$/.test(setting('z-index'))) face.style.setProperty('--z', setting('z-index'));
  root.querySelectorAll('path').forEach(trace);
  heading.textContent = shop ? word('title_of', {shop}) : word('title');
  panel.querySelector('.close').ariaLabel = word('close');
  bell.title = bell.ariaLabel = word('sound');
  bell.ariaPressed = !!keep.get('sound');
  log.ariaLabel = word('log');
  more.replaceChildren(word('new_messages'), icon('down'));
  back.textContent = word('leave_queue');
  address.textContent = word('leave_email');
  box.placeholder = word('placeholder');
  form.querySelector('label[for=box]').textContent = word('your_message');
  picker.ariaLabel = word('attach');
  form.querySelector('.clip').title = word('attach');
  sendButton.ariaLabel = word('send');
  launcher.hidden = isWhole() || setting('no-launcher') != null;
  if (setting('mode') === 'page') { document.title = heading.textContent; document.documentElement.lang = tag(); }
  greet();
  who();
  label();
  connected(isUp);
}
function greet() {
  const choices = (learnt[tongue]?.first || []).filter(topic).map(id => press('choice', () => { begun(); ask(id); }, topic(id)));
  hero.replaceChildren(h('p.hello', null, setting('greeting') || word('greeting')), h('p', null, word('greeting_more')),
    h('div.choices', {role: 'group', 'aria-label': word('topics')}, ...choices), h('p.small', null, word('privacy')));
}
const begun = () => hero.classList.add('begun');
function who() {
  state.textContent = owner === 'agent' ? word('status_agent', {name: agent || word('agent')}) : word('status_' + owner);
  state.className = 'state ' + owner;
}
// What stands between customer and desk, said in one line.
function connected(up) {
  if (up !== isUp) emit('state', {up});
  isUp = up;
  const trouble = navigator.onLine ? !up && 'reconnecting' : 'offline';
  const text = trouble ? word(trouble) : owner === 'queue' ? inLine() : isGuest ? word('guest') : '';
  const [first, rest] = text.split('\n');
  if (standing.textContent !== text) standing.replaceChildren(...rest ? [h('b', null, first), '\n' + rest] : [text]);
  banner.classList.toggle('trouble', !!trouble);
  banner.hidden = !text;
  const waits = owner === 'queue' && !trouble && waiting;
  back.hidden = !waits?.may_leave;
  address.hidden = !waits || !!waits.email;
}
// The wait for a person, as the desk said last how it stands.
let waiting = null;
function inLine() {
  const {ahead, minutes, people, back_at} = waiting || {};
  if (people && people !== 'here') return word('people_' + people, {at: back_at && clock(back_at)});
  const place = ahead == null ? 'ahead_many' : ahead ? 'ahead' : 'ahead_none';
  return (people ? word(place, {n: ahead}) + (minutes ? word('minutes', {n: minutes}) : '') + '\n' : '') + word('waiting');
}
function waits(now, isFirst) {
  waiting = now;
  connected(isUp);
  if (isFirst) tell({waiting});
}
async function leaveQueue() {
  await report('/v1/waiting/leave', {}).catch(() => notice('not_filed'));
  box.focus();
}
// Somebody types, for as long as the desk says so or until they have said it.
let typist;
function types(now, isFirst) {
  thinking(word('agent_typing', {name: plain(now.name || word('agent'))}));
  clearTimeout(typist);
  typist = setTimeout(thinking, now.for_ms);
  if (isFirst) tell({typing: now});
}
function notice(name, values) {
  note.replaceChildren(word(name, values));
  note.hidden = false;
}

/* ---------------------------------------------------------------- bubbles */

const isAtEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 40;
function scrollDown(now) {
  more.hidden = true;
  if (now) log.scrollTop = log.scrollHeight;
  else requestAnimationFrame(() => { log.scrollTop = log.scrollHeight; });
}
function place(node, seq) {
  node.seq = seq;
  let before = null;
  for (const one of [...log.children].reverse()) {
    if (one === node) continue;
    if (one === hero || one.matches('.line') || one.seq < seq) break;
    before = one;
  }
  if (node.parentNode !== log || node.nextSibling !== before) log.insertBefore(node, before);
  begun();
}
const clock = at => Intl.DateTimeFormat(tag(), {dateStyle: 'medium', timeStyle: 'short'}).format(new Date(at));
function bubble(kind, name, inside, at) {
  return h('div.said.' + kind, null, h('span.aside', null, name + ': '), h('div.bubble', {title: at && clock(at)}, ...inside));
}
const system = (name, values) => h('p.system', null, word(name, values));
function draw(event) {
  switch (event.kind) {
    case 'message': return bubble('mine', word('you'), [event.text], event.at);
    case 'reply': return reply(event);
    case 'attached': return fileBubble(event);
    case 'claim': return claim(event);
    case 'owner': {
      const name = plain(event.name || agent || word('agent'));
      const before = owner;
      owner = event.owner;
      agent = owner === 'agent' ? name : agent;
      if (owner !== 'queue') waiting = null;
      who();
      connected(isUp);
      emit('handoff', {owner, name: event.name || ''});
      return before === 'bot' && owner === 'bot' ? null : system(before === 'queue' && owner === 'bot' ? 'left_queue' : 'owner_' + owner, {name});
    }
    case 'status': drop('rating'); return system(event.status === 'active' ? 'reopened' : 'resolved');
    case 'contact': hasAddress = true; return system('email_left', event);
    case 'rating_asked': stars = event; return fill(event.form, {about: 'rating'});
    case 'rated': drop('rating'); stars = null; return system('rated');
    default: return null;
  }
}
function reply(event) {
  const name = event.from === 'agent' ? plain(event.name || word('agent')) : word('bot');
  const node = bubble(event.from, name, rich(event.text), event.at);
  if (event.language) node.lang = event.language;
  if (event.from === 'agent') node.prepend(h('span.name', {'aria-hidden': 'true'}, name));
  if (event.choices?.length) {
    node.append(h('div.choices', {role: 'group'}, ...event.choices.map(one =>
      press('choice', () => { say(one.label, one.number); box.focus(); }, one.label))));
  }
  return node;
}
// Choices are for the last thing said: once it is answered or superseded they go.
function tidyChoices() {
  const last = [...log.querySelectorAll('.said')].at(-1);
  log.querySelectorAll('.said > .choices').forEach(group => { if (group.parentNode !== last) group.remove(); });
}
function showPending(one) {
  const meta = h('div.meta', {role: 'status'});
  const node = bubble('mine', word('you'), [one.text]);
  const text = node.lastChild;
  node.append(meta);
  const slow = setTimeout(() => { if (!meta.textContent) meta.textContent = word('sending'); }, 800);
  const look = (name, ...inside) => {
    const atEnd = isAtEnd();
    node.classList.toggle('failed', name === 'failed');
    meta.replaceChildren(...inside);
    if (atEnd) scrollDown();
  };
  pending.set(one.id, {
    go: () => look('sending'),
    fail: () => look('failed', word('not_sent') + ' ', press('again', () => { wake(); flush(); }, word('retry'))),
    refuse: () => { clearTimeout(slow); look('failed', word('refused')); pending.delete(one.id); },
    done: event => { clearTimeout(slow); look('sent'); text.textContent = event.text; text.title = clock(event.at); node.text = now => { text.textContent = now; }; return node; },
  });
  log.append(node);
  begun();
  tidyChoices();
  return node;
}
const thinking = text => { dots.hidden = !text; dots.lastChild.textContent = text || ''; };
const drop = about => log.querySelectorAll('.card').forEach(old => { if (old.about === about) old.remove(); });
// A card: what it is about, how it stands in a word, and what has happened when.
function card(title, kind, state, lines, steps, ...more) {
  return h('section.card', {'aria-label': title},
    h('div.top', null, h('b', null, title), h('span.chip.' + state, null, word(kind + state))),
    ...lines.filter(Boolean).map(line => h('p.small', null, plain(line))),
    h('ol', null, ...steps.map(([what, at], n) => h(n === steps.length - 1 ? 'li.now' : 'li', null,
      h('span', null, what), h('time', {datetime: at}, clock(at))))), ...more);
}
// One card for each application, where it stands now; what is told about it comes as text.
function claim(event) {
  const path = [...shown.values()].map(one => one.said).filter(one => one.claim === event.claim && one.state).concat(event);
  drop(event.claim);
  const made = card(word('claim'), 'claim_', event.state, [event.claim], path.map(one => [word('claim_' + one.state), one.at]),
    event.state === 'needs_evidence' ? h('label.choice', {for: 'picker'}, word('evidence_add')) : null);
  made.classList.add('claim');
  made.about = event.claim;
  return h('div.said.bot', null, event.text ? h('div.bubble', null, ...rich(event.text)) : null, made);
}
// The orders that this customer has shown to be theirs, under the last answer if it names them. What of them may be seen, the desk
// decides.
let looking;
function lookAtOrders() {
  clearTimeout(looking);
  looking = setTimeout(async () => {
    const opened = keep.get('session');
    const found = opened && await call('/v1/own-orders', {headers: bearer(opened)}).catch(() => null);
    const node = [...log.querySelectorAll('.said.bot')].at(-1);
    const named = node?.textContent.split(/[^\w-]+/);
    found?.orders.filter(order => named?.includes(order.id)).forEach(order => showOrder(node, order));
  }, 150);
}
function showOrder(node, order) {
  drop(order.id);
  const atEnd = isAtEnd();
  const {items = [], amount, currency} = order;
  const made = card(word('order', {order: plain(order.id)}), 'order_', order.status, [
    items.slice(0, 3).join(', ') + (items.length > 3 ? '…' : ''),
    amount && Intl.NumberFormat(tag(), {style: 'currency', currency}).format(amount),
    order.reject_reason, order.tracking,
  ], order.steps.map(step => [word('step_' + step.what), step.at]),
  h('div.choices', null, ...order.offers.map(id => press('choice', () => ask(id, {order: order.id}), topic(id))),
    order.offers.includes('refund_request') ? press('choice',
      () => openForm('claim', {order: order.id, items: items.map(item => [item, item])}), word('fill_claim')) : null));
  made.about = order.id;
  node.append(made);
  if (atEnd) scrollDown();
}

/* ---------------------------------------------------------------- forms */

// A form as the desk describes it. What is wrong is said beside the field, and nothing that was filled in is lost.
function fill({to, title, why, fields, send}, given) {
  const client_id = fresh();
  const evidence = [];
  const whole = h('p.error', {role: 'alert'});
  const parts = fields.map(field => part(field, given[field.name], evidence)).filter(Boolean);
  let busy = false;
  const node = h('form.card', {'aria-label': title, novalidate: true, submit: async event => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    const bad = new Map(parts.filter(one => one.kind === 'radio' && one.read() == null).map(one => [one.name, word('choose_one')]));
    whole.textContent = '';
    if (!bad.size) await hand().then(answer => handedIn(node, given, parts, answer), problem => {
      if (problem.status === 401) dropSession();
      problem.errors?.forEach(({path, detail}) => bad.set(path.split('[')[0], detail));
      if (!bad.size) whole.textContent = word('not_filed');
    });
    busy = false;
    for (const {name, error, inputs} of parts) {
      error.textContent = bad.get(name) || '';
      inputs.forEach(input => { input.ariaInvalid = bad.has(name); });
    }
    parts.find(one => bad.has(one.name))?.inputs[0].focus();
  }}, h('b', null, title), why && h('p.small', null, why), ...parts.flatMap(one => one.nodes), whole, h('button.choice.main', {type: 'submit'}, send));
  async function hand() {
    if (parts.at(-1).kind === 'files') {
      evidence.push(...await upload());
      if (files.length) throw Error('files');
    }
    return report(to, {client_id, ...Object.fromEntries(parts.map(one => [one.name, one.read()]))});
  }
  node.about = given.about;
  return node;
}
function part({name, kind, label, options}, given, evidence) {
  const choices = kind === 'checkbox' ? given : options;
  if (choices && !choices.length) return;
  const id = fresh();
  const error = h('p.error', {id});
  const about = {'aria-describedby': id, name: id};
  const inputs = kind === 'files' ? [picker] : choices ? choices.map(() => h('input', {type: kind, ...about}))
    : [h(kind === 'area' ? 'textarea' : 'input', {type: kind, readonly: kind === 'fixed', maxlength: '1000', autocomplete: kind === 'email' ? kind : 'off', ...about})];
  const [input] = inputs;
  const chosen = at => choices.filter((_, n) => inputs[n].checked).map(one => one[at]);
  if (kind === 'fixed') input.value = given;
  const text = () => mask(input.value).trim() || undefined;
  return {name, kind, label, error, inputs, nodes: choices
    ? [h('fieldset.' + name, null, h('legend', null, label), ...choices.map(([, name], n) => h('label.pick', null, inputs[n], name)), error)]
    : [h('label', null, label, kind === 'files' ? null : input), kind === 'files' ? h('label.choice', {for: 'picker'}, word('evidence_add')) : null, error].filter(Boolean),
    read: () => kind === 'files' ? bare(evidence) : kind === 'radio' ? chosen(0)[0] : choices ? bare(chosen(0)) : text(),
    told: () => kind === 'files' ? evidence.length || '' : choices ? chosen(1).join(', ') : text()};
}
// What was handed in stays to be read, with its number and by when there is an answer.
function handedIn(node, given, parts, {claim, seq, replies, conversation}) {
  box.focus();
  keep.set('form');
  if (!seq) return node.remove();
  keep.set('filed:' + seq, {seq: seq + .5, in: conversation, title: node.ariaLabel, lines: bare([claim?.id,
    ...parts.map(one => one.told() && one.label.replace(/ ?[（(].*/, '') + ': ' + one.told()), claim?.due_by && word('due_by', {at: clock(claim.due_by)})])});
  node.remove();
  inConversation(conversation);
  showFiled();
  replies.forEach(take);
  follow();
}
function showFiled() {
  for (const name of keep.names('filed:')) {
    const filed = keep.get(name);
    drop(name);
    if (filed.in !== here) continue;
    const made = card(filed.title, '', 'filed', filed.lines, []);
    made.about = name;
    place(made, filed.seq);
  }
}
// What is filled in is kept until it is handed in or given up.
function openForm(name, given = {}, was) {
  drop(name);
  const node = fill(lore().forms[name], {about: name, ...given});
  const inputs = [...node.elements];
  was?.forEach((value, n) => { if (value === true) inputs[n].checked = value; else inputs[n].value = value; });
  node.addEventListener('input', () => keep.set('form', {name, given, was: inputs.map(input => input.checked || mask(input.value || ''))}));
  node.prepend(cross(word('discard'), () => { node.remove(); keep.set('form'); }));
  log.append(node);
  begun();
  if (was) return;
  scrollDown(true);
  node.querySelector('input:not([readonly]), textarea').focus();
}

/* ---------------------------------------------------------------- writing */

function typed() {
  box.style.height = 'auto';
  box.style.height = Math.min(box.scrollHeight + 2, 120) + 'px';
  keep.set('draft', mask(box.value) || null);
  note.hidden = true;
  // People see that they write.
  telling ||= setTimeout(() => {
    telling = 0;
    if (box.value && owner !== 'bot') report('/v1/typing', {}).catch(() => {});
  }, 2000);
}
let telling;
function key(event) {
  const isWriting = event.isComposing || composing || event.keyCode === 229;
  if (event.key !== 'Enter' || event.shiftKey || isWriting) return;
  event.preventDefault();
  submit();
}
function submit(sure) {
  const text = box.value;
  const [found] = cards(text);
  if (!sure && found) return confirm(word('card_found', {masked: masked(found)}), word('card_send'));
  if (!sure && hasCode(text)) return confirm(word('code_found'), word('send_anyway'));
  note.hidden = true;
  if (files.length) upload();
  // The desk takes so many characters at a time.
  if (!text.trim() || !mask(text).match(/[^]{1,10000}/gu).every(part => !part.trim() || say(part))) return;
  box.value = '';
  typed();
  box.focus();
}
function confirm(question, yes) {
  const go = press('choice.main', () => submit(true), yes);
  note.replaceChildren(h('p', null, question), h('div.choices', null, go,
    press('choice', () => { note.hidden = true; box.focus(); }, word('card_edit'))));
  note.hidden = false;
  go.focus();
}

/* ---------------------------------------------------------------- files */

const pasted = event => { const found = [...event.clipboardData.files]; if (found.length) { event.preventDefault(); add(found); } };
function add(found) {
  note.hidden = true;
  for (const file of found) {
    const name = plain(file.name);
    if (!picker.accept.split(',').includes(file.type)) notice('file_kind', {file: name});
    else if (file.size > MAX_FILE) notice('file_large', {file: name});
    else if (files.length >= FILES) notice('file_many');
    else stage(file, name);
  }
  if (note.hidden && files.length) notice('file_hint');
  box.focus();
}
function stage(file, name) {
  const bar = h('progress', {max: '1', value: '0', hidden: true, 'aria-label': name});
  const remove = cross(word('file_remove', {file: name}), () => unstage(one));
  const one = {file, bar, item: h('li', null, h('span', null, name, bar), remove)};
  files.push(one);
  strip.append(one.item);
  strip.hidden = false;
  paint(file).then(picture => one.item.prepend(picture), () => {});
}
// A picture drawn from its pixels, so that the page's policy need not allow pictures from here.
async function paint(file) {
  const bits = await createImageBitmap(file, {resizeWidth: 480});
  const {width, height} = bits;
  const picture = h('canvas', {width, height, 'aria-hidden': 'true'});
  picture.getContext('2d').drawImage(bits, 0, 0);
  return picture;
}
function unstage(one) {
  one.request?.abort();
  files = files.filter(other => other !== one);
  one.item.remove();
  strip.hidden = !files.length;
}
async function upload() {
  const done = [];
  for (const one of [...files]) {
    if (one.request) continue;
    try {
      const kept = await put(one, await session());
      done.push(kept.sha256);
      inConversation(kept.conversation);
      take({seq: kept.seq, from: 'customer', kind: 'attached', at: new Date().toISOString(), ...kept});
      unstage(one);
      follow();
    } catch (problem) {
      one.request = null;
      one.bar.hidden = true;
      if (problem.status === 401) dropSession();
      if ([413, 415, 422].includes(problem.status)) {
        notice(problem.status === 413 ? 'file_large' : 'file_kind', {file: plain(one.file.name)});
        unstage(one);
      } else if (files.includes(one)) notice('file_failed');
    }
  }
  return done;
}
// `fetch` does not tell how far an upload is.
const put = (one, opened) => new Promise((done, failed) => {
  const wire = one.request = new XMLHttpRequest();
  const body = new FormData();
  body.append('file', one.file, 'file');
  wire.open('POST', desk + '/v1/attachments');
  wire.setRequestHeader('authorization', bearer(opened).authorization);
  wire.responseType = 'json';
  wire.timeout = 2 * MINUTE;
  wire.upload.onprogress = event => { one.bar.value = event.loaded / (event.total || 1); };
  wire.onload = () => wire.status < 300 ? done(wire.response) : failed(refused(wire.status, wire.response));
  // Whatever else it ended by.
  wire.onloadend = failed;
  one.bar.hidden = false;
  wire.send(body);
});
// Of what an agent shows the picture itself; it is saved by a click, and so is a document.
function fileBubble(event) {
  const what = word(/pdf$/.test(event.media_type) ? 'file_document' : 'file_picture');
  if (event.from !== 'agent') return bubble('mine', word('you'), [h('span.file', null, icon('clip'), what)], event.at);
  const node = reply({...event, text: ''});
  call('/v1/attachments/' + event.sha256 + '?conversation=' + here, {headers: bearer(keep.get('session')), as: 'blob'}).then(async file =>
    node.lastChild.append(h('a', {href: URL.createObjectURL(file), download: what, 'aria-label': what}, await paint(file).catch(() => what))), () => {});
  return node;
}

/* ---------------------------------------------------------------- unread */

function noteUnread(event) {
  if (event.from === 'customer') return;
  if (isOpen && !document.hidden) return read(event.seq, true);
  const upTo = keep.get('read') || {};
  if (upTo.in === here && upTo.seq >= event.seq) return;
  if (!['reply', 'claim', 'attached'].includes(event.kind)) return;
  unread++;
  label();
  exclusively('tone', ping, {ifAvailable: true});
  emit('unread', {count: unread});
  spoken.textContent = word('open_unread', {n: unread});
}
function read(seq, say) {
  unread = 0;
  label();
  if (!seq) return;
  keep.set('read', {in: here, seq});
  if (!say) return;
  tell({read: true});
  clearTimeout(saying);
  // Who left an address is not to get by e-mail what they have read here.
  if (hasAddress) saying = setTimeout(() => report('/v1/read', {up_to: seq}).catch(() => {}), 500);
}
let saying;
let hasAddress;
// A short tone for who asked for it, in one tab, and not before that has been touched: no browser lets it sound sooner.
function ping() {
  if (!keep.get('sound') || !navigator.userActivation?.hasBeenActive) return;
  const audio = new AudioContext();
  const tone = new OscillatorNode(audio, {frequency: 880});
  const loud = new GainNode(audio, {gain: .1});
  loud.gain.setTargetAtTime(0, 0, .08);
  tone.connect(loud).connect(audio.destination);
  tone.onended = () => audio.close();
  tone.start();
  tone.stop(.4);
  return wait(1000);
}
function ring() {
  keep.set('sound', keep.get('sound') ? null : true);
  dress();
  ping();
}
const lastSeq = () => Math.max(0, ...shown.keys());
let pageTitle;
function label() {
  launcher.ariaLabel = unread ? word('open_unread', {n: unread}) : isOpen ? word('close') : word('open');
  badge.textContent = unread > 99 ? '99+' : unread;
  badge.hidden = !unread;
  // The page's title is touched only while nobody looks at it.
  if (document.hidden && unread) {
    pageTitle ??= document.title;
    document.title = '(' + unread + ') ' + pageTitle;
  } else if (pageTitle != null) {
    document.title = pageTitle;
    pageTitle = null;
  }
}

/* ---------------------------------------------------------------- open, shut, begin */

async function show(quiet) {
  if (isOpen || isOpening) return;
  isOpening = true;
  wake();
  await learn();
  if (!isOpening) return;
  isOpening = false;
  isOpen = true;
  dress();
  if (!isUp) tell({need: true});
  if (!isWhole()) keep.set('open', true);
  read(lastSeq(), true);
  if (log.children[1]) scrollDown();
  follow();
  if (!quiet) box.focus();
  emit('open');
}
function shut(quiet) {
  isOpening = false;
  tip.textContent = '';
  if (!isOpen || isWhole()) return;
  isOpen = false;
  dress();
  keep.set('open');
  if (!quiet) launcher.focus();
  emit('close');
}
const toggle = () => isOpen || isOpening ? shut() : show();
// Asks for something by its id, as if its button had been pressed.
async function ask(id, more) {
  await learn();
  const order = plain(more?.order || context.order || setting('order') || '');
  const text = topic(id);
  if (!text) return warn('ask: ' + id);
  await show();
  say(order ? word('topic_of_order', {topic: text, order}) : text);
}
// Begins with an empty log: at the start, and whenever somebody else sits here.
function begin(guest) {
  unfollow();
  sitting++;
  // A word of the shop's that has ended says nothing about who sits here now.
  settle(guest || ended());
  shown.clear();
  pending.clear();
  here = waiting = null;
  hasAddress = false;
  cursor = unread = tries = 0;
  owner = 'bot';
  agent = '';
  isUp = true;
  log.replaceChildren(hero);
  hero.classList.remove('begun');
  note.hidden = more.hidden = true;
  thinking();
  files.slice().forEach(unstage);
  box.value = '';
  dress();
  if (isProven()) restore();
  const kept = keep.get('session');
  if (isOpen || kept?.conversation) follow();
  if (waitingOut().length) flush();
  if (keep.get('open') && !isNarrow()) show(true);
  if (isOpen) read();
}
// What was being written and what could not be sent yet, of whoever sits here.
async function restore() {
  box.value ||= keep.get('draft') || '';
  if (!waitingOut()[0] && !keep.get('form')) return;
  await learn();
  waitingOut().forEach(one => pending.has(one.id) || showPending(one));
  const form = keep.get('form');
  if (form) openForm(form.name, form.given, form.was);
}
async function identify(who) {
  identity = who || null;
  const before = prefix;
  token = null;
  if (identity) await fetchToken();
  settle();
  if (prefix !== before) begin();
}
function logout() {
  every(everybody()).forEach(lose);
  // The other tabs hear of what is written, when the rest has gone, and it goes, too.
  try { localStorage[everybody() + 'out'] = 1; } catch { /* forbidden: they share nothing */ }
  every(everybody()).forEach(lose);
  leave();
}
// What was known here of who has gone, also where they said so in another tab.
function leave() {
  naming++;
  identity = token = proven = null;
  context = {};
  memory.clear();
  begin();
}

/* ---------------------------------------------------------------- for the page */

function emit(name, detail = {}) {
  face.dispatchEvent(new CustomEvent('frontdesk:' + name, {detail, bubbles: true, composed: true}));
}
const warned = new Set();
function warn(what) {
  if (warned.has(what)) return;
  warned.add(what);
  console.warn('frontdesk: no `' + what + '`, only: ' + Object.keys(api));
}
const api = {
  open: () => show(), close: () => shut(), toggle,
  show: () => { root.hidden = false; }, hide: () => { root.hidden = true; },
  send: async text => { await learn(); await show(); say(String(text)); },
  ask, identify, logout,
  setLocale: locale => { set.locale = locale; dress(); },
  setTheme: theme => { set.theme = theme; dress(); },
  setContext: more => { context = {...context, ...more}; },
  on(name, fn) {
    const hear = event => fn(event.detail);
    addEventListener('frontdesk:' + name, hear);
    return () => removeEventListener('frontdesk:' + name, hear);
  },
};
function run([name, ...values]) {
  if (!Object.hasOwn(api, name)) return warn(name);
  try { return api[name](...values); } catch (problem) { console.error(problem); }
}

/* ---------------------------------------------------------------- start */

// The chat is in the page's own element, whenever that comes and goes, and in ours while there is none.
function appear(next = [...document.querySelectorAll('front-desk')].find(one => one !== host) || host) {
  if (root && (next === face || face !== host && face.isConnected)) return;
  const was = isWhole();
  face = next;
  if (next !== host) host.remove();
  else if (!host.isConnected) document.documentElement.append(host);
  if (!root) return start();
  house();
  if (!unfold() && was) shut(true);
  if (face.getAttribute('token')) identify(setting('token'));
}
const unfold = () => (isWhole() || setting('open-on') === 'load') && show(true);
class FrontDesk extends HTMLElement {
  connectedCallback() { appear(this); }
  disconnectedCallback() { appear(); }
}
async function start() {
  build();
  const queue = [window.frontdesk].flat().filter(Array.isArray);
  window.frontdesk = new Proxy({...api, push: (...calls) => calls.forEach(run)}, {
    get: (known, name) => name === 'unread' ? unread : name === 'element' ? face
      : name in known || typeof name === 'symbol' || name === 'then' ? known[name] : () => warn(name),
  });
  const named = queue.find(([name]) => name === 'identify');
  identity = named ? named[1] : setting('token');
  settle();
  house();
  addEventListener('online', () => { wake(); connected(isUp); });
  addEventListener('offline', () => connected(isUp));
  addEventListener('storage', event => event.newValue && event.key === everybody() + 'out' && leave());
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) { if (spare || isWanted()) wake(); if (isOpen) read(lastSeq(), true); }
    label();
  });
  // A page that is kept for going back holds no stream and no lock; when it is shown again it asks for what it has missed.
  addEventListener('pagehide', () => {
    keep.set('at', isAtEnd() ? null : [...log.children].find(one => one.seq && one.offsetTop + one.offsetHeight > log.scrollTop)?.seq);
    unfollow();
  });
  addEventListener('pageshow', event => {
    if (!event.persisted) return;
    // They may have left while this page was put by, and nobody told it.
    try { if (here && !isGuest && !localStorage[prefix + 'session']) leave(); } catch { /* forbidden */ }
    if (isOpen || here || keep.get('session')?.conversation) follow();
    if (waitingOut().length) flush();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', dress);
  if (identity) await fetchToken();
  begin();
  unfold();
  emit('ready');
  queue.forEach(one => one === named || run(one));
}

/* ---------------------------------------------------------------- looks */

const STYLE = `
:host { all: initial !important; display: block !important; position: fixed !important; inset: auto 0 0 auto !important; z-index: var(--z, 2147483000) !important; }
* { box-sizing: border-box; margin: 0; padding: 0; font: inherit; color: inherit; }
[hidden] { display: none !important; }
.root { --accent: #1558d6; --on: #fff; font: 15px/1.5 system-ui, sans-serif; }
.dark { --accent: #8ab4f8; --on: #10131a; }
@supports (color: oklch(from red l c h)) { .root { --on: oklch(from var(--accent) calc((.57 - l) * 999) 0 0); } }
button { background: none; border: 0; cursor: pointer; }
svg { display: block; width: 24px; height: 24px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.launcher, .tip { position: fixed; inset-block-end: calc(var(--y, 20px) + env(safe-area-inset-bottom)); inset-inline-end: var(--x, 20px); }
.launcher { width: 56px; height: 56px; border-radius: 50%; display: grid; place-items: center; background: var(--accent); color: var(--on); box-shadow: 0 4px 16px #0004; }
.start > * { inset-inline: var(--x, 20px) auto !important; }
.tip { margin: 0 68px 10px; padding: 6px 14px; border-radius: 12px; background: #1b1f24; color: #fff; }
.tip:empty { display: none; }
@media print { :host { display: none !important; } }
`;

customElements.define('front-desk', FrontDesk);
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => appear()); else appear();
})();
