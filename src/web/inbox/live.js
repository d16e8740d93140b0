// Being there: what the agent has chosen to be, and the one event stream for all tabs of the browser.

import {catchUp, seenBeside} from './conversation.js';
import {Refused, agents, call, leads, mayAct, me, meet} from './desk.js';
import {refresh} from './list.js';
import {outbox} from './outbox.js';
import {toast} from './over.js';
import {$, h, keep, plain} from './page.js';
import {t} from './words.js';
import {takeDrafts} from './write.js';

// The desk keeps what the agent chose, for all their browsers. A page that opens says what it has kept, in case the desk does not know, and
// whether anybody has touched it lately: who has touched none of their browsers for five minutes pauses, and comes back with a key. The tab
// that listens for all tabs of a browser says so.
const IDLE = 300_000;
let touched = Date.now(), toldAt = 0, kept = 0, rests = false, unsaid = null;
// What the page asks says how long nobody has touched it: by that the log-in goes on. Whoever only reads and scrolls is told of now and then.
export const idleFor = () => Math.max(0, Math.round((Date.now() - touched) / 1000));
const choice = () => 'availability.' + me.id;
// What was chosen last, as far as this browser has heard, and when; before it was said at all, that is what will be.
function chosenLast() {
  const kept = keep.get(choice());
  return kept?.is ? kept : {is: kept || 'online'};
}
const isNow = () => stream.said ? agents.get(me.id)?.availability ?? 'offline' : chosenLast().is;
export function comeOrGo(state) {
  unsaid = state;
  rests = false;
  keep.set(choice(), {is: state, at: new Date().toISOString()});
  isTouched();
  becomes(state);
  sayPresence();
  toast(t('went_' + state));
}
export function presence() {
  if (!mayAct()) return null;
  const choose = h('select.presence', {'aria-label': t('availability'), change: event => comeOrGo(event.target.value)},
    ['online', 'paused', 'offline'].map(one => h('option', {value: one}, {online: '● ', paused: '◐ ', offline: '○ '}[one] + t('is_' + one))));
  choose.value = choose.dataset.is = isNow();
  return choose;
}
export function drawPresence() {
  const box = $('.presence');
  if (box) box.value = box.dataset.is = isNow();
  // Something else was chosen elsewhere: the desk says what, and this browser keeps it, too.
  if (stream.said && !rests && !unsaid && isNow() !== chosenLast().is) sayOnce();
}
function becomes(availability) {
  agents.set(me.id, {...me, ...agents.get(me.id), availability});
  stream.said = true;
  drawPresence();
}
async function sayPresence() {
  if (!me || !mayAct()) return;
  const who = me, says = {availability: unsaid || chosenLast().is, chosen_at: chosenLast().at, remembered: !unsaid, rests};
  try {
    const {availability} = await call('POST', '/v1/availability', says);
    if (says.availability === unsaid) unsaid = null;
    if (unsaid || me !== who) return;
    if (!says.rests && availability !== chosenLast().is) keep.set(choice(), {is: availability, at: new Date().toISOString()});
    becomes(availability);
    stream.channel?.postMessage(availability);
  } catch { /* it is said when the desk is there again */ }
}
const sayOnce = () => (stream.source || !stream.channel) && sayPresence();
function isTouched() {
  touched = toldAt = Date.now();
  stream.channel?.postMessage('here');
}
function comesBack() {
  if (!rests) return;
  rests = false;
  sayOnce();
}
for (const kind of ['keydown', 'pointerdown', 'pointermove']) addEventListener(kind, () => {
  touched = Date.now();
  if (rests || touched - toldAt > 10_000) isTouched();
  if (rests) comesBack();
}, {passive: true});
setInterval(() => {
  if (me && touched - kept > 240_000) { kept = Date.now(); call('GET', '/v1/me').catch(() => {}); }
  if (rests || Date.now() - touched <= IDLE) return;
  rests = true;
  sayOnce();
}, 30_000);

export const stream = {
  source: null, letGo: null, channel: null, retry: 0, said: false,
  open() {
    this.close();
    heard();
    this.channel = 'BroadcastChannel' in window ? new BroadcastChannel('frontdesk-inbox') : null;
    if (this.channel) this.channel.onmessage = ({data}) => {
      heard();
      if (data === 1) return wake();
      if (data === 2) return reached(true);
      if (data !== 'here') return me && becomes(data);
      touched = Date.now();
      comesBack();
    };
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
    // A desk that was started again knows of nobody until their browsers say so.
    this.source.onopen = () => { this.beat(); wake(); sayPresence(); };
    this.source.addEventListener('inbox', () => { heard(); this.channel?.postMessage(1); wake(); });
    this.source.addEventListener('beat', () => this.beat());
    this.source.onerror = () => {
      reached(false);
      if (this.source?.readyState === EventSource.CLOSED) this.retry = setTimeout(() => this.again(), 3000);
    };
  },
  // The desk is there: it says so every few seconds, and the tab that hears it tells the others.
  beat() {
    heard();
    reached(true);
    this.channel?.postMessage(2);
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
    unsaid = null;
    this.said = false;
    this.source?.close();
    this.abort?.abort();
    this.letGo?.();
    this.channel?.close();
    this.source = this.letGo = this.channel = this.abort = null;
  },
};
// A desk that hangs, or a line that died in silence, closes nothing. Nothing heard for so long, and it is gone; the line is made anew in
// case it was the line.
const SILENCE = 11_000;
let last = 0;
function heard() { last = Date.now(); }
setInterval(() => {
  if (!me || !stream.channel && !stream.source || Date.now() - last < SILENCE) return;
  reached(false);
  if (!stream.source || stream.source.readyState === EventSource.CLOSED) return;
  heard();
  stream.source.close();
  stream.listen();
}, 2000);
let gone = 0;
export function reached(is) {
  const banner = $('.banner');
  if (is) { clearTimeout(gone); gone = 0; }
  if (!banner) return;
  if (is && !banner.hidden) { banner.hidden = true; outbox(); }
  // A moment without the desk is nobody's business.
  if (!is) gone ||= setTimeout(() => { banner.textContent = t('gone'); banner.hidden = false; }, 3000);
}
// Whoever can do something about an endpoint that gets nothing any more sees that, and looks again once a minute at most.
let looked = 0;
export async function endpointsOff(now) {
  if (!leads() || !now && Date.now() - looked < 60_000) return;
  looked = Date.now();
  const mine = await call('GET', '/v1/me').catch(() => null), box = $('.off'), all = mine?.disabled_webhooks ?? [];
  if (!mine || !box) return;
  box.hidden = !all.length;
  box.replaceChildren(...all.map(one => h('p', null, t('endpoint_off', {id: plain(one.id), why: plain(one.reason)}))));
}
let asleep = 0;
// Several changes at once are looked at once.
export function wake() {
  // The first one counts: those that keep coming must not put the look off for ever.
  asleep ||= setTimeout(() => { asleep = 0; if (me) { if (unsaid) sayPresence(); meet(); endpointsOff(); takeDrafts(); refresh(false).then(seenBeside); catchUp(); outbox(); } }, 120);
}
