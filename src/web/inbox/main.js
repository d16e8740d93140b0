// The agents' page: who waits, the whole story of one conversation, and the facts to decide on. No build step, no third party. This part asks
// for the password and puts up the frame; the desk is asked again whenever its one event stream says so, and what is shown is what it
// answered last. What is typed stays in this browser until the desk has it.

import {nothingOpen} from './conversation.js';
import {Refused, agents, attempt, call, cameIn, explained, leads, list, mayAct, me} from './desk.js';
import {finder, sorter, takeSaved} from './find.js';
import {help} from './keys.js';
import {drawList, drawRows, drawViews, more, spread, takeFresh} from './list.js';
import {endpointsOff, presence, stream} from './live.js';
import {ask, during, shut} from './over.js';
import {$, h, keep, plain, root} from './page.js';
import {follow} from './place.js';
import {relearn} from './ready.js';
import {TAGS, learn, ownName, t, tag} from './words.js';
import {takeDrafts} from './write.js';

async function start() {
  dressUp();
  // The words are needed even to ask for a password.
  for (let tries = 0; ; tries++) {
    try { await learn(); break; } catch { await new Promise(done => setTimeout(done, Math.min(8000, 500 * 2 ** tries))); }
  }
  try { cameIn(await call('GET', '/v1/me')); } catch { return door(''); }
  enter();
}

function door(why) {
  cameIn(null);
  const alert = h('div', {role: 'alert', class: 'fine'}, why);
  const name = h('input', {name: 'agent', autocomplete: 'username', required: true, autocapitalize: 'none', spellcheck: 'false'});
  const password = h('input', {name: 'password', type: 'password', autocomplete: 'current-password', required: true});
  const code = h('input', {name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: 8});
  const second = h('label', {hidden: true}, t('code'), code);
  const button = h('button.btn.main', {type: 'submit'}, t('log_in'));
  const form = h('form', {submit: async event => {
    event.preventDefault();
    button.disabled = true;
    alert.textContent = alert.className = '';
    try {
      cameIn((await call('POST', '/v1/login', {agent: name.value.trim(), password: password.value, ...code.value && {code: code.value.trim()}})).agent);
      await enter();
    } catch (error) {
      if (error.code === 'code_needed' || error.code === 'wrong_code') {
        second.hidden = false;
        alert.textContent = t(error.code === 'wrong_code' ? 'wrong_code' : 'code_hint');
        code.value = '';
        return code.focus();
      }
      alert.textContent = error.code === 'wrong_password' ? t('wrong_password') : error instanceof Refused ? explained(error) : t('not_reached');
      password.value = '';
      password.focus();
    } finally { button.disabled = false; }
  }}, h('h1', null, t('title')), alert, h('label', null, t('agent_id'), name), h('label', null, t('password'), password), second, button, languages(() => door('')));
  document.title = t('title');
  document.body.replaceChildren(h('main.door', null, form));
  name.focus();
}

export function leave(why) {
  stream.close();
  door(why);
}

export async function logOut(everywhere) {
  await attempt(async () => {
    await call('POST', '/v1/logout', {everywhere});
    leave('');
  });
}

// Another password ends all log-ins, this one too.
export function changePassword() {
  const field = (name, words, how) => h('input', {name, type: 'password', required: true, autocomplete: how, 'aria-label': t(words)});
  const old = field('old', 'old_password', 'current-password'), fresh = field('new', 'new_password', 'new-password');
  const alert = h('div.hint', {role: 'alert'});
  const yes = h('button.btn.main', {type: 'submit'}, t('save'));
  ask(t('new_password'), [alert, h('input', {hidden: true, autocomplete: 'username', value: me.id}), h('label.field', null, t('old_password'), old), h('label.field', null, t('new_password'), fresh), h('p.small.mut', null, t('new_password_how'))], yes, () => during(yes, async () => {
    alert.textContent = '';
    try {
      await call('POST', '/v1/password', {old: old.value, new: fresh.value});
      shut();
      leave(t('password_changed'));
    } catch (error) {
      const wrong = {old, new: fresh}[error.path];
      alert.textContent = wrong ? t(wrong === old ? 'old_password_wrong' : 'new_password_how') : error instanceof Refused ? explained(error) : t('not_reached');
      wrong?.focus();
    }
  }));
  old.focus();
}

