// What a change will make of a conversation, shown until the desk has answered. What is read meanwhile does not know of it yet, and is shown
// with it all the same; a refusal takes it back from everything that it was shown on.

import {me} from './desk.js';

function supposed(row, what, more) {
  const mine = {owner: 'agent', agent: me.id};
  const {labels = []} = row;
  switch (what) {
    case 'claim': case 'takeover': return mine;
    case 'reopen': return {...mine, status: 'active'};
    case 'assign': return {owner: 'agent', agent: more.agent};
    case 'return': return {owner: 'bot', agent: undefined};
    case 'resolve': return {status: 'resolved'};
    case 'snooze': return {status: 'snoozed', snoozed_for: more.waits_for || 'anything', snoozed_until: more.until};
    case 'priority': return {priority: more.priority};
    case 'labels': return {labels: [...labels.filter(one => !more.remove?.includes(one)), ...(more.add || []).filter(one => !labels.includes(one))]};
    case 'busy': return {busy: true};
    default: return {};
  }
}

const underWay = new Set();
// Begins to show a change of the conversation `id`; gives what ends it, and puts everything back where it is told to.
export function suppose(id, what, more) {
  const change = {id, what, more, taken: []};
  underWay.add(change);
  return back => {
    underWay.delete(change);
    if (back) for (const [row, was] of change.taken) Object.assign(row, was);
  };
}
// The row as it will be, once the changes that are under way are made.
export function asSupposed(row) {
  for (const change of underWay) {
    if (!row || change.id !== row.id || change.taken.some(([other]) => other === row)) continue;
    const to = supposed(row, change.what, change.more);
    change.taken.push([row, Object.fromEntries(Object.keys(to).map(name => [name, row[name]]))]);
    Object.assign(row, to);
  }
  return row;
}
