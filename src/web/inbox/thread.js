// The thread: what was said, by whom, why the bot said it, and the brief on top.

import {logAfter} from './conversation.js';
import {agentName, attempt, call, lastSeq, list, mayAct, named, open, path} from './desk.js';
import {shownFile} from './files.js';
import {ask, toast} from './over.js';
import {$, h, lock, plain} from './page.js';
import {address} from './place.js';
import {leftFor} from './row.js';
import {TAGS, clock, ownName, said, state, sum, t, topic, when} from './words.js';

// Draws all of it, or only what is new; the end stays in sight if it was.
export function drawThread(whole) {
  const box = $('.thread');
  if (!box) return;
  const atEnd = whole || box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  if (whole) box.replaceChildren();
  const shown = Number(box.lastSeq || 0) * !whole;
  let day = whole ? '' : box.lastDay;
  for (const event of open.events) {
    if (event.seq <= shown) continue;
    const today = when(event.at, {dateStyle: 'full'});
    if (today !== day) box.append(h('div.day', null, day = today));
    const node = entry(event);
    if (node) { node.dataset.seq = event.seq; box.append(node); }
  }
  box.lastDay = day;
  box.lastSeq = lastSeq();
  drawBrief();
  if (atEnd) box.scrollTop = box.scrollHeight;
}

// What the bot leaves to a person, on top of everything.
export const handed = () => open.events.findLast(one => one.kind === 'handed_off');
function drawBrief() {
  const box = $('details.brief');
  const event = open.row.owner !== 'bot' && handed();
  box.hidden = !event;
  if (!event) return;
  // Once a person has answered it has been read, and where there is little room the thread needs it more.
  const isAnswered = open.events.some(one => one.seq > event.seq && one.kind === 'reply' && one.from === 'agent');
  if (isAnswered && !box.answered) box.open = false;
  box.answered = isAnswered;
  // What the customer wrote since, the newest first, until somebody answers: a brief is ten lines, and two of them the thread has as well.
  const since = isAnswered ? [] : open.events.filter(one => one.seq > event.seq && one.from === 'customer' && one.kind === 'message').map(one => one.text).reverse();
  if (box.seq === event.seq && box.since === since.length) return;
  if (box.seq !== event.seq) box.open = !isAnswered && !matchMedia('(max-width: 719px), (max-height: 799px)').matches;
  box.seq = event.seq;
  box.since = since.length;
  let lines = event.lines.filter(one => one.label !== 'reply');
  if (since.length) lines.splice(lines.findIndex(one => one.label === 'words') + 1, 0, {label: 'since', text: since.join(' / ').replace(/\s+/g, ' ').slice(0, 320)});
  for (const label of ['tried', 'said']) if (lines.length > 10) lines = lines.filter(one => one.label !== label);
  // Shut, it still says what is wanted, in whose words, and what is to be done next.
  const gist = ['wants', 'words', 'missing', 'due'].flatMap(label => lines.filter(one => one.label === label).map(briefly)).slice(0, 3).join(' \u00b7 ');
  box.replaceChildren(h('summary', null, h('b', null, t('brief')), ' · ' + (said.reasons[event.reason] || event.reason), h('span.gist', null, gist)),
    h('dl', null, lines.map(one => [h('dt', null, said.brief[one.label] || t('brief_since')), h('dd', {title: plain(one.text)}, briefly(one))])));
}
// A line of the brief as people say it: matters as customers call them, times and the rest in words. The engine's own text is its title.
function briefly({label, text}) {
  const parts = text.split(' \u00b7 ').map(part => said.sentences[part] || part);
  if (label === 'wants' || label === 'tried') return parts.map(topic).join(' \u00b7 ');
  if (label === 'missing') return parts.join(' \u00b7 ');
  if (label === 'order') return plain(parts.map(one => one.replace(/^(page order|cart|page) (.*)/, (_, what, rest) => t('brief_' + what.replace(' ', '_')) + ' ' + sum(rest))).map(one => state('order', one)).join(' \u00b7 '));
  if (label === 'mood') return parts.map(one => TAGS.includes(one) ? ownName(one) : t('mood_' + one)).join(' \u00b7 ');
  const worded = label === 'who' ? parts.map(one => one.replace(/^proof (\d)$/, (_, level) => t('brief_proof_' + level))).join(' \u00b7 ') : text;
  const named = label === 'promised' ? parts.map(one => one.replace(/^(.+) (?=\u2264)/, (_, what) => /^[a-z_]+$/.test(what) ? '' : (said.sentences[what] || what) + ' ')).join(' \u00b7 ') : worded;
  return plain(named.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, at => when(at)));
}

// A web address may be opened; where it leads is what it says.
function linked(text) {
  const out = [];
  let at = 0;
  for (const found of text.matchAll(/https?:\/\/[^\s<>"'\u3000-\u303f\uff00-\uffef]{1,500}/g)) {
    const address = found[0].replace(/[.,;:!?)\]}]+$/, '');
    let url;
    try { url = new URL(address); } catch { continue; }
    if (url.protocol !== 'https:' && url.protocol !== 'http:') continue;
    out.push(text.slice(at, found.index), h('a', {href: url.href, target: '_blank', rel: 'noopener noreferrer nofollow'}, address));
    at = found.index + address.length;
  }
  out.push(text.slice(at));
  return out;
}

