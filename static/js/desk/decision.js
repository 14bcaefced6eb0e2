/* Whether a card opens a service: decided from what the service needs, and from nothing else (services/decision.py).

   The card was found good before. The first of these that says no decides:

   1. The service is there: it has begun and is not over; an event is on one of its days.
   2. A card of another city opens what is for visitors; where that is by agreement, what was agreed.
   3. The age fits. Of a year alone two ages are possible, and one that fits is enough.

   Then it is open. What people of some ages get is looked up in the order of the register, which begins with what is
   best for the holder: the first group that one of the possible ages is in.

   4. Where an age is needed and the card says none, the answer is still yes, with a question for the desk to ask.

   The answer holds what the service is told and no more: no date of birth, and whether the card is of this city only
   where the service needs it. Services are those of `Held`; days are "YYYY-MM-DD", which compare as texts. */

import { possibleAges } from "./ages.js";

/** The one category whose services have days of their own. */
const EVENT = "event";

/** Why, in the words of citycard/services/decision.py. */
export const Reason = Object.freeze({
  OPENS: "opens",
  ASK_AGE: "ask-age",
  NOT_YET: "not-yet",
  OVER: "over",
  NOT_TODAY: "not-today",
  RESIDENTS_ONLY: "residents-only",
  NO_AGREEMENT: "no-agreement",
  TOO_YOUNG: "too-young",
  TOO_OLD: "too-old",
});

/**
 * Return `{ opens, reason, resident, band }` for a card (`ofThisCity`, and `born` as far as it says) on the city's day
 * `today`. `agreed`: whether the card's city and ours agreed on this service; it counts only for a visitor. `resident`
 * is null where the service does not need it, `band` where there is none for this age.
 */
export function decide(service, { ofThisCity, born = "" }, today, { agreed = false } = {}) {
  // (1)
  const reason = when(service, today);
  if (reason) return answer(false, reason);
  // (2)
  const resident = service.needs.includes("resident") ? ofThisCity : null;
  if (!ofThisCity) {
    if (service.visitors === "no") return answer(false, Reason.RESIDENTS_ONLY, resident);
    if (service.visitors === "by-agreement" && !agreed) return answer(false, Reason.NO_AGREEMENT, resident);
  }
  if (service.ages === null && !service.bands.length) return answer(true, Reason.OPENS, resident);
  const ages = possibleAges(born, today);
  // (4)
  if (!ages.length) return answer(true, Reason.ASK_AGE, resident);
  // (3)
  if (service.ages !== null && !fits(ages, service.ages)) {
    const tooYoung = service.ages.from !== null && Math.max(...ages) < service.ages.from;
    return answer(false, tooYoung ? Reason.TOO_YOUNG : Reason.TOO_OLD, resident);
  }
  return answer(true, Reason.OPENS, resident, service.bands.find((band) => fits(ages, band.ages)) ?? null);
}

/** Whether nobody gets anything of the service any more. */
export function isOver(service, today) {
  if (service.category === EVENT) return !service.dates.some((date) => date.until >= today);
  return service.until !== null && service.until < today;
}

/** Return the day, after `today`, on which a service is there next; null where it is there today, or never again. */
export function nextDay(service, today) {
  if (![Reason.NOT_YET, Reason.NOT_TODAY].includes(when(service, today))) return null;
  const begins = service.from !== null && service.from > today ? service.from : today;
  if (service.category !== EVENT) return begins;
  const next = service.dates.find(({ until }) => until >= begins);
  if (!next) return null;
  return next.from > begins ? next.from : begins;
}

function answer(opens, reason, resident = null, band = null) {
  return Object.freeze({ opens, reason, resident, band });
}

function fits(possible, { from, to }) {
  return possible.some((age) => (from ?? 0) <= age && (to === null || age <= to));
}

function when(service, today) {
  if (isOver(service, today)) return Reason.OVER;
  if (service.from !== null && today < service.from) return Reason.NOT_YET;
  if (service.category === EVENT && !service.dates.some((date) => date.from <= today && today <= date.until)) {
    return today < service.dates[0].from ? Reason.NOT_YET : Reason.NOT_TODAY;
  }
  return null;
}
