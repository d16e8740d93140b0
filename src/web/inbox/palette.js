// The palette: everything that can be done here, found by what it is called or by the first letters in pinyin, each with its key.

import {leads, list, mayAct, me, open} from './desk.js';
import {keysHere} from './keys.js';
import {comeOrGo} from './live.js';
import {logOut, secondFactor} from './main.js';
import {ask, shut} from './over.js';
import {h} from './page.js';
import {go} from './place.js';
import {initials} from './ready.js';
import {savedOnes} from './saved.js';
import {t} from './words.js';

const SHOWN = 12;
function actions() {
  const keyed = keysHere().filter(one => one.does && !one.own).map(one => ({words: one.more ? t(one.name, {view: t(one.more)}) : t(one.name), key: one.keys, does: one.does}));
  const states = mayAct() ? ['online', 'paused', 'offline'].map(one => ({words: t('availability') + ': ' + t('is_' + one), does: () => comeOrGo(one)})) : [];
  return [...keyed, ...savedOnes().map(one => ({words: t('saved') + ': ' + one.name, does: one.does})), ...states,
    ...leads() ? ['report', 'reviews', ...me.merchant ? [] : ['audit']].map(name => ({words: t(name), does: () => { location.hash = '#' + name; }})) : [], {words: t('factor'), does: secondFactor}, {words: t('log_out'), does: () => logOut(false)}];
}
export function palette() {
  const all = actions();
  let found = [];
  const field = h('input', {type: 'search', role: 'combobox', 'aria-label': t('palette'), 'aria-expanded': 'true', 'aria-controls': 'palette', placeholder: t('palette_hint'), maxlength: 200, autocomplete: 'off', spellcheck: 'false',
    input: event => { if (!event.isComposing) look(); }, compositionend: look, keydown: move});
  const box = h('ul.found', {id: 'palette', role: 'listbox', 'aria-label': t('palette')});
  // What was typed is looked for in all conversations where nothing here is called so, and after that where something is.
  function look() {
    const asked = field.value.trim(), wanted = asked.toLowerCase();
    const fits = one => !wanted || one.words.toLowerCase().includes(wanted) || initials(one.words).includes(wanted) || one.key === asked;
    found = all.filter(fits).slice(0, SHOWN);
    if (asked) found.push({words: t('palette_search', {q: asked}), key: '/', does: () => go(list.view, open.id, {...list.only, q: asked})});
    box.replaceChildren(...found.map((one, at) => h('li', {id: 'palette-' + at, role: 'option', 'aria-selected': String(at === 0), click: () => does(one)}, h('span.grow', null, one.words), one.key && h('kbd', null, one.key))));
    field.setAttribute('aria-activedescendant', 'palette-0');
  }
  function move(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    const at = [...box.children].findIndex(one => one.ariaSelected === 'true');
    if (event.key === 'Enter') { event.preventDefault(); return does(found[at]); }
    if (!step) return;
    event.preventDefault();
    const next = (at + step + found.length) % found.length;
    box.children[at].ariaSelected = 'false';
    box.children[next].ariaSelected = 'true';
    box.children[next].scrollIntoView({block: 'nearest'});
    field.setAttribute('aria-activedescendant', 'palette-' + next);
  }
  function does(one) {
    shut();
    one.does();
  }
  ask(t('palette'), [field, box], null, null);
  look();
  field.focus();
}
