// Being there: what the agent has chosen to be, and the one event stream for all tabs of the browser.

import {catchUp, seenBeside} from './conversation.js';
import {Refused, call, leads, mayAct, me, meet} from './desk.js';
import {refresh} from './list.js';
import {toast} from './over.js';
import {$, h, keep, plain} from './page.js';
import {t} from './words.js';
import {outbox} from './write.js';

// What the agent chose, and whether they have touched anything lately: who has not for five minutes pauses, and comes back with a key.
const IDLE = 300_000;
let touched = Date.now(), rests = false;
const chosen = () => keep.get('availability') || 'online';
const isNow = () => rests && chosen() === 'online' ? 'paused' : chosen();
export function comeOrGo(state) {
  keep.set('availability', state);
  rests = false;
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

export const stream = {
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
  asleep ||= setTimeout(() => { asleep = 0; if (me) { meet(); endpointsOff(); refresh(false).then(seenBeside); catchUp(); outbox(); } }, 120);
}
