// Refunds beside a conversation. What touches money takes two steps.

import {catchUp} from './conversation.js';
import {attempt, call, mayAct, open, path} from './desk.js';
import {drawFacts, pairs} from './facts.js';
import {ask, shut, toast} from './over.js';
import {h, plain} from './page.js';
import {money, state, t} from './words.js';

export function claimCard(claim, {order}) {
  const waits = ['submitted', 'needs_evidence'].includes(claim.state) && claim.conversation === open.id;
  const button = (name, how) => h('button.btn' + how, {type: 'button', 'data-claim': name, click: () => decide(name, claim, order)}, t(name) + '…');
  return h('div.card', null,
    h('div.row', null, h('h4.grow', null, claim.id), h('span.chip.' + (claim.state === 'paid' ? 'good' : claim.state === 'rejected' || claim.state === 'failed' ? 'err' : 'warn'), null, state('claim', claim.state))),
    h('div.sum', null, money(claim.amount, claim.currency)),
    pairs([['c_cause', t('cause_' + claim.cause)], ['c_items', claim.items?.map(plain).join(', ')], ['c_note', plain(claim.note)], ['c_verdict', claim.verdict && t('verdict_' + claim.verdict)],
      ['c_clause', claim.clause && claim.clause !== 'none' && h('code', null, claim.clause + (claim.policy ? ' · ' + [claim.policy.file, claim.policy.line].filter(Boolean).join(':') : ''))],
      ['c_detail', plain(claim.detail)],
      ['c_files', claim.evidence?.length && h('span', null, claim.evidence.map((hash, at) => h('a', {href: path() + '/attachments/' + hash, download: ''}, ' ' + t('file') + ' ' + (at + 1))))]]),
    waits && mayAct() && h('div.do', null, button('approve', '.main'), button('evidence', ''), button('reject', '.danger')));
}
export function signs(one) {
  if (!one.signs.length) return [];
  return [h('p.small', null, '⚠ ' + t('signs', {score: one.score})), h('ul.small', null, one.signs.map(sign => h('li', null, '· ' + t('sign_' + sign.sign, {n: sign.count, of: sign.of ?? ''}))))];
}

// Money takes two steps, and the second one says once more how much, for what and to whom.
function decide(what, claim, order) {
  const sum = money(claim.amount, claim.currency);
  const words = what === 'approve' ? null : h('textarea', {required: true, maxlength: 1000, 'aria-label': t(what + '_words'), placeholder: t(what + '_words'), lang: open.row.language});
  const yes = h('button.btn.' + (what === 'reject' ? 'danger' : 'main'), {type: 'submit'}, t(what + '_yes', {sum}));
  const payee = plain(order.payment_method) || t('payee_unknown');
  ask(t(what + '_title'), [
    h('dl', null, [['c_sum', sum], ['c_order', claim.order], ['c_payee', payee + (order.customer?.name ? ' · ' + plain(order.customer.name) : '')], ['c_number', claim.id]].map(([name, value]) => [h('dt', null, t(name)), h('dd', null, value)])),
    words], yes, async () => {
    yes.disabled = true;
    const body = what === 'approve' ? {decision: 'approve'} : what === 'reject' ? {decision: 'reject', reason: words.value.trim()} : {decision: 'request_evidence', what: words.value.trim()};
    const done = await attempt(() => call('POST', path() + '/refunds/' + encodeURIComponent(claim.id), body));
    shut();
    if (done) toast(t('claim_is', {claim: claim.id, state: state('claim', done.state)}));
    await catchUp();
    open.facts = await attempt(() => call('GET', path() + '/facts')) || open.facts;
    drawFacts();
  });
}
