// Refunds, and what only the merchant can do: decisions on a claim, a detail of an order put right, a fresh link to pay by, or whatever the
// agent asks for in words.

import {catchUp} from './conversation.js';
import {agentName, attempt, call, isDone, isMine, list, mayAct, me, open, path} from './desk.js';
import {drawFacts, pairs} from './facts.js';
import {fileLink} from './files.js';
import {ask, during, shut, toast} from './over.js';
import {$, h, plain} from './page.js';
import {address} from './place.js';
import {money, state, t, when} from './words.js';

// Why something hangs: the cause, what speaks for it and against it, who must act, and what comes next.
export function findingCard({finding, order}, several) {
  const facts = list => h('ul.small', null, list.map(one => h('li', null, (list.length > 1 ? '· ' : '') + fact(one))));
  return h('div.card.finding', null, several && h('h4', null, plain(order.id)), pairs([
    ['found_cause', t('trouble_' + finding.cause)], finding.cause !== 'not_stuck' && ['found_actor', t('acts_' + finding.actor)], finding.cause !== 'not_stuck' && ['found_next', t('next_' + finding.next_step)],
    ['found_for', finding.speaks_for.length && facts(finding.speaks_for)], ['found_against', finding.speaks_against.length && facts(finding.speaks_against)]].filter(row => row && row[1])));
}
function fact({fact: what, value}) {
  switch (what) {
    case 'gap': return t('fact_gap_' + value);
    case 'usual_time': return t('fact_usual_' + value);
    case 'refusal_words': return t('fact_refusal_words', {what: t('trouble_' + value)});
    case 'verdict': return t('fact_verdict', {what: t('verdict_' + value)});
    case 'day_passed': return t('fact_day_passed', {when: when(value, {dateStyle: 'medium'})});
    case 'waited': return value.days ? t('fact_waited', {...value, n: value.days}) : t('fact_waited_today', {...value, n: value.hours});
    case 'incident': return t('fact_incident', {when: when(value.since)});
    default: return t('fact_' + what, {code: plain(value?.code)});
  }
}
// What somebody may approve alone is said before they try.
const needsTwo = (two, claim) => t('needs_two', {limit: money(two.alone_up_to, claim.currency)}) + (two.needs_lead ? ' ' + t('needs_lead') : '');
export function claimCard(claim, {order, deciding}) {
  const two = deciding.find(one => one.claim === claim.id) || {};
  const waits = ['submitted', 'needs_evidence'].includes(claim.state) && claim.conversation === open.id;
  const button = (name, how) => h('button.btn' + how, {type: 'button', 'data-claim': name, disabled: name === 'approve' && (two.approved_once === me.id || two.approved_once && two.needs_lead), click: () => decide(name, claim, order, two)}, t(name) + '…');
  return h('div.card', {tabindex: -1, 'data-card': claim.id},
    h('div.row', null, h('h4.grow', null, claim.id), h('span.chip.' + (claim.state === 'paid' ? 'good' : claim.state === 'rejected' || claim.state === 'failed' ? 'err' : 'warn'), null, state('claim', claim.state))),
    h('div.sum', null, money(claim.amount, claim.currency)),
    pairs([['c_cause', t('cause_' + claim.cause)], ['c_items', claim.items?.map(plain).join(', ')], ['c_note', plain(claim.note)], ['c_verdict', claim.verdict && t('verdict_' + claim.verdict)],
      ['c_clause', claim.clause && claim.clause !== 'none' && h('code', null, claim.clause + (claim.policy ? ' · ' + [claim.policy.file, claim.policy.line].filter(Boolean).join(':') : ''))],
      ['c_detail', plain(claim.detail)],
      ['c_files', claim.evidence?.length && h('span', null, claim.evidence.map((hash, at) => [' ', fileLink(hash, t('file') + ' ' + (at + 1), claim.conversation)]))]]),
    claim.conversation && claim.conversation !== open.id && ['submitted', 'needs_evidence'].includes(claim.state) && h('a.small', {href: address(list.view, claim.conversation)}, t('view_it')),
    waits && two.needs_two && h('p.small.two', null, !two.approved_once ? '⚠ ' + needsTwo(two, claim) : two.approved_once === me.id ? t('approved_once_yours') : t('approved_once', {name: plain(agentName(two.approved_once))}), two.approved_once && two.needs_lead && ' ' + t('needs_lead')),
    waits && mayAct() && h('div.do', null, button('approve', '.main'), button('evidence', ''), button('reject', '.danger')));
}
export function signs(one) {
  if (!one.signs.length) return [];
  return [h('p.small', null, '⚠ ' + t('signs', {score: one.score})), h('ul.small', null, one.signs.map(sign => h('li', null, (one.signs.length > 1 ? '· ' : '') + t('sign_' + sign.sign, {n: sign.count, of: sign.of ?? ''}))))];
}

