// What is told to whoever does not look: how much waits stands in the title and as a dot on the icon; who wants it hears it, or gets a
// notice of the system. None of it says who or what.

import {Refused, call, list, mayAct, me, open} from './desk.js';
import {$, keep} from './page.js';
import {unread} from './row.js';
import {t} from './words.js';

const wantsNotices = () => keep.get('notify') && window.Notification?.permission === 'granted';
export const volume = () => keep.get('volume') ?? 0;
export function setVolume(to) {
  keep.set('volume', to || null);
  if (to) ping('wrote');
}
export async function wantNotices(wanted) {
  if (wanted && Notification.permission !== 'granted' && await Notification.requestPermission() !== 'granted') { keep.set('notify', null); return false; }
  keep.set('notify', wanted || null);
  return wanted;
}

// What customers have written to this agent, whatever list is looked at: asked for only where somebody wants to be told.
let mine = [];
async function ownRows() {
  if (list.view === 'mine' && !list.only.q) return list.rows.filter(row => !row.gone);
  if (!mayAct() || !wantsNotices() && !volume() || !list.counts.mine) return [];
  return (await call('GET', '/v1/inbox?view=mine&limit=50')).rows;
}
let seenThen = null;
export async function attend() {
  const who = me;
  try { mine = await ownRows(); } catch (error) { if (error instanceof Refused) return; throw error; }
  if (me !== who || !me) return;
  const now = {waiting: list.counts.waiting ?? 0, wrote: new Map(mine.map(row => [row.id, row.unheard?.at(-1) ?? 0]))};
  const was = seenThen;
  seenThen = now;
  drawSign();
  if (!was) return;
  // Whoever has a conversation before their eyes sees for themselves what comes in it.
  const wrote = [...now.wrote].some(([id, seq]) => was.wrote.has(id) && seq > was.wrote.get(id) && (document.hidden || !document.hasFocus() || id !== open.id));
  const more = now.waiting > was.waiting;
  if (!more && !wrote) return;
  ping(more ? 'waiting' : 'wrote');
  if (!document.hidden || !wantsNotices()) return;
  const shown = new Notification(t('title'), {body: t(more ? 'notify_waiting' : 'notify_wrote', {n: now.waiting}), tag: 'frontdesk-inbox'});
  shown.onclick = () => { window.focus(); shown.close(); };
}

// The title and the icon: how many wait, for anybody and for this agent.
let dotted = null;
export function drawSign() {
  const n = (list.counts.waiting ?? 0) + mine.filter(row => unread(row) > 0).length;
  document.title = (n ? '(' + n + ') ' : '') + t('title');
  if (dotted === n > 0) return;
  dotted = n > 0;
  const board = document.createElement('canvas');
  board.width = board.height = 32;
  const pen = board.getContext('2d');
  pen.fillStyle = '#1558d6';
  pen.beginPath();
  pen.roundRect(2, 4, 28, 20, 6);
  pen.fill();
  pen.beginPath();
  pen.moveTo(8, 22); pen.lineTo(8, 30); pen.lineTo(17, 23);
  pen.fill();
  if (dotted) {
    pen.fillStyle = '#fff';
    pen.beginPath(); pen.arc(24, 8, 8, 0, 7); pen.fill();
    pen.fillStyle = '#d93025';
    pen.beginPath(); pen.arc(24, 8, 6.5, 0, 7); pen.fill();
  }
  const icon = $('link[rel=icon]');
  icon.href = board.toDataURL();
  icon.dataset.dot = dotted;
}

// Two soft tones, made here: higher for somebody new, lower for who goes on writing.
const TONES = {waiting: [660, 880], wrote: [520, 520]};
let sound = null;
function ping(what) {
  if (!volume() || !window.AudioContext) return;
  sound ??= new AudioContext();
  sound.resume?.();
  TONES[what].forEach((pitch, at) => {
    const begin = sound.currentTime + at * 0.14, tone = sound.createOscillator(), loud = sound.createGain();
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0, begin);
    loud.gain.linearRampToValueAtTime(volume() * 0.3, begin + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.001, begin + 0.3);
    tone.connect(loud).connect(sound.destination);
    tone.start(begin);
    tone.stop(begin + 0.32);
  });
}
