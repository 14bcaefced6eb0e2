/* What would complete a desk, as citycard/evidence/filling.py finds it, step for step; the numbers are its. */

import { isOneOf, tally, worth } from "./tally.js";

const LONGEST = 4; // as there
const MOST_TRIES = 6000; // as there

/** Return the lists of papers that complete the desk: [[count, [ids]], …] each, the shortest first. */
export function ways(rules, ticked, person = {}) {
  const { age = null } = person;
  const complete = (more) => tally(rules, [...ticked, ...more], person).complete;
  if (complete([])) return [];
  // (1)
  const classes = classesOf(rules, ticked, age);
  const papers = classes.map((members) =>
    members.flatMap(({ bundle, room }) => Array.from({ length: room }, () => bundle.map(({ id }) => ({ document: id })))),
  );
  // (2)
  const found = [];
  let tries = 0;
  for (let length = 1; length <= LONGEST; length += 1) {
    for (const chosen of combinations(classes.length, length)) {
      const counts = countsOf(chosen);
      if ([...counts].some(([place, count]) => count > papers[place].length)) continue;
      if (found.some((known) => [...known].every(([place, count]) => (counts.get(place) ?? 0) >= count))) continue;
      tries += 1;
      if (tries > MOST_TRIES) break;
      if (complete([...counts].flatMap(([place, count]) => papers[place].slice(0, count).flat()))) found.push(counts);
    }
  }
  // (3)
  const lists = found.map((counts) => [...counts].flatMap(([place, count]) => Array.from({ length: count }, () => [place])));
  const order = new Map(rules.documents.map((document, index) => [document.id, index]));
  const names = (slot) =>
    slot.flatMap((place) => classes[place].map(({ bundle }) => bundle[0].id)).sort((a, b) => order.get(a) - order.get(b));
  return joined(lists).map((way) => {
    const slots = [];
    for (const slot of way) {
      const same = slots.find((one) => compare(one.slot, slot) === 0);
      if (same) same.count += 1;
      else slots.push({ slot, count: 1 });
    }
    return slots.map(({ slot, count }) => [count, names(slot)]);
  });
}

function classesOf(rules, ticked, age) {
  const byId = new Map(rules.documents.map((document) => [document.id, document]));
  const fresh = new Map();
  const usable = new Set();
  const expired = new Set();
  for (const paper of ticked) {
    const document = byId.get(paper.document);
    if (paper.expired) expired.add(document.id);
    if (typeof worth(document, paper, age) !== "string") usable.add(document.id);
    if (paper.old && document.max_age_days !== null) continue;
    if (paper.expired && document.expiry_grace_days !== null) continue;
    fresh.set(document.id, (fresh.get(document.id) ?? 0) + 1);
  }
  const room = new Map();
  for (const document of rules.documents) {
    if (document.up_to_age !== null && (age === null || age > document.up_to_age)) continue;
    room.set(document.id, Math.max(0, document.at_most - (fresh.get(document.id) ?? 0)));
  }
  const there = rules.documents.filter((document) => usable.has(document.id));
  const demands = rules.exceptions.flatMap((one) => one.needs_all_of.map((target) => [target]));
  const asks = [...rules.documents.filter((one) => one.needs_one_of.length).map((one) => one.needs_one_of), ...demands];
  const askedNow = [...there.map((one) => one.needs_one_of), ...demands];
  const classes = new Map();
  for (const document of rules.documents) {
    if (!room.get(document.id)) continue;
    if (isCompanion(document) && !askedNow.some((targets) => isOneOf(document, targets))) continue;
    const [bundle, needs] = bundleOf(document, rules, room, there);
    const meant = asks.flatMap((targets, place) => (bundle.some((one) => isOneOf(one, targets)) ? [place] : []));
    const does = [document.identity, document.residence, document.photo, document.birth_date];
    const alone = expired.has(document.id) ? document.id : "";
    const key = JSON.stringify([does, needs, meant, alone]);
    if (!classes.has(key)) classes.set(key, []);
    classes.get(key).push({ bundle, room: room.get(document.id) });
  }
  return [...classes.values()];
}

const isCompanion = (document) => !document.identity && !document.residence;

/* A document with what it brings along, and what it then still needs. */
function bundleOf(document, rules, room, there) {
  const needs = document.needs_one_of;
  const others = (documents) => documents.filter((one) => one !== document && isOneOf(one, needs));
  if (!needs.length || others(there).length) return [[document], []];
  const companion = others(rules.documents).find((one) => isCompanion(one) && room.get(one.id));
  return companion ? [[document, companion], []] : [[document], needs];
}

/* Each choice of `length` places out of `count`, repeated ones too, in the order of a dictionary. */
function* combinations(count, length, from = 0) {
  if (length === 0) {
    yield [];
    return;
  }
  for (let place = from; place < count; place += 1) {
    for (const rest of combinations(count, length - 1, place)) yield [place, ...rest];
  }
}

function countsOf(chosen) {
  const counts = new Map();
  for (const place of chosen) counts.set(place, (counts.get(place) ?? 0) + 1);
  return counts;
}

function joined(lists) {
  const all = [...lists];
  for (let again = true; again; ) {
    again = false;
    for (let here = 0; here < all.length; here += 1) {
      for (let there = here + 1; there < all.length; ) {
        const both = inOne(all[here], all[there]);
        if (!both) {
          there += 1;
          continue;
        }
        all[here] = both;
        all.splice(there, 1);
        there = here + 1;
        again = true;
      }
    }
  }
  return all;
}

function inOne(one, other) {
  const onlyThere = [...other];
  const common = [];
  const onlyHere = [];
  for (const slot of one) {
    const same = onlyThere.findIndex((its) => compare(its, slot) === 0);
    if (same < 0) {
      onlyHere.push(slot);
    } else {
      onlyThere.splice(same, 1);
      common.push(slot);
    }
  }
  if (onlyHere.length !== 1 || onlyThere.length !== 1) return null;
  const either = [...new Set([...onlyHere[0], ...onlyThere[0]])].sort((a, b) => a - b);
  return [...common, either].sort(compare);
}

/* Lists of numbers, in the order of a dictionary. */
function compare(one, other) {
  for (let place = 0; place < Math.min(one.length, other.length); place += 1) {
    if (one[place] !== other[place]) return one[place] - other[place];
  }
  return one.length - other.length;
}
