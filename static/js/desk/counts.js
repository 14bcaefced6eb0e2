/* How many cards were good here: by week, service and verdict, and by nothing else.

   1. One is added after an answer. No time, no order, no card is in it; the key is the week.
   2. They are handed in together when the lists are fetched, never at a scan. What was handed in is taken off; what was
      counted meanwhile stays.
   3. A week's number is ISO 8601's, by the clock of the city, as the office counts. */

import { dayIn } from "./days.js";

const SEPARATOR = " ";
const MOST = 2000;
const WORDS = /^[A-Z_]{2,20}$/;
const WEEK = /^\d{4}-W\d\d$/;

/** Return the week of a moment, such as "2026-W47", in a time zone. */
export function weekOf(seconds, timeZone) {
  const thursday = new Date(`${dayIn(timeZone, seconds)}T00:00:00Z`);
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7)); // it says whose year the week is
  const year = thursday.getUTCFullYear();
  const week = Math.ceil(((thursday - Date.UTC(year, 0, 1)) / 86_400_000 + 1) / 7);
  return `${year}-W${String(week).padStart(2, "0")}`;
}

export class Counts {
  #store;
  #turn = Promise.resolve();

  constructor(store) {
    this.#store = store;
  }

  /** Add one. */
  add(week, service, verdict) {
    // 1
    return this.#change((counts) => {
      const name = [week, verdict, service ?? ""].join(SEPARATOR);
      if (name in counts || Object.keys(counts).length < MOST) counts[name] = (counts[name] ?? 0) + 1;
    });
  }

  /** Return what is to be handed in. */
  async all() {
    await this.#turn;
    return Object.entries(await this.#read()).map(([name, count]) => {
      const [week, verdict, service] = name.split(SEPARATOR);
      return { week, service: service || null, verdict, count };
    });
  }

  /** Take off what was handed in. */
  handedIn(counts) {
    // 2
    return this.#change((kept) => {
      for (const { week, service, verdict, count } of counts) {
        const name = [week, verdict, service ?? ""].join(SEPARATOR);
        kept[name] -= count;
        if (!(kept[name] > 0)) delete kept[name];
      }
    });
  }

  #change(act) {
    // One after the other: two that read before either writes would lose one.
    this.#turn = this.#turn.then(async () => {
      const counts = await this.#read();
      act(counts);
      await this.#store.set("counts", counts);
    });
    this.#turn = this.#turn.catch(() => {}); // a count that is lost stops no desk
    return this.#turn;
  }

  async #read() {
    const kept = (await this.#store.get("counts")) ?? {};
    const good = Object.entries(kept).filter(([name, count]) => {
      const [week, verdict] = name.split(SEPARATOR);
      return WEEK.test(week) && WORDS.test(verdict ?? "") && Number.isSafeInteger(count) && count > 0;
    });
    return Object.fromEntries(good);
  }
}
