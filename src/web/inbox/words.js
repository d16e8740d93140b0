// What the page says, as the rules in force say it, and how it writes times and sums.

import {call} from './desk.js';
import {keep, root} from './page.js';

export const TAGS = ['zh-Hans', 'zh-Hant', 'en'];
export const ownName = one => new Intl.DisplayNames(one, {type: 'language'}).of(one);
export let tag = keep.get('language') ?? guessed();
export let said = {words: {}, topics: {}, reasons: {}, brief: {}, states: {}, sentences: {}};

function guessed() {
  for (const locale of navigator.languages || []) {
    const asked = locale.toLowerCase();
    if (/^(zh|yue)/.test(asked)) return /^yue|-(hant|tw|hk|mo)/.test(asked) ? 'zh-Hant' : 'zh-Hans';
    if (/^en/.test(asked)) return 'en';
  }
  return 'en';
}
// Of one thing some sentences speak otherwise.
const sentence = (name, {n}) => Number(n) === 1 && said.words[name + '_one'] || said.words[name] || name;
export const t = (name, values = {}) => sentence(name, values).replace(/\{(\w+)\}/g, (whole, one) => values[one] ?? whole);
export const short = language => t('short_' + language.toLowerCase().replace('-', '_'));
export const topic = id => said.topics[id] || id;
export const state = (kind, id) => said.states[kind + '_' + id] || id;
export const when = (at, how) => new Intl.DateTimeFormat(tag, how || {dateStyle: 'medium', timeStyle: 'short'}).format(new Date(at));
export const clock = at => when(at, {hour: '2-digit', minute: '2-digit'});
export function money(amount, currency, language = tag) {
  try { return new Intl.NumberFormat(language, {style: 'currency', currency}).format(amount); } catch { return amount + ' ' + currency; }
}
// A sum in the log, or on the page of the shop, is a number and its currency.
export const sum = text => String(text ?? '').replace(/^([\d.]+) ([A-Z]{3})$/, (_, amount, currency) => money(amount, currency));
// How long ago, to the second within a minute.
export function ago(at) {
  const seconds = Math.max(0, Math.round((Date.now() - new Date(at ?? Date.now())) / 1000));
  return new Intl.RelativeTimeFormat(tag).format(...seconds < 60 ? [-seconds, 'second'] : [-Math.round(seconds / 60), 'minute']);
}
export function lasted(since) {
  const minutes = Math.max(0, Math.floor((Date.now() - new Date(since)) / 60_000));
  if (minutes < 60) return t('minutes', {n: minutes});
  return minutes < 2880 ? t('hours', {n: Math.floor(minutes / 60)}) : t('days', {n: Math.floor(minutes / 1440)});
}
// Takes up a language, and keeps it where one was chosen.
export async function learn(chosen) {
  if (chosen) keep.set('language', tag = chosen);
  said = await call('GET', '/inbox/' + tag + '.json');
  root.lang = tag;
}
