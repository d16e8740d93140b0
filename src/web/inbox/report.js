// The report of leads.

import {attempt, call, list} from './desk.js';
import {$, SVG, h} from './page.js';
import {address} from './place.js';
import {TAGS, lasted, ownName, t, tag, when} from './words.js';

const drawnBy = (name, given, ...inside) => {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(given)) node.setAttribute(key, value);
  node.append(...inside);
  return node;
};
const seconds = value => value == null ? '–' : value < 90 ? t('minutes', {n: '<' + Math.max(1, Math.ceil(value / 60))}) : value < 7200 ? t('minutes', {n: Math.round(value / 60)}) : t('hours', {n: Math.round(value / 3600)});
const percent = (part, of) => of ? new Intl.NumberFormat(tag, {style: 'percent'}).format(part / of) : '–';
let period = 30;
export async function report() {
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
      card('r_suggested', percent(total.suggestions_accepted + total.suggestions_edited, total.suggestions_accepted + total.suggestions_edited + total.suggestions_ignored), t('r_suggested_of', {accepted: total.suggestions_accepted, edited: total.suggestions_edited})),
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
  // An even number at the top, for a whole one to stand half-way.
  const scale = most + most % 2, wide = 610 / Math.max(7, sums.size);
  const lines = [scale, scale / 2].flatMap((n, at) => [drawnBy('line', {x1: 30, x2: 640, y1: 10 + at * 65, y2: 10 + at * 65}), drawnBy('text', {x: 26, y: 14 + at * 65, 'text-anchor': 'end'}, String(n))]);
  const bars = [...sums].map(([day, {began, people}], at) => {
    const [all, top] = [began / scale * 130, people / scale * 130];
    const x = 30 + at * wide + wide * .15, width = wide * .7;
    return drawnBy('g', {}, drawnBy('title', {}, when(day + 'T12:00:00Z', {dateStyle: 'medium'}) + ': ' + t('r_bot_alone') + ' ' + (began - people) + ', ' + t('r_to_people') + ' ' + people),
      drawnBy('rect', {x, y: 140 - all + top, width, height: all - top, class: 'bar-bot'}), drawnBy('rect', {x, y: 140 - all, width, height: top, class: 'bar-people'}),
      ...(began && sums.size < 32 ? [drawnBy('text', {x: x + width / 2, y: 137 - all, 'text-anchor': 'middle', class: 'total' + (sums.size > 14 ? ' many' : '')}, String(began))] : []),
      ...(sums.size <= 14 || at % 7 === 0 ? [drawnBy('text', {x: at ? x + width / 2 : x, y: 156, 'text-anchor': at ? 'middle' : 'start'}, when(day + 'T12:00:00Z', {month: 'numeric', day: 'numeric'}))] : []));
  });
  return h('section', null, h('h3', null, t('r_per_day')), h('p.small.mut', null, h('i.key.bot'), ' ' + t('r_bot_alone') + '  ', h('i.key.people'), ' ' + t('r_to_people')),
    drawnBy('svg', {viewBox: '0 -8 640 170', role: 'img', 'aria-label': t('r_per_day')}, ...lines, ...bars));
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
    h('tbody', null, rows.map(([one, own]) => h('tr', null, h('th', null, ownName(one)), names.map(name => h('td', null, String(own.reduce((sum, day) => sum + day[name] + (name === 'resolved_by_bot' && day.assumed), 0))))))))));
}
