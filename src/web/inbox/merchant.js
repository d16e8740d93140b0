// What only the merchant can do: a detail of an order put right, a fresh link to pay by, or whatever the agent asks for in words.

import {catchUp} from './conversation.js';
import {attempt, call, isDone, isMine, mayAct, open, path} from './desk.js';
import {ask, during, shut, toast} from './over.js';
import {h, plain} from './page.js';
import {money, t} from './words.js';

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