// Money takes two steps, and the second one says once more how much, for what and to whom.
function decide(what, claim, order, two) {
  const {id} = open, here = path(), sum = money(claim.amount, claim.currency);
  const words = what === 'approve' ? null : h('textarea', {required: true, maxlength: 1000, lang: open.row.language});
  if (what === 'reject') words.value = two.rejection || '';
  const isFirst = what === 'approve' && two.needs_two && !two.approved_once;
  const yes = h('button.btn.' + (what === 'reject' ? 'danger' : 'main'), {type: 'submit'}, t(isFirst ? 'approve_first' : what + '_yes', {sum}));
  const payee = plain(order.payment_method) || t('payee_unknown');
  ask(t(what + '_title'), [
    h('dl', null, [['c_sum', sum], ['c_order', claim.order], what !== 'reject' && ['c_payee', payee + (order.customer?.name ? ' · ' + plain(order.customer.name) : '')], ['c_number', claim.id]].filter(Boolean).map(([name, value]) => [h('dt', null, t(name)), h('dd', null, value)])),
    isFirst && h('p.small', null, '⚠ ' + needsTwo(two, claim)), words && h('label.field', null, t(what + '_words'), words)], yes, async () => {
    if (yes.disabled) return;
    const body = what === 'approve' ? {decision: 'approve'} : what === 'reject' ? {decision: 'reject', reason: words.value.trim()} : {decision: 'request_evidence', what: words.value.trim()};
    const done = await during(yes, () => attempt(() => call('POST', here + '/refunds/' + encodeURIComponent(claim.id), body)));
    if (done) shut();
    if (done && isFirst) toast(t('approved_once_yours'));
    else if (done) toast(t('claim_is', {claim: claim.id, state: state('claim', done.state)}));
    await catchUp();
    const facts = await attempt(() => call('GET', here + '/facts'));
    if (!facts || id !== open.id) return;
    open.facts = facts;
    drawFacts();
    // Its buttons are gone with the decision: whoever pressed one is at what became of it.
    if (done && document.activeElement === document.body) $('[data-card="' + CSS.escape(claim.id) + '"]')?.focus();
  });
}

const DETAILS = ['email', 'phone', 'address', 'recipient'];
const HERE_STILL = ['processing', 'processed', 'rejected'];
const isUnpaid = order => !order.paid_at && ['processing', 'rejected'].includes(order.status);
const now = (order, detail) => plain(detail === 'address' ? order.shipping?.address : order.customer?.[detail === 'recipient' ? 'name' : detail]);

// The buttons of an order, for whoever has the conversation.
export function merchantActs(order) {
  if (!mayAct() || !isMine(open.row) || isDone(open.row)) return null;
  const button = (name, does) => h('button.btn', {type: 'button', 'data-merchant': name, click: does}, t(name) + '\u2026');
  return h('div.do', null, HERE_STILL.includes(order.status) && button('put_right', () => putRight(order)), button('tell_merchant', () => tellMerchant(order)));
}

function putRight(order) {
  const detail = h('select', {name: 'detail', 'aria-label': t('detail'), change: redraw}, isUnpaid(order) && h('option', {value: ''}, t('detail_none')), DETAILS.map(one => h('option', {value: one}, t('detail_' + one))));
  const value = h('input', {name: 'value', maxlength: 200, autocomplete: 'off'});
  const before = h('p.small.mut');
  const right = h('label.field', {hidden: true}, t('detail_value'), value);
  const again = h('input', {type: 'checkbox', name: 'again'});
  const alert = h('div.hint', {role: 'alert'});
  again.checked = isUnpaid(order);
  function redraw() {
    right.hidden = !detail.value;
    value.required = !!detail.value;
    before.textContent = detail.value && now(order, detail.value) ? t('detail_now') + ': ' + now(order, detail.value) : '';
  }
  ask(t('put_right_title'), [alert, h('label.field', null, t('detail'), detail), before, right, isUnpaid(order) && h('label.row.small', null, again, h('span.grow', null, t('pay_again')))],
    h('button.btn.main', {type: 'submit'}, t('next_step')), () => {
      if (!detail.value && !again.checked) { alert.textContent = t('put_right_nothing'); return; }
      sureOf(order, {order: order.id, pay_again: again.checked, ...detail.value && {detail: detail.value, value: value.value.trim()}});
    });
  redraw();
  detail.focus();
}
// The second step says once more what is changed into what, and which sum is to be paid by whom.
function sureOf(order, asked) {
  const rows = [['c_order', plain(order.id)], ['c_sum', money(order.amount, order.currency)], ['o_customer', plain(order.customer?.name)],
    asked.detail && ['detail_' + asked.detail, [now(order, asked.detail), asked.value].filter(Boolean).join(' \u2192 ')], asked.pay_again && ['pay_again_row', t('pay_again_link')]];
  const yes = h('button.btn.main', {type: 'submit'}, t('put_right_yes'));
  ask(t('put_right_sure'), [h('dl', null, rows.filter(row => row && row[1]).map(([name, text]) => [h('dt', null, t(name)), h('dd', null, text)])), h('p.small.mut', null, t('put_right_more'))], yes,
    () => done(yes, () => call('POST', path() + '/put-right', asked), 'put_right_done'));
}
function tellMerchant(order) {
  const words = h('textarea', {required: true, maxlength: 1000, 'aria-label': t('tell_merchant_words'), placeholder: t('tell_merchant_words')});
  const yes = h('button.btn.main', {type: 'submit'}, t('tell_merchant_yes'));
  ask(t('tell_merchant'), [h('dl', null, h('dt', null, t('c_order')), h('dd', null, plain(order.id))), words], yes,
    () => done(yes, () => call('POST', path() + '/merchant', {order: order.id, text: words.value.trim()}), 'merchant_is_told'));
}
// A refusal leaves what was typed where it is: whoever reads why can mend it.
async function done(yes, work, words) {
  const went = await during(yes, () => attempt(work));
  if (!went) return;
  shut();
  toast(t(words));
  await catchUp();
}
