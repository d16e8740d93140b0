// Being there: what the agent has chosen to be, and the one event stream for all tabs of the browser.

import {catchUp, seenBeside} from './conversation.js';
import {Refused, call, leads, mayAct, me, meet} from './desk.js';
import {refresh} from './list.js';
import {toast} from './over.js';
import {$, h, keep, plain} from './page.js';
import {t} from './words.js';
import {outbox, takeDrafts} from './write.js';

// What the agent chose, and whether they have touched anything lately: who has not for five minutes, in any tab, pauses, and comes back with
// a key. The tab that listens for all of them says so.
const IDLE = 300_000;
let touched = Date.now(), told = 0, rests = false;
const choice = () => 'availability.' + me.id;
const chosen = () => keep.get(choice()) || 'online';
const isNow = () => rests && chosen() === 'online' ? 'paused' : chosen();
export function comeOrGo(state) {
  keep.set(choice(), state);
  rests = false;
  isHere();
  sayPresence();
  toast(t('went_' + state));
}
export function presence() {
  if (!mayAct()) return null;
  const choose = h('select.presence', {'aria-label': t('availability'), change: event => comeOrGo(event.target.value)},
    ['online', 'paused', 'offline'].map(one => h('option', {value: one}, {online: '● ', paused: '◐ ', offline: '○ '}[one] + t('is_' + one))));
  choose.value = isNow();
  choose.dataset.is = isNow();
  return choose;
}
function drawPresence() {
  const box = $('.presence');
  if (box) box.value = box.dataset.is = isNow();
}
function sayPresence() {
  if (!me || !mayAct()) return;
  drawPresence();
  call('POST', '/v1/availability', {availability: isNow()}).catch(() => {});
}
// The tab that listens says it for all of them.
const sayOnce = () => stream.source || !stream.channel ? sayPresence() : drawPresence();
function isHere() {
  touched = told = Date.now();
  stream.channel?.postMessage('here');
}
function comesBack() {
  if (!rests) return drawPresence();
  rests = false;
  sayOnce();
}
for (const kind of ['keydown', 'pointerdown', 'pointermove']) addEventListener(kind, () => {
  touched = Date.now();
  if (rests || touched - told > 10_000) isHere();
  if (rests) comesBack();
}, {passive: true});
setInterval(() => {
  if (rests || Date.now() - touched <= IDLE) return;
  rests = true;
  sayOnce();
}, 30_000);

export const stream = {
  source: null, letGo: null, channel: null, retry: 0,
  open() {
    this.close();
    this.channel = 'BroadcastChannel' in window ? new BroadcastChannel('frontdesk-inbox') : null;
    if (this.channel) this.channel.onmessage = ({data}) => {
      if (data !== 'here') return wake();
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
  asleep ||= setTimeout(() => { asleep = 0; if (me) { meet(); endpointsOff(); takeDrafts(); refresh(false).then(seenBeside); catchUp(); outbox(); } }, 120);
}
