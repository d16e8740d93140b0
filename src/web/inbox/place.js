// Where we are stands in the address, so that it can be gone back to and sent to a colleague.

import {nothingOpen, show} from './conversation.js';
import {FACETS, VIEWS, leads, list, me, open} from './desk.js';
import {drawOnly} from './find.js';
import {drawViews, mark, refresh} from './list.js';
import {toast} from './over.js';
import {$} from './page.js';
import {person} from './person.js';
import {audit, report, reviews} from './report.js';
import {goTo} from './thread.js';
import {t} from './words.js';

export function place() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const view = parts.get('v');
  const only = Object.fromEntries(FACETS.filter(name => parts.get(name)).map(name => [name, parts.get(name)]));
  // An amount without its currency, as addresses once had it, says nothing.
  if (!only.currency) delete only.at_least, delete only.at_most;
  return {view: VIEWS.includes(view) ? view : 'waiting', id: parts.get('c'), message: parts.get('m'), only, person: parts.get('person'), audit: parts.get('audit')};
}
// The list of the bot is by when it began: nothing is owed there, and no list is kept by amount.
// What is owed first is first where we answer, unless somebody wants it otherwise; what is looked for has an order of its own.
export const OURS = ['mine', 'open'];
const within = (view, only) => view === 'bot' && only.sort !== 'oldest' ? {...only, sort: ''} : OURS.includes(view) && !only.sort && !only.q ? {...only, sort: 'urgent'} : only;
export const asked = () => narrowed(within(list.view, list.only));
export const narrowed = only => FACETS.filter(name => only[name]).map(name => '&' + name + '=' + encodeURIComponent(only[name])).join('');
export const address = (view, id, only = list.only) => '#v=' + view + (id ? '&c=' + encodeURIComponent(id) : '') + narrowed(only);
// Pages of their own, by what stands in the address: who may read them, and what draws them.
const PAGES = [['report', () => leads(), () => report()], ['reviews', () => leads(), () => reviews()], ['audit', () => leads() && !me.merchant, () => audit()], ['person', () => me.role === 'admin', () => person()]];
export const go = (view, id, only) => { location.hash = address(view, id, only); };
export async function follow(again) {
  if (!me) return;
  const parts = new URLSearchParams(location.hash.slice(1)), page = PAGES.find(([name]) => parts.has(name)), may = page?.[1]();
  $('.app').classList.toggle('reporting', !!may);
  if (may) return page[2]();
  if (page) toast(t('not_allowed'));
  if ($('.report')) { open.id = null; nothingOpen(); }
  const to = place();
  if (again || to.view !== list.view || narrowed(to.only) !== narrowed(list.only) || !list.loaded) {
    Object.assign(list, {view: to.view, only: to.only, rows: [], fresh: [], next: null, loaded: false, from: null});
    list.picked.clear();
    drawOnly();
    await refresh(true);
  }
  // While the list was read, somebody may have gone on.
  const {id} = place();
  if (id !== open.id || again) await show(id);
  else goTo(place().message);
  drawViews();
  mark();
}
addEventListener('hashchange', () => follow());