// A second factor is shown, and holds once a code of the phone has come back; turned off it is by such a code, too.
export async function secondFactor() {
  const is = await attempt(() => call('GET', '/v1/me')), on = is?.second_factor;
  const shown = is && !on && await attempt(() => call('POST', '/v1/second-factor'));
  if (!on && !shown) return;
  const code = h('input', {name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: 8, required: true});
  const alert = h('div.hint', {role: 'alert'});
  const yes = h('button.btn.main', {type: 'submit'}, t(on ? 'factor_off' : 'factor_on'));
  ask(t('factor'), [h('p', null, t(on ? 'factor_off_how' : 'factor_how')), !on && h('p', null, h('code', null, shown.secret)), !on && h('p.small', null, h('a', {href: shown.address}, shown.address)), alert, h('label.field', null, t('code'), code)], yes, () => during(yes, async () => {
    try {
      await call('POST', '/v1/second-factor/' + (on ? 'off' : 'confirm'), {code: code.value.trim()});
      shut();
      leave(t(on ? 'factor_is_off' : 'factor_is_on'));
    } catch (error) {
      alert.textContent = error.path === 'code' ? t('wrong_code') : error instanceof Refused ? explained(error) : t('not_reached');
      code.value = '';
      code.focus();
    }
  }));
  code.focus();
}

async function enter() {
  const [all] = await Promise.all([call('GET', '/v1/agents').catch(() => []), relearn(true), takeSaved()]);
  for (const one of all) agents.set(one.id, one);
  await takeDrafts(true);
  frame();
  stream.open();
  await follow();
}

// Chosen once and for all: on a phone they stand in the dialog of the keys only.
export const looks = where => [languages(() => { shut(); frame(); follow(true); }), themes()].map(one => { one.className = where || ''; return one; });
function languages(changed) {
  const choose = h('select', {'aria-label': t('language'), change: async event => {
    await learn(event.target.value);
    changed();
  }}, TAGS.map(one => h('option', {value: one, lang: one}, ownName(one))));
  choose.value = tag;
  return choose;
}
export function dressUp() {
  const theme = keep.get('theme');
  if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
  document.body.classList.toggle('kbd-off', !!keep.get('quiet'));
}
function themes() {
  const choose = h('select', {'aria-label': t('theme'), change: event => { keep.set('theme', event.target.value || null); dressUp(); }},
    [['', 'theme_auto'], ['light', 'theme_light'], ['dark', 'theme_dark']].map(([value, name]) => h('option', {value}, t(name))));
  choose.value = keep.get('theme') ?? '';
  return choose;
}

function frame() {
  document.body.replaceChildren(
    h('div.app', null,
      h('header.bar', null, h('a.skip', {href: '#', click: event => { event.preventDefault(); $('.thread')?.focus(); }}, t('skip')), h('h1', null, t('title')), h('span.grow'),
        h('span.mut.small', null, plain(me.name) + ' · ' + t('role_' + me.role)), presence(),
        looks('wide'),
        leads() && h('a.btn.plain.to-report', {href: '#report'}, t('report')),
        h('button.btn.plain', {type: 'button', click: help, 'aria-label': t('keys')}, '?'),
        h('button.btn.plain', {type: 'button', click: () => logOut(false)}, t('log_out'))),
      h('div.banner', {role: 'status', hidden: true}),
      // In its place on a phone it covers nobody's name; where there is room it lies over the page.
      h('div.toasts', {role: 'status'}),
      h('main.panes', null, h('nav.left', {'aria-label': t('conversations')}, h('div.off', {role: 'status', hidden: true}), h('div.views'), finder(), h('div.sorts.row', null, sorter()), h('div.only'), h('button.fresh', {type: 'button', hidden: true, click: takeFresh}), h('div.bulk', {hidden: true, role: 'toolbar', 'aria-label': t('bulk')}), h('ul.list')),
      h('section.mid', {'aria-label': t('conversation')}), h('section.right', {'aria-label': t('facts'), tabindex: -1}))));
  dressUp();
  $('.list').addEventListener('scroll', event => {
    const box = event.currentTarget;
    drawRows();
    if (list.next && box.scrollTop + box.clientHeight > box.scrollHeight - 600) more();
  }, {passive: true});
  new ResizeObserver(drawRows).observe($('.list'));
  spread();
  drawViews();
  drawList();
  nothingOpen();
  endpointsOff(true);
}

start();
