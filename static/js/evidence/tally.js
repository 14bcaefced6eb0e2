/* Counting what lies on a desk, as citycard/evidence/tally.py does, step for step; the numbers are its. A test asks both
   the same questions. Nothing here knows a page, a language or a network.

   rules: the member `set` of /what-to-bring/rules.json · ticked: [{document, expired, old}] · age: null for a grown person */

const RENDERINGS = ["protected", "none", "care_of", "full"];
const REASONS = ["age", "old", "expired", "alone", "enough"];
const MILDNESS = ["always", "if_shown", "never"];

/** Whether one of `targets`, ids or kinds, means this document. */
export const isOneOf = (document, targets) => targets.includes(document.id) || targets.includes(`kind:${document.kind}`);

const indexes = new WeakMap();

/* The documents by id, and their places; made once for each rule set, since a search counts thousands of times. */
function indexOf(rules) {
  if (!indexes.has(rules)) {
    const byId = new Map(rules.documents.map((document) => [document.id, document]));
    const place = new Map(rules.documents.map((document, index) => [document.id, index]));
    indexes.set(rules, { byId, place });
  }
  return indexes.get(rules);
}

/** Count the papers of a person whose card shows a date of birth, or does not. */
export function tally(rules, ticked, { age = null, birthDateShown = false } = {}) {
  const { byId, place } = indexOf(rules);
  const papers = new Map();
  const refused = [];
  for (const paper of ticked) {
    // (1)
    const points = worth(byId.get(paper.document), paper, age);
    if (typeof points === "string") refused.push([paper.document, points]);
    else papers.set(paper.document, [...(papers.get(paper.document) ?? []), points]);
  }
  // (2)
  const there = rules.documents.filter((document) => papers.has(document.id));
  let [identity, residence] = [0, 0];
  const counted = [];
  const addresses = new Set();
  for (const document of there) {
    const best = papers.get(document.id).sort((one, other) => other[0] - one[0] || other[1] - one[1]);
    // (3)
    const beside = there.some((other) => other !== document && isOneOf(other, document.needs_one_of));
    if (document.needs_one_of.length && !beside) {
      refused.push(...best.map(() => [document.id, "alone"]));
      continue;
    }
    refused.push(...best.slice(document.at_most).map(() => [document.id, "enough"]));
    counted.push(document);
    for (const [points, more] of best.slice(0, document.at_most)) {
      identity += points;
      residence += more;
    }
    if (best[0][1]) addresses.add(document.address);
  }
  const photo = counted.some((document) => document.photo);
  const birthDate = counted.some((document) => document.birth_date);
  // (4)
  const applying = rules.exceptions.filter(
    (one) =>
      age !== null &&
      age <= one.up_to_age &&
      one.needs_all_of.every((target) => counted.some((document) => isOneOf(document, [target]))),
  );
  const needed = least([rules.needed, ...applying.map((one) => one.needed)]);
  const wantsBirthDate = needed.birth_date === "always" || (needed.birth_date === "if_shown" && birthDateShown);
  // (5)
  const total = identity + residence;
  const gap = identity < needed.identity || residence < needed.residence;
  const missing = Object.entries({
    identity: identity < needed.identity,
    residence: residence < needed.residence,
    total: !gap && total < needed.total,
    photo: needed.photo && !photo,
    birth_date: wantsBirthDate && !birthDate,
  })
    .filter(([, short]) => short)
    .map(([what]) => what);
  refused.sort((one, other) => place.get(one[0]) - place.get(other[0]) || REASONS.indexOf(one[1]) - REASONS.indexOf(other[1]));
  return {
    identity,
    residence,
    total,
    photo,
    birth_date: birthDate,
    addresses: RENDERINGS.filter((one) => addresses.has(one)),
    needed,
    missing,
    exceptions: applying.map((one) => one.id),
    not_counted: refused,
    complete: missing.length === 0,
  };
}

/** What a paper is worth by itself, for identity and for residence, or why it is worth nothing. */
export function worth(document, paper, age) {
  if (document.up_to_age !== null && (age === null || age > document.up_to_age)) return "age";
  if (paper.old && document.max_age_days !== null) return "old";
  if (paper.expired && document.expiry_grace_days !== null) {
    if (!document.expiry_grace_days) return "expired";
    return [document.identity_when_expired, document.residence_when_expired];
  }
  return [document.identity, document.residence];
}

function least(demands) {
  const lowest = (name) => Math.min(...demands.map((one) => one[name]));
  return {
    identity: lowest("identity"),
    residence: lowest("residence"),
    total: lowest("total"),
    photo: demands.every((one) => one.photo),
    birth_date: MILDNESS[Math.max(...demands.map((one) => MILDNESS.indexOf(one.birth_date)))],
  };
}
