// Answers that are ready: found by shortcut, text or the first letters in pinyin, filled in, and the agents' own.

import {Refused, agentName, attempt, call, explained, me, open} from './desk.js';
import {ask} from './over.js';
import {$, h, plain} from './page.js';
import {TAGS, money, ownName, t, tag} from './words.js';
import {composing, drawCompose, hint, saveDraft} from './write.js';

let canned = [];
// Answers that are ready: `/` in an empty reply lists them, what follows it narrows them down.
const filled = text => text.replace(/\{{1,2}([a-z_.]+)\}{1,2}/g, (whole, name) => value(name) || whole);
// Money is on its way for an order that somebody has approved a claim on, or that the shop says it refunds.
const promised = (...what) => open.facts?.promises.find(one => one.state === 'open' && what.includes(one.what) && (!one.order || one.order === open.facts.orders[0]?.order.id));
function isRefunded() {
  const {order, claims = []} = open.facts?.orders[0] || {};
  return !!promised('payment') || (claims.length ? /^(approved|paying)$/.test(claims.at(-1).state) : order?.status === 'refunding');
}
// As the customer reads it, to the minute: in the shop's time zone, as all that they are told.
const by = promise => promise && new Intl.DateTimeFormat(open.row.language, {dateStyle: 'long', timeStyle: 'short', timeZone: open.facts.zone}).format(new Date(promise.by));
function value(name) {
  const order = open.facts?.orders[0]?.order;
  switch (name) {
    case 'order.id': return plain(order?.id);
    case 'order.amount': return order && money(order.amount, order.currency, open.row.language);
    case 'customer.name': return plain(open.row.customer?.name);
    case 'agent.name': return plain(me.name);
    case 'due_date': return by(promised('payment'));
    case 'answer_by': return by(promised('answer', 'repair', 'link', 'take_up'));
    default: return '';
  }
}
const blanks = text => [...text.matchAll(/[{｛]+[^{}｛｝\n]{1,60}[}｝]+/g)].map(one => one[0]);
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
  // What says by when money is there is said only where some is on its way.
  const mine = canned.filter(one => (!one.merchant || one.merchant === open.row.merchant) && inTheirs(one) && (!/\{due_date\}/.test(inTheirs(one)) || isRefunded()));
  // What lacks something is found by its name only, and says what.
  return mine.map(one => [rank(one), one]).filter(([at, one]) => at < (lacks(one).length ? 2 * !!wanted : 9)).sort((a, b) => a[0] - b[0]).map(([, one]) => one);
}
const lacks = one => blanks(filled(inTheirs(one)));
// What it says to this customer: who reads one Chinese script can read the other.
const inTheirs = one => one.texts[open.row.language] || open.row.language !== 'en' && (one.texts['zh-Hant'] || one.texts['zh-Hans']) || '';
// The first letters of a text in pinyin. Collation sorts Han by its sound, so that a character begins with the letter of the last of these
// that is not behind it; a character with several sounds has the commonest one.
const SOUNDS = 'abcdefghjklmnopqrstwxyz';
const FIRSTS = [...'\u963f\u516b\u5693\u54d2\u59b8\u53d1\u65ee\u54c8\u8ba5\u5494\u5783\u75f3\u62cf\u5662\u5991\u4e03\u5465\u6268\u5b83\u7a75\u5915\u4e2b\u5e00'];
const bySound = new Intl.Collator('zh-Hans-u-co-pinyin');
const heardAs = new Map();
export function initials(text) {
  return [...text.slice(0, 200)].map(one => {
    if (!/\p{Script=Han}/u.test(one)) return /[a-z0-9]/i.test(one) ? one.toLowerCase() : '';
    if (!heardAs.has(one)) heardAs.set(one, SOUNDS[FIRSTS.findLastIndex(first => bySound.compare(first, one) <= 0)] || '');
    return heardAs.get(one);
  }).join('');
}
// By the button they are all there, whatever stands in the reply, and the way to the agents' own is the last line.
export function drawPick(area, all) {
  dropPick();
  if (composing() !== 'reply' || !all && !/^\/[^\n]*$/.test(area.value)) return;
  relearn();
  const found = pickCanned(all && !area.value.startsWith('/') ? '' : area.value.slice(1));
  if (!found.length && !all) return;
  area.before(h('div.pick', {id: 'ready', role: 'listbox', 'aria-label': t('ready')}, found.map((one, at) => h('button', {id: 'ready-' + at, type: 'button', tabindex: -1, role: 'option', 'aria-selected': String(at === 0), 'data-name': one.name, lang: open.row.language, click: () => useCanned(one)},
    h('code', null, '/' + one.name), ' ', lacks(one).length > 0 && h('span.chip.warn', {lang: tag}, t('lacks', {names: lacks(one).join(' ')})), ' ' + filled(inTheirs(one)))), h('button.own', {id: 'ready-own', type: 'button', tabindex: -1, role: 'option', 'aria-selected': String(!found.length), 'data-do': 'manage_ready', click: ownCanned}, t('ready_manage'))));
  area.setAttribute('aria-controls', 'ready');
  area.setAttribute('aria-activedescendant', found.length ? 'ready-0' : 'ready-own');
  $('[data-do=ready]').ariaExpanded = 'true';
}
export function dropPick() {
  $('.pick')?.remove();
  for (const name of ['aria-controls', 'aria-activedescendant']) $('.compose textarea')?.removeAttribute(name);
  const button = $('[data-do=ready]');
  if (button) button.ariaExpanded = 'false';
}
export function pickReady() {
  const area = $('.compose textarea');
  if ($('.pick')) dropPick(); else drawPick(area, true);
  // A keyboard that comes up on a phone would lie over them.
  if (!matchMedia('(hover: none)').matches) area.focus();
}
// Colleagues write some, too.
let learnt = Date.now();
export async function relearn(now) {
  if (!now && Date.now() - learnt < 30_000) return;
  learnt = Date.now();
  try { canned = await call('GET', '/v1/canned'); } catch { /* those of before are good enough */ }
}
// The agents' own answers: what there is, and a form for one of them.
export function ownCanned() {
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
export function movePick(step) {
  const all = [...document.querySelectorAll('.pick button')];
  const at = all.findIndex(one => one.ariaSelected === 'true');
  all[at].ariaSelected = 'false';
  const next = all[(at + step + all.length) % all.length];
  next.ariaSelected = 'true';
  $('.compose textarea').setAttribute('aria-activedescendant', next.id);
  next.scrollIntoView({block: 'nearest'});
}
function useCanned(one) {
  const before = $('.compose textarea').value.trimEnd();
  saveDraft({reply: (before && !before.startsWith('/') ? before + '\n' : '') + filled(inTheirs(one))});
  drawCompose();
  const area = $('.compose textarea');
  area.focus();
  const [blank] = blanks(area.value);
  if (blank) area.setSelectionRange(area.value.indexOf(blank), area.value.indexOf(blank) + blank.length);
  sayBlank(area.value);
}
export function sayBlank(text) {
  const left = composing() === 'reply' ? blanks(text) : [];
  if (left.length) hint(t('blank', {names: left.join(' ')}));
  return left.length > 0;
}
