/* What a card is worth at a desk that is set to a service, or to none: what citycard/operations/check.py answers, and
   of a good card what citycard/web/desk/seen.py shows. Nothing is fetched, stored or logged, and nothing is remembered
   from one card to the next.

   1. The card is checked against what the bundle holds (verify.js). Cards of a suspended city are known and not
      accepted.
   2. For a service: whether the card opens it (decision.js) on the city's day; where an agreement wants a younger list,
      an older one decides nothing (list-older-than-agreed). Our own decision on a city comes before whatever is agreed.
   3. Where it is the city of the card that keeps the service closed, the answer names what cards of that city do open
      here. A desk for no service names it for good cards. Both are the same for everybody with such a card.
   4. A bundle that has expired since it was read, or that this clock calls future, decides nothing about a card that
      would be good: STALE_STATUS (bundle-expired, clock). A service that is not in the bundle opens nothing
      (service-gone).
   5. `shows` is there for OK and OK_STALE alone, and holds what the service needs: the face, the name, yes or no for
      living here, the group of ages. For a desk without a service: face, name, city, last day. Never a date of birth.
   6. A browser that lacks the algorithm of a card's key says so: no verdict, since that is nothing about the card, and
      the reason reader-unable. No way leads from there to another answer. */

import { dayOf, demandNow } from "../reader/days.js";
import { CardRefused, ReaderUnable } from "../reader/errors.js";
import { Verdict } from "../reader/verdicts.js";
import { verify } from "../reader/verify.js";
import { AHEAD, Held } from "./bundle.js";
import { dayIn } from "./days.js";
import { Reason, decide, isOver } from "./decision.js";
import { canBeShown } from "./portrait.js";

const PARTNER_SUSPENDED = "partner-suspended";
const OLDER_THAN_AGREED = "list-older-than-agreed";
const SERVICE_GONE = "service-gone";
const OTHER_CODE = "other-code";
const CARD_NUMBER = "card-number";

/* Reasons that would be the same for every card of the city. */
const OF_THE_CITY = [Reason.RESIDENTS_ONLY, Reason.NO_AGREEMENT];

const HANDS = [null, Verdict.OK_STALE, Verdict.UNSUPPORTED, Verdict.STALE_STATUS, Verdict.NOT_ACCEPTED];

/* Codes that are well known to be something else: a web address that a scanner typed is no fault of its keyboard. */
const OTHER_KINDS = /^\s*(https?:\/\/|www\.|wifi:|tel:|mailto:|smsto:|geo:|begin:|matmsg:)/i;

/* The number that is printed on a card, as people type it: whoever reads it there can, and nothing signs it. */
const A_NUMBER = /^\s*(?:[0-9A-TV-Z][ -]?){15}[0-9A-TV-Z]\s*$/i;

const NOON = 12 * 3600;

/**
 * Return the answer to the code `text`: `verdict` (null where this browser is unable), `reason` ("" for a good card),
 * `kind` (go, hand, stop), `shows` (null unless good), `opens` (ids of services), `ownOrVisitor` and `listAge`
 * (seconds; null where nobody needs to know). `service` is an id of the bundle's register, or null.
 */
export async function answer(text, { held, service = null, now }) {
  demandNow(now);
  if (!(held instanceof Held)) throw new TypeError("held comes from readBundle");
  const desk = new Desk(held, service, now);
  try {
    return await desk.answer(text);
  } catch (error) {
    // (6)
    if (error instanceof ReaderUnable) return said(null, error.code);
    throw error;
  }
}

function said(verdict, reason, more = {}) {
  const kind = verdict === Verdict.OK ? "go" : HANDS.includes(verdict) ? "hand" : "stop";
  return Object.freeze({ verdict, reason, kind, shows: null, opens: [], ownOrVisitor: null, listAge: null, ...more });
}

class Desk {
  #held;
  #now;
  #asked;
  #gone;
  #today;

  constructor(held, service, now) {
    this.#held = held;
    this.#now = now;
    this.#asked = held.services.find(({ id }) => id === service) ?? null;
    this.#gone = service !== null && this.#asked === null;
    this.#today = dayIn(held.timezone, now);
  }