// Of another conversation there is nothing to be done here.
function entry(event, elsewhere) {
  if (event.kind === 'message' || event.kind === 'reply' || event.kind === 'attached') return bubble(event, elsewhere);
  if (event.kind === 'note') return h('div.note', null, h('p.by', null, lock(), t('note') + ' · ' + plain(event.name || event.agent) + ' · ', stamp(event)), linked(event.text));
  const words = happened(event);
  return words && h('div.event', null, words, ' · ', stamp(event));
}
// The time of a message is its address: it may be sent to a colleague, and is copied by a click.
const stamp = event => h('a.stamp', {href: address(list.view, open.id) + '&m=' + event.seq, title: when(event.at) + ' · ' + t('copy_link'), click: copied}, h('time', {datetime: event.at}, clock(event.at)));
async function copied(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const {href} = event.currentTarget;
  try { await navigator.clipboard.writeText(href); toast(t('link_copied')); } catch { ask(t('copy_link'), [h('p', null, h('code', null, href))]); }
}
// Goes to the message that an address names.
export function goTo(seq) {
  const node = seq && document.querySelector('.thread [data-seq="' + Number(seq) + '"]');
  if (!node) return;
  node.scrollIntoView({block: 'center'});
  node.classList.add('meant');
  setTimeout(() => node.classList.remove('meant'), 4000);
}
function bubble(event, elsewhere) {
  const who = event.from === 'customer' ? named(open.row) : event.from === 'bot' ? t('bot') : plain(event.name || event.agent);
  return h('div.said.' + event.from, null, h('p.by', null, h('span', null, who), event.by_letter && h('span', null, t('by_letter')), stamp(event)), event.kind === 'attached' ? h('div.bubble.held', null, shownFile(event, elsewhere)) : h('div.bubble', {lang: event.language || null}, linked(event.text)),
    event.choices?.length ? h('p.small.mut', null, event.choices.map(one => one.number + ' ' + one.label).join('  ')) : null,
    event.because && why(event.because, event.seq, elsewhere));
}
// Why the bot said it: exactly, because it went by rules.
function why(because, seq, elsewhere) {
  const {step = {}, prompt, rule} = because;
  const wants = one => one && [t(one.proof ? 'why_needs' : 'why_needs_none', {need: t('need_' + one.need), matter: topic(one.intent), proof: one.proof}) + ' ', one.rule && h('code', null, one.rule)];
  const rows = [
    ['why_prompt', prompt && prompt !== 'message' && t('prompt_' + prompt)],
    ['why_asked', wants(step.asked)],
    ['why_chose', step.chose && plain(step.chose)],
    ['why_follows', step.follows && topic(step.follows)],
    ['why_intent', because.intent && topic(because.intent) + ' (' + because.intent + ')'],
    ['why_read_as', because.read_as && because.read_as !== because.intent && h('code', null, because.read_as)],
    ['why_rule', rule ? [h('code', null, rule), because.by_likeness && ' ' + t('why_likeness')] : !prompt && !step.chose && t('why_no_rule')],
    ['why_words', because.matched?.length && because.matched.map(one => '“' + plain(one) + '”').join(' ')],
    ['why_score', rule && String(because.score)],
    ['why_runner_up', because.runner_up && [topic(because.runner_up.intent) + ' (' + because.runner_up.intent + ') · ' + because.runner_up.score + ' · ', h('code', null, because.runner_up.rule)]],
    ['why_slots', because.slots?.map(one => t('slot_' + one.slot) + ': ' + plain(one.text)).join(' · ')],
    ['why_asks', wants(step.asks)],
    ['why_said', because.said && [h('code', null, because.said), ' ', because.at && h('code', null, because.at)]],
    ['why_facts', because.facts?.length && because.facts.join(', ')],
    ['why_policy', because.policy?.length && because.policy.map(one => one.clause + (one.at ? ' (' + [one.at.file, one.at.line].filter(Boolean).join(':') + ')' : '')).join('; ')],
  ];
  return h('details.why', null, h('summary', null, t('why') + ' · ' + (rule || t('outcome_' + because.outcome))),
    h('dl', null, rows.filter(([, value]) => value).map(([name, value]) => [h('dt', null, t(name)), h('dd', null, value)])),
    mayAct() && !elsewhere && h('button.btn.plain.wrong', {type: 'button', click: event => wrong(seq, because, event.currentTarget)}, '⚑ ' + t('wrong')));
}
// One click, and it is on the list of whoever writes the rules, with what lost against it for what is right unless somebody has said it; who knows
// better says so.
async function wrong(seq, because, button) {
  const where = path() + '/wrong';
  const right = h('select', {'aria-label': t('wrong_title'), change: () => say()}, h('option', {value: ''}, t('wrong_nothing')), Object.entries(said.topics).filter(([id]) => id !== because.intent).map(([id, name]) => h('option', {value: id}, name)));
  const note = h('input', {maxlength: 500, 'aria-label': t('wrong_note'), placeholder: t('wrong_note'), change: () => say()});
  const say = async guess => {
    const body = {reply: seq, guess, ...right.value && {intent: right.value}, ...note.value.trim() && {note: note.value.trim()}};
    const known = await attempt(() => call('POST', where, body));
    if (known) toast(t('wrong_said'));
    return known;
  };
  right.value = because.runner_up?.intent || '';
  const known = await say(true);
  if (!known) return;
  right.value = known.intent || '';
  note.value = known.note || '';
  button.replaceWith(h('div.row.wrap', null, h('label.field', null, t('wrong_title'), right), note));
  right.focus();
}
// What was said in a conversation that goes on in this one, read when it is opened.
function mergedLog(id) {
  const inside = h('div.thread.inner');
  const box = h('details.merged', {toggle: async () => {
    if (!box.open || inside.childElementCount) return;
    await attempt(async () => {
      const all = await logAfter(0, id, () => true);
      inside.replaceChildren(...all.map(one => one.kind === 'merged_into' ? null : entry(one, id)).filter(Boolean));
    });
  }}, h('summary', null, t('view_it')), inside);
  return box;
}
// What did not reach the customer of a platform, and why; what was given up can be sent again, and what is tried again is said to have gone
// out when it has.
const stuck = new Set();
function undelivered(event) {
  if (event.state === 'queued' && event.why) {
    stuck.add(path() + event.message);
    return '◔ ' + t('ev_retried', {why: plain(event.why)});
  }
  if (event.state === 'sent') return stuck.has(path() + event.message) ? t('ev_sent_now') : null;
  if (event.state === 'dropped') return t('ev_dropped');
  // One line for all that one letter told of.
  if (event.state === 'noticed') return open.events.some(one => one.seq === event.seq + 1 && one.state === 'noticed') ? null : '✉ ' + t('ev_noticed');
  if (event.state !== 'failed' && event.state !== 'held') return null;
  const words = '⚠ ' + t(event.state === 'held' ? 'ev_held' : 'ev_undelivered', {why: plain(event.why || '')}) + ' ';
  if (event.state === 'held') return words;
  const again = () => attempt(() => call('POST', path() + '/messages/' + event.message + '/resend'));
  return [words, mayAct() && h('button.btn', {type: 'button', 'data-do': 'send_again', click: again}, t('send_again'))];
}
function happened(event) {
  switch (event.kind) {
    case 'started': return t('ev_started');
    case 'delivery': return undelivered(event);
    case 'proof_gained': return t('ev_proof', {order: event.order, level: event.level});
    case 'proof_failed': return t('ev_proof_failed', {order: event.order});
    case 'handed_off': return t('ev_handed', {why: t('reason_' + event.reason)});
    case 'claim': return t('ev_claim', {claim: event.claim, state: state('claim', event.state), amount: sum(event.amount)}) + (event.text ? ' “' + plain(event.text) + '”' : '');
    case 'approved_once': return t('ev_approved_once', {name: plain(event.name || event.agent), claim: event.claim, amount: sum(event.amount)});
    case 'evidence_reused': return '⚠ ' + t('ev_reused', {n: event.uses.length});
    case 'order_corrected': return t('ev_corrected', {detail: t('detail_' + event.detail), order: event.order, value: plain(event.value)});
    case 'payment_link': return t('ev_link_' + event.state, {order: event.order});
    case 'merchant_told': return t('ev_merchant_told') + ' ' + (event.order ? event.order + ' \u00b7 ' : '') + '\u201c' + plain(event.text) + '\u201d';
    case 'contact': return t('ev_contact', {email: plain(event.email)});
    case 'rating_asked': return t('ev_rating_asked', {of: t('rated_' + event.of)});
    case 'rated': return t('ev_rated', {of: t('rated_' + event.of), score: event.score}) + (event.text ? ' \u201c' + plain(event.text) + '\u201d' : '');
    case 'notice': return t('ev_notice', {state: event.state, notice: event.notice});
    case 'triaged': return t('ev_triaged', {priority: t('priority_' + event.priority), labels: event.labels.map(label => '#' + plain(label)).join(' ')});
    case 'service_level': return (event.stage === 'breached' ? '⚠ ' : '◔ ') + t('ev_service_' + event.stage, {goal: t('goal_' + event.goal), when: when(event.due)});
    case 'merged': return [t('ev_merged') + ' ', mergedLog(event.from)];
    case 'merged_into': return [t('ev_merged_into') + ' ', h('a', {href: address(list.view, event.into)}, t('view_it'))];
    case 'owner': return event.owner === 'agent' ? t('ev_joined', {name: plain(agentName(event.to))}) : event.owner === 'bot' ? t('ev_given_back') : t(event.owner === 'platform' ? 'ev_platform' : 'ev_queued');
    case 'status': return t('ev_status', {status: t('status_' + event.status)}) + leftFor(event.snoozed_for, event.until);
    default: return null;
  }
}
