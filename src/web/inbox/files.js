// Pictures and documents: what an agent is about to show, what stands in the thread, and a picture as large as the window.

import {Refused, call, isMine, mayAct, open} from './desk.js';
import {$, h} from './page.js';
import {t} from './words.js';
import {composing, drawCompose, hint} from './write.js';

// What is picked, dropped or pasted waits below the reply until it is sent: what was pasted by mistake goes nowhere.
const MOST_FILES = 4, LARGEST = 5 * 1024 * 1024;
const waiting = new Map();
export const staged = id => waiting.get(id) || [];
export const showsFiles = () => open.row && mayAct() && isMine(open.row) && composing() === 'reply';
export function stage(files) {
  const all = [...files];
  if (!all.length || !showsFiles()) return false;
  const fits = all.filter(file => file.size <= LARGEST && /^(image\/(png|jpeg|webp)|application\/pdf)$/.test(file.type));
  const list = [...staged(open.id), ...fits.map(file => ({file, url: file.type.startsWith('image/') ? URL.createObjectURL(file) : null}))].slice(0, MOST_FILES);
  waiting.set(open.id, list);
  drawCompose();
  $('.compose textarea')?.focus();
  if (fits.length < all.length) hint(t('file_unfit'));
  return true;
}
function drop(id, one) {
  if (one.url) URL.revokeObjectURL(one.url);
  waiting.set(id, staged(id).filter(other => other !== one));
}
export function tray() {
  const list = staged(open.id);
  if (!list.length) return '';
  return h('div.tray', null, list.map(one => h('figure', null, one.url ? h('img', {src: one.url, alt: one.file.name}) : h('span.doc', null, 'PDF'),
    h('button.btn', {type: 'button', 'aria-label': t('file_off', {name: one.file.name}), click: () => { drop(open.id, one); drawCompose(); $('.compose textarea')?.focus(); }}, '×'))));
}
export function picker() {
  const field = h('input.hid', {type: 'file', multiple: true, accept: 'image/png,image/jpeg,image/webp,application/pdf', tabindex: -1, 'aria-hidden': 'true', change: () => { stage(field.files); field.value = ''; }});
  return h('span', null, field, h('button.btn.plain', {type: 'button', 'data-do': 'file', title: t('file_add_hint'), click: () => field.click()}, '＋ ' + t('file_add')));
}
// Sends what waits of these, one after the other; whatever could not be sent is still there.
export async function sendStaged(id, files) {
  for (const one of files.filter(one => staged(id).includes(one))) {
    if (id === open.id) hint(t('file_sending'));
    const body = new FormData();
    body.append('file', one.file);
    try { await call('POST', '/v1/conversations/' + encodeURIComponent(id) + '/attachments', body); } catch (error) {
      throw error instanceof Refused ? Object.assign(error, {isFile: true}) : error;
    }
    drop(id, one);
  }
}
addEventListener('paste', event => { if (event.clipboardData?.files.length && stage(event.clipboardData.files)) event.preventDefault(); });
addEventListener('dragover', event => { if (event.dataTransfer?.types.includes('Files')) { event.preventDefault(); $('.mid')?.classList.toggle('drops', !!showsFiles()); } });
addEventListener('dragleave', event => { if (!event.relatedTarget) $('.mid')?.classList.remove('drops'); });
addEventListener('drop', event => { if (!event.dataTransfer?.types.includes('Files')) return; event.preventDefault(); $('.mid')?.classList.remove('drops'); stage(event.dataTransfer.files); });

// A file in the thread: a picture is seen and opens large, a document is saved.
export const isPicture = event => event?.kind === 'attached' && event.media_type.startsWith('image/');
const source = (sha, id) => '/v1/conversations/' + encodeURIComponent(id || open.id) + '/attachments/' + sha;
export function shownFile(event, elsewhere) {
  const size = Math.ceil(event.bytes / 1024) + ' KB';
  if (!isPicture(event)) return h('a.file', {href: source(event.sha256, elsewhere), download: ''}, 'PDF · ' + size);
  return h('button.picture', {type: 'button', 'aria-label': t('file_look'), click: () => large(event.sha256, elsewhere)}, h('img', {src: source(event.sha256, elsewhere), alt: t('file_look'), loading: 'lazy', load: keepEnd}));
}
// What was handed in elsewhere is asked for there; what it is, only the log says.
export function fileLink(sha, words, elsewhere) {
  const event = open.events.find(one => one.kind === 'attached' && one.sha256 === sha);
  return isPicture(event) ? h('button.link', {type: 'button', click: () => large(sha)}, words) : h('a', {href: source(sha, !event && elsewhere), download: ''}, words);
}
// A picture that comes late must not push the end of the conversation out of sight.
function keepEnd() {
  const box = $('.thread');
  if (box && box.scrollHeight - box.scrollTop - box.clientHeight < 320) box.scrollTop = box.scrollHeight;
}
// As large as the window. Arrows go to the others of the conversation, Esc goes back to where one was.
export function large(sha, elsewhere) {
  const all = elsewhere ? [sha] : open.events.filter(isPicture).map(one => one.sha256);
  let at = Math.max(0, all.indexOf(sha));
  const before = document.activeElement;
  const picture = h('img', {alt: t('file_look')});
  const place = h('span', {role: 'status'});
  const save = h('a.btn', {download: ''}, t('file_save'));
  const step = by => { at = (at + by + all.length) % all.length; draw(); };
  const turn = (by, sign, words) => all.length > 1 && h('button.btn', {type: 'button', 'aria-label': t(words), click: () => step(by)}, sign);
  const box = h('dialog.light', {'aria-label': t('file_look'), close: () => { box.remove(); before?.focus?.(); }, click: event => event.target === box && box.close(),
    keydown: event => { const by = {ArrowLeft: -1, ArrowRight: 1}[event.key]; if (by && all.length > 1) { event.preventDefault(); step(by); } }},
  picture, h('div.row', null, turn(-1, '‹', 'file_before'), place, turn(1, '›', 'file_after'), h('span.grow'), save, h('button.btn', {type: 'button', click: () => box.close()}, t('close'), h('kbd', {'aria-hidden': 'true'}, 'Esc'))));
  function draw() {
    picture.src = save.href = source(all[at], elsewhere);
    place.textContent = all.length > 1 ? at + 1 + ' / ' + all.length : '';
  }
  draw();
  document.body.append(box);
  box.showModal();
}