  async answer(text) {
    let opens = [];
    const refuses = (card) => {
      const reason = this.#refuses(card);
      // (3)
      if (OF_THE_CITY.includes(reason)) opens = this.#openedTo(card.issuer);
      return reason;
    };
    try {
      // (1)
      const card = await this.#verify(text, { redFor: this.#redFor(), refuses });
      return this.#outOfDate() ?? this.#good(card);
    } catch (error) {
      if (!(error instanceof CardRefused)) throw error;
      const { verdict, reason } = error;
      if (verdict === Verdict.MALFORMED && OTHER_KINDS.test(text)) return said(verdict, OTHER_CODE);
      if (verdict === Verdict.MALFORMED && A_NUMBER.test(text)) return said(verdict, CARD_NUMBER);
      if (verdict === Verdict.STALE_STATUS && (await this.#wouldDo(text))) return said(verdict, OLDER_THAN_AGREED);
      // Good but for the service: neither is known of a bundle that is out of date.
      return (verdict === Verdict.NOT_ACCEPTED && this.#outOfDate()) || said(verdict, reason, { opens });
    }
  }

  #verify(text, desk) {
    const { trust, lists } = this.#held;
    return verify(text, { trust, lists, now: this.#now, desk });
  }

  /* Whether a card that is stale here is good where no agreement wants a younger list (2). */
  async #wouldDo(text) {
    try {
      await this.#verify(text, { refuses: ({ issuer }) => this.#suspended(issuer) });
      return true;
    } catch (error) {
      if (error instanceof CardRefused) return false;
      throw error;
    }
  }

  // (4)
  #outOfDate() {
    const { issuedAt, expiresAt } = this.#held;
    if (this.#now >= expiresAt) return said(Verdict.STALE_STATUS, "bundle-expired");
    if (issuedAt > this.#now + AHEAD) return said(Verdict.STALE_STATUS, "clock");
    return null;
  }

  #suspended(issuer) {
    return this.#held.suspended.has(issuer) ? PARTNER_SUSPENDED : null;
  }

  // (2)
  #refuses({ issuer, identity }) {
    const suspended = this.#suspended(issuer);
    if (suspended) return suspended;
    if (this.#gone) return SERVICE_GONE;
    if (!this.#asked) return null;
    const { opens, reason } = this.#decision(issuer, identity);
    return opens ? null : reason;
  }

  #decision(issuer, { date_of_birth: born }) {
    const agreed = this.#terms(issuer, this.#asked) !== null;
    return decide(this.#asked, { ofThisCity: issuer === this.#held.issuer, born }, this.#today, { agreed });
  }

  /* What is agreed with this city on a service, if it is in force. */
  #terms(issuer, service) {
    const terms = this.#held.agreements.get(issuer)?.get(service.id);
    if (!terms || this.#today < terms.from || (terms.until !== null && terms.until < this.#today)) return null;
    return terms;
  }

  #redFor() {
    if (!this.#asked) return {};
    const hours = [...this.#held.agreements.keys()].map((url) => [url, this.#terms(url, this.#asked)?.list_hours]);
    return Object.fromEntries(hours.filter(([, most]) => most).map(([url, most]) => [url, most * 3600]));
  }

  /* The services that cards of another city open here (3). */
  #openedTo(issuer) {
    const open = (service) =>
      service.visitors === "yes" || (service.visitors === "by-agreement" && this.#terms(issuer, service) !== null);
    return this.#there().filter(open).map(({ id }) => id);
  }

  #there() {
    return this.#held.services.filter((service) => !isOver(service, this.#today));
  }

  #good(card) {
    return this.#asked ? this.#goodFor(card) : this.#goodAnywhere(card);
  }

  // (5)
  #goodAnywhere(card) {
    const { issuer, identity } = card;
    const own = issuer.url === this.#held.issuer;
    return said(card.verdict, "", {
      shows: frozen({
        name: identity.full_name,
        ownName: identity.own_script_name,
        ownLanguage: identity.own_script_language,
        portrait: pictureOf(identity),
        city: issuer.names,
        // The end of the printed day, seen from the city; half a day earlier it was still that day.
        lastDay: dayOf(Date.parse(card.expires_at) / 1000 - NOON),
        notChecked: notChecked(card),
        full: card.full,
      }),
      opens: own ? this.#there().map(({ id }) => id) : this.#openedTo(issuer.url),
      ownOrVisitor: own ? "own" : "visitor",
      listAge: card.status_age,
    });
  }

  #goodFor(card) {
    const { issuer, identity } = card;
    const { needs, ages, bands } = this.#asked;
    const [named, pictured] = [needs.includes("name"), needs.includes("portrait")];
    const { resident, band, reason } = this.#decision(issuer.url, identity);
    const asks = reason === Reason.ASK_AGE;
    const compared = { name: named, portrait: pictured, face: pictured };
    return said(card.verdict, "", {
      shows: frozen({
        name: named ? identity.full_name : undefined,
        ownName: named ? identity.own_script_name : undefined,
        ownLanguage: named ? identity.own_script_language : undefined,
        portrait: pictured ? pictureOf(identity) : undefined,
        resident: resident ?? undefined,
        ageCounts: Boolean(ages || bands.length),
        askAge: asks,
        band: band ?? undefined,
        notChecked: notChecked(card).filter((what) => compared[what]),
        // The small code is worth a word only where the large one would say what is missing.
        full: card.full || !(named || pictured || asks),
      }),
      ownOrVisitor: resident === null ? null : resident ? "own" : "visitor",
    });
  }
}

function pictureOf({ portrait }) {
  return canBeShown(portrait) ? portrait : undefined;
}

/* A picture that cannot be shown counts as none: the printed one is not covered. */
function notChecked({ identity, not_checked: unchecked }) {
  return canBeShown(identity.portrait) || !identity.portrait ? unchecked : ["portrait"];
}

/* Without the members that are undefined: what is not shown is not there. */
function frozen(members) {
  return Object.freeze(Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)));
}
