// What leads read: the report, where the bot was wrong, and the audit log.

import {agentName, agents, attempt, call, list, me} from './desk.js';
import {pairs} from './facts.js';
import {during, mayUndo, toast} from './over.js';
import {$, SVG, h, plain, redraw} from './page.js';
import {address, place} from './place.js';
import {TAGS, lasted, ownName, said, t, tag, topic, when} from './words.js';

const drawnBy = (name, given, ...inside) => {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(given)) node.setAttribute(key, value);
  node.append(...inside);
  return node;
};
const seconds = value => value == null ? '–' : value < 90 ? t('minutes', {n: '<' + Math.max(1, Math.ceil(value / 60))}) : value < 7200 ? t('minutes', {n: Math.round(value / 60)}) : t('hours', {n: Math.round(value / 3600)});
const percent = (part, of) => of ? new Intl.NumberFormat(tag, {style: 'percent'}).format(part / of) : '–';
// What leads read, each a link away from the others; `more` is for the one that is read.
export const pages = (is, more) => h('nav.row', {'aria-label': t('report')}, h('h2.grow', null, t(is)), [['report', true], ['reviews', true], ['audit', !me.merchant]].map(([name, may]) => may && name !== is && h('a.btn', {href: '#' + name, 'data-page': name}, t(name))), more, h('a.btn', {href: address(list.view)}, t('back')));
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
    pages('report', [choose, h('a.btn', {href: '/v1/reports/report.csv?first=' + first, download: ''}, t('report_csv'))]),
    h('div.figures', null,
      card('r_waiting', String(found.waiting)), card('r_longest', found.waits_since ? lasted(found.waits_since) : '–'),
      card('r_first', seconds(total.first_response_p50) + ' / ' + seconds(total.first_response_p90)),
      card('r_began', String(total.began)), card('r_bot', percent(total.resolved_by_bot + total.assumed, total.began), t('r_bot_of', {confirmed: total.resolved_by_bot, assumed: total.assumed})),
      card('r_to_people', percent(total.to_people, total.began), String(total.to_people)), card('r_people', String(total.resolved_by_people)), card('r_reopened', String(total.reopened)),
      card('r_promises', percent(total.promises_kept, total.promises_kept + total.promises_broken), total.promises_kept + ' / ' + (total.promises_kept + total.promises_broken)),
      card('r_late', String(total.late_first + total.late_next + total.late_resolution)), card('r_wrong', String(total.wrong)),
      card('r_suggested', percent(total.suggestions_accepted + total.suggestions_edited, total.suggestions_accepted + total.suggestions_edited + total.suggestions_ignored), t('r_suggested_of', {accepted: total.suggestions_accepted, edited: total.suggestions_edited})),
      card('r_rated_bot', rated(total.rated_bot)), card('r_rated_people', rated(total.rated_people))),
    days.length ? [charts(found), reasons(total.handed_off), byLanguage(found.by_language)] : h('p.mut', null, t('r_none'))));
}
const toPeople = one => Math.min(one.to_people, one.began);
// What can be drawn: its words and figures, one or two of each. The second stands on the first; of waits it is the longer one.
const CHARTS = {
  r_began: ['r_bot_alone', one => one.began - toPeople(one), 'r_to_people', toPeople],
  r_bot: ['r_confirmed', 'resolved_by_bot', 'r_assumed', 'assumed'],
  r_first: ['p50', 'first_response_p50', 'p90', one => one.first_response_p90 - one.first_response_p50],
  r_reasons: ['r_reasons', one => one.handed_off.reduce((sum, {count}) => sum + count, 0)],
  r_people: ['r_people', 'resolved_by_people'], r_reopened: ['r_reopened', 'reopened'],
  r_promises: ['r_kept', 'promises_kept', 'r_broken', 'promises_broken'],
  r_late: ['r_late', one => one.late_first + one.late_next + one.late_resolution], r_wrong: ['r_wrong', 'wrong'],
  r_rated_bot: ['r_rated_bot', 'rated_bot'], r_rated_people: ['r_rated_people', 'rated_people'],
};
let drawn = 'r_began', spoken = '';
const figures = one => [1, 3].map(at => { const of = CHARTS[drawn][at]; return one && of && (of.call ? of(one) : one[of]) || 0; });
const says = n => drawn === 'r_first' ? seconds(n || null) : drawn.startsWith('r_rated') ? n ? n.toFixed(1) : '–' : String(n);
const figureInWords = ([first, second]) => t(CHARTS[drawn][0]) + ' ' + says(first) + (CHARTS[drawn][2] ? ', ' + t(CHARTS[drawn][2]) + ' ' + says(drawn === 'r_first' ? first + second : second) : '');
// One figure by day, in one language or all, and by language.
function charts(found) {
  const choose = (name, is, options, change) => {
    const node = h('select', {'data-chart': name, 'aria-label': t(name), change: () => { change(node.value); const now = charts(found); box.replaceWith(now); now.querySelector('[data-chart=' + name + ']').focus(); }}, options.map(([value, words]) => h('option', {value}, words)));
    node.value = is;
    return node;
  };
  const [first, , second] = CHARTS[drawn], key = (of, words) => words && [h('i.key.' + of), ' ' + t(words) + '  '];
  const box = h('section', null, h('div.row.wrap', null, h('h3.grow', null, t('r_per_day')), choose('r_figure', drawn, Object.keys(CHARTS).map(name => [name, t(name)]), name => { drawn = name; }),
    choose('f_language', spoken, [['', t('filter_any')], ...TAGS.map(one => [one, ownName(one)])], one => { spoken = one; })),
    h('p.small.mut', null, key('bot', first), key('people', second)),
    perDay(spoken ? found.days.filter(day => day.language === spoken) : found.by_day),
    h('h3', null, t('r_by_language')), bars(found.by_language.map(one => [ownName(one.language), ...figures(one)])));
  return box;
}
// Bars by day. Days on which nothing happened have their place, too.
function perDay(rows) {
  const known = new Map(rows.map(one => [one.day, one])), days = [];
  for (let back = period - 1; back >= 0; back--) days.push(new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10));
  for (const one of known.keys()) if (!days.includes(one)) days.push(one);
  const all = days.map(day => figures(known.get(day))), most = Math.max(1, ...all.map(([first, second]) => first + second));
  // An even number at the top, for a whole one to stand half-way.
  const scale = Math.ceil(most / 2) * 2, wide = 610 / Math.max(7, days.length);
  const lines = [scale, scale / 2].flatMap((n, at) => [drawnBy('line', {x1: 30, x2: 640, y1: 10 + at * 65, y2: 10 + at * 65}), drawnBy('text', {x: 26, y: 14 + at * 65, 'text-anchor': 'end'}, drawn === 'r_first' ? seconds(n) : String(n))]);
  const drawnDays = days.map((day, at) => {
    const [below, top] = all[at].map(n => n / scale * 130), sum = all[at][0] + all[at][1];
    const x = 30 + at * wide + wide * .15, width = wide * .7;
    return drawnBy('g', {}, drawnBy('title', {}, when(day + 'T12:00:00Z', {dateStyle: 'medium'}) + ': ' + figureInWords(all[at])),
      drawnBy('rect', {x, y: 140 - below, width, height: below, class: 'bar-bot'}), drawnBy('rect', {x, y: 140 - below - top, width, height: top, class: 'bar-people'}),
      ...(sum && days.length < 32 ? [drawnBy('text', {x: x + width / 2, y: 137 - below - top, 'text-anchor': 'middle', class: 'total' + (days.length > 14 ? ' many' : '')}, says(sum))] : []),
      ...(days.length <= 14 || at % 7 === 0 ? [drawnBy('text', {x: at ? x + width / 2 : x, y: 156, 'text-anchor': at ? 'middle' : 'start'}, when(day + 'T12:00:00Z', {month: 'numeric', day: 'numeric'}))] : []));
  });
  return drawnBy('svg', {viewBox: '0 -8 640 170', role: 'img', 'aria-label': t('r_per_day')}, ...lines, ...drawnDays);
}
// Bars beside each other, each with its words, of the same two kinds.
function bars(rows, toldOf = says) {
  const most = Math.max(1, ...rows.map(([, first, second]) => first + second)), bar = (x, width, of) => drawnBy('rect', {x: x / most * 100, width: width / most * 100, height: 8, class: 'bar-' + of});
  return h('div.bars', null, rows.map(([words, first, second]) => [h('span', null, words), drawnBy('svg', {viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true'}, bar(0, first, 'bot'), bar(first, second, 'people')), h('b', null, toldOf(first + second))]));
}
const reasons = all => h('section', null, h('h3', null, t('r_reasons')), bars([...all].sort((a, b) => b.count - a.count).map(one => [t('reason_' + one.reason), 0, one.count]), String));
function byLanguage(rows) {
  const names = ['began', 'to_people', 'resolved_by_bot', 'assumed', 'resolved_by_people', 'reopened', 'wrong'];
  const heads = ['r_began', 'r_to_people', 'r_confirmed', 'r_assumed', 'r_people', 'r_reopened', 'r_wrong'];
  return h('section', null, h('h3', null, t('r_by_language')), h('div.scroll', {tabindex: 0, role: 'region', 'aria-label': t('r_by_language')}, h('table', null,
    h('thead', null, h('tr', null, h('th', null, t('f_language')), heads.map(name => h('th', null, t(name))))),
    h('tbody', null, rows.map(one => h('tr', null, h('th', null, ownName(one.language)), names.map(name => h('td', null, String(one[name])))))))));
}
// Where the bot was wrong: what agents said of its answers, for whoever writes the rules.
export async function reviews() {
  const all = await attempt(() => call('GET', '/v1/reviews'));
  if (!all || !$('.app.reporting')) return;
  const box = h('div.report', {tabindex: 0, 'aria-label': t('reviews')}, pages('reviews'), all.length ? all.map(one => reviewCard(one)) : h('p.mut', null, t('reviews_none')));
  $('.mid').replaceChildren(box);
}
function reviewCard(one) {
  const path = '/v1/conversations/' + encodeURIComponent(one.conversation) + '/wrong/' + one.reply + '/done';
  const done = h('button.btn.main', {type: 'button', 'data-do': 'review_done', click: () => during(done, () => attempt(async () => {
    await call('POST', path);
    toast(t('review_done'), [t('undo'), mayUndo(() => attempt(async () => { await call('POST', path, {done: false}); if (location.hash === '#reviews') reviews(); }))]);
    const next = node.nextElementSibling || node.previousElementSibling;
    node.remove();
    (next.querySelector('[data-do=review_done]') || $('.report')).focus();
    if (!$('.report section')) reviews();
  }))}, t('review_done'));
  const copy = h('button.btn', {type: 'button', click: () => attempt(async () => { await navigator.clipboard.writeText(one.test_case); toast(t('copied')); })}, t('review_copy'));
  const node = h('section', null, h('blockquote', {lang: one.language}, plain(one.message)),
    pairs([['review_took', one.took_for ? topic(one.took_for) : '–'], ['why_rule', one.rule && h('code', null, one.rule)], ['review_right', one.intent ? topic(one.intent) : t('wrong_nothing')], ['note', plain(one.note)],
      ['review_by', plain(agentName(one.by)) + ' · ' + when(one.at)]]),
    h('pre', {tabindex: 0, 'aria-label': t('review_case')}, one.test_case),
    h('div.row.wrap', null, h('a.btn', {href: address(list.view, one.conversation) + '&m=' + one.reply}, t('view_it')), copy, done));
  return node;
}
// The audit log, for those of all merchants: who looked at whom, who changed what, who came in and who was refused. Days as this browser counts
// them; without another choice, today.
const auditAsked = {from: '', to: '', agent: '', searched: ''}, AUDIT_PAGES = 5;
export async function audit() {
  const {audit: person} = place();
  auditAsked.from ||= auditAsked.to ||= new Date().toLocaleDateString('sv');
  const until = new Date(auditAsked.to + 'T00:00');
  until.setDate(until.getDate() + 1);
  const query = new URLSearchParams({since: new Date(auditAsked.from + 'T00:00').toISOString(), until: until.toISOString(), ...auditAsked.agent && {agent: auditAsked.agent}, ...auditAsked.searched && {searched: auditAsked.searched}, ...person && {person}});
  const choice = (name, field) => {
    field.value = auditAsked[name];
    field.addEventListener('change', () => { if (field.value || !/from|to/.test(name)) auditAsked[name] = field.value; audit(); });
    return h('label.field', null, t('audit_' + name), field);
  };
  const lines = h('tbody'), none = h('p.mut', {hidden: true}, t('r_none'));
  const more = h('button.btn', {type: 'button', hidden: true, click: () => read()}, t('look_further'));
  // Who has left, and whoever is no agent, is known by what they did; a name at which nobody came in is nobody.
  const who = h('select', {'data-audit': 'agent'}, h('option', {value: ''}, t('filter_any')));
  const offer = id => { if (id && ![...who.options].some(one => one.value === id)) who.append(h('option', {value: id}, plain(agentName(id)))); };
  [...agents.keys(), auditAsked.agent].forEach(offer);
  let next = '';
  // The newest is on top. Where few lines are asked for, it may take several pages until one is found.
  async function read() {
    const had = lines.childElementCount;
    for (let page = 0; page < AUDIT_PAGES && (next || !page) && lines.childElementCount - had < 100; page++) {
      const found = await attempt(() => call('GET', '/v1/audit?limit=200&' + query + (next && '&cursor=' + encodeURIComponent(next))));
      if (!found) return;
      lines.append(...found.lines.map(auditLine));
      found.lines.forEach(one => one.what !== 'log_in_refused' && offer(one.agent));
      next = found.next || '';
    }
    more.hidden = !next;
    none.hidden = next || lines.childElementCount;
  }
  redraw($('.mid'), h('div.report', {tabindex: 0, 'aria-label': t('audit')}, pages('audit', h('a.btn', {href: '/v1/audit.csv?' + query, download: ''}, t('report_csv'))),
    h('div.row.wrap', null, choice('from', h('input', {type: 'date', 'data-audit': 'from'})), choice('to', h('input', {type: 'date', 'data-audit': 'to'})),
      choice('agent', who), choice('searched', h('input', {type: 'search', 'data-audit': 'searched'})),
      person && h('a.chip.tint', {href: '#audit', 'aria-label': t('filter_off', {what: t('f_person')})}, t('f_person') + ' …' + person.slice(-4) + ' ×')),
    h('section.scroll', {tabindex: 0, 'aria-label': t('audit')}, h('table.lines', null, h('thead', null, h('tr', null, ['at', 'agent', 'what', 'about', 'network'].map(name => h('th', {scope: 'col'}, t('audit_' + name))))), lines), none), more));
  await read();
}
// What the desk knows to write down and this page does not know to say is said by its name.
const toldOf = what => said.words['did_' + what] || what.replaceAll('_', ' ');
// A conversation is named by its end, as elsewhere; whatever else it is about, as it is. Of a search there are marks, which say nothing to people.
function auditLine({at, agent, what, about = '', from}) {
  const [id] = about.split(' '), isOne = /^[\da-f-]{36}$/.test(id);
  return h('tr', null, [when(at, {dateStyle: 'short', timeStyle: 'medium'}), plain(agentName(agent)), toldOf(what), isOne ? h('a', {href: address(list.view, id)}, t('conversation') + ' …' + id.slice(-4)) : what === 'searched' ? '' : what === 'listed' && said.words['view_' + about] || plain(about), plain(from)].map(cell => h('td', null, cell)));
}
