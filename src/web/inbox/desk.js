// The desk: how it is asked and what its refusals are in words; who is logged in, and what it answered last about list and conversation.

import {drawPresence, idleFor, reached} from './live.js';
import {leave} from './main.js';
import {toast} from './over.js';
import {plain} from './page.js';
import {said, t} from './words.js';

export class Refused extends Error {
  constructor(status, problem, wait) { super(problem.detail || String(status)); Object.assign(this, problem, {status, wait}); }
}
// What takes its time is waited for longer: files, and what is read or changed a lot at once.
const LONG = /bulk|report|person|merge/;
// Answers with JSON, or throws: `Refused` when the desk says no, anything else when it is not there.
export async function call(method, path, body) {
  const isForm = body instanceof FormData;
  const given = {method, headers: {accept: 'application/json', 'x-idle-seconds': idleFor()}, credentials: 'same-origin', signal: AbortSignal.timeout(isForm || LONG.test(path) ? 90_000 : 10_000)};
  if (method !== 'GET') {
    if (!isForm) given.headers['content-type'] = 'application/json';
    given.body = isForm ? body : JSON.stringify(body || {});
  }
  let answer, told;
  try {
    answer = await fetch(path, given);
    told = await answer.json().catch(error => { if (error instanceof SyntaxError) return {}; throw error; });
    // What stands before the desk speaks for it while it is away: that is no word of the desk's.
    if (!told?.code && !told?.detail && /^50[234]$/.test(answer.status)) throw new Error(answer.status);
  } catch (error) { reached(false); throw error; }
  reached(true);
  if (answer.ok) return told;
  if (answer.status === 401 && me && path !== '/v1/login') leave(t('session_over'));
  throw new Refused(answer.status, told, answer.headers.get('retry-after'));
}
// Does something and says so when it cannot be done.
export async function attempt(work) {
  try { return await work(); } catch (error) {
    if (error instanceof Refused) toast(explained(error));
    else toast(t('not_reached'));
  }
}
export function explained(error) {
  if (error.status === 409 && error.owner) return t('faster', {name: ownerName(error.owner)});
  const why = 'no_' + error.code;
  if (said.words[why]) return t(why);
  if (error.code === 'role_too_low') return t('not_allowed');
  if (error.status === 429) return error.wait > 120 ? t('slow_down_long', {n: Math.ceil(error.wait / 60)}) : t('slow_down', {n: error.wait || 1});
  return t('refused', {why: error.message});
}

export let me = null;
export function cameIn(agent) {
  me = agent;
  if (agent) return;
  // Whoever comes in next on this page sees nothing of what was seen before.
  agents.clear();
  list.picked.clear();
  Object.assign(list, {rows: [], fresh: [], next: null, counts: {}, currencies: [], known: {}, at: null, loaded: false});
  Object.assign(open, {id: null, row: null, events: [], facts: null});
}
export const agents = new Map();
export const VIEWS = ['waiting', 'mine', 'open', 'pending', 'done', 'bot'];
// What a list may be narrowed by: as in the address of the page and of the desk.
export const FACETS = ['q', 'language', 'reason', 'intent', 'order', 'agent', 'label', 'site', 'merchant', 'currency', 'at_least', 'at_most', 'overdue', 'sort'];
export const list = {view: 'waiting', only: {}, rows: [], fresh: [], next: null, counts: {}, currencies: [], known: {}, at: null, loaded: false, picked: new Set(), from: null};
// `kind` is what is written there in this tab: a reply or a note.
export const open = {id: null, row: null, events: [], facts: null, kind: null, typed: null, warned: 0};
export const agentName = id => agents.get(id)?.name ?? id;
export const ownerName = owner => owner === 'bot' ? t('bot') : owner === 'queue' || owner === 'platform' ? t(owner) : agentName(owner);
export const named = row => plain(row.name || row.customer?.name) || t('visitor', {id: row.id.slice(-4)});
export const isMine = row => row.owner === 'agent' && row.agent === me.id;
export const isDone = row => row.status === 'resolved' || row.status === 'closed';
export const mayAct = () => me.role !== 'viewer';
export const leads = () => me.role === 'lead' || me.role === 'admin';

// To whom something can be given, and whether they are there.
export const colleagues = () => [...agents.values()].filter(one => one.role !== 'viewer').map(one => [one.id, plain(one.name) + (one.availability ? ' · ' + t('is_' + one.availability) : '')]);
// Who is there changes, whoever looks too, in another browser; asked once in ten seconds at most, and once more when they are over.
let met = 0, meets = 0;
export async function meet() {
  const early = met + 10_000 - Date.now();
  if (early > 0) { meets ||= setTimeout(() => { meets = 0; if (me) meet(); }, early); return; }
  met = Date.now();
  try { for (const one of await call('GET', '/v1/agents')) agents.set(one.id, one); } catch { /* the names of before are good enough */ }
  if (me) drawPresence();
}

export const path = () => '/v1/conversations/' + encodeURIComponent(open.id);
export const lastSeq = () => open.events.at(-1)?.seq ?? 0;
export const isTheirs = one => one.from === 'customer' && (one.kind === 'message' || one.kind === 'attached');
export const lastHeard = () => open.events.findLast(isTheirs)?.seq ?? 0;
