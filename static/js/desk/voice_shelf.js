/* What a device keeps of a consultation, apart from everything else that the desk keeps.

   Of one on several devices: what it is, and no key and no mark. Its key comes from the office at each start of the page.
   Of one on this device alone: its key and its marks, in a place of their own (voice_place.js) that is thrown away whole,
   because a browser that empties a database leaves what was in it in its files.

   1. `add` writes a mark only where there is none, in one transaction: also two windows of this page count a card once,
      and one that does not know yet that the other has finished writes none.
   2. Marks have no time and no order of their own; they are found by what they are.
   3. `finish` first turns key and marks into two numbers, in one transaction; then the numbers are brought out, and the
      place is thrown away. Where that was cut short (`tally` still stands there) the next start goes on with it. The
      numbers say `left` until the browser has said that the files of the place are gone. `clear` deletes all of it.
   4. It belongs to one enrolment of this device: after the device was withdrawn and enrolled again it is empty (`of`).
   5. Nothing is waited for without an end: a transaction that says nothing is taken back, and `TooLong` is thrown. */

import { inTime, settled } from "./database.js";
import { openPlace, placeIsThere, throwAway } from "./voice_place.js";

const HERE = "here";
const MARKS = "marks";

/** Open the shelf called `name`; `of` is what tells this enrolment of the device from another one. */
export async function openShelf(name, of) {
  const kept = await inTime(settled(indexedDB.open(name, 1), [HERE]));
  const shelf = new Shelf(name, kept);
  // 4
  if ((await shelf.owner()) !== of) {
    await shelf.clear();
    await shelf.own(of);
  } else if (await placeIsThere(name)) {
    await shelf.takeUp();
  }
  return shelf;
}

class Shelf {
  #name;
  #kept;
  #place = null;

  constructor(name, kept) {
    this.#name = name;
    this.#kept = kept;
  }

  owner() {
    return this.#inKept("readonly", (here) => here.get("owner"));
  }

  own(of) {
    return this.#inKept("readwrite", (here) => here.put(of, "owner"));
  }

  /** Go on with what is in the place; where it was finished, with throwing it away (3). */
  async takeUp() {
    await this.#openPlace();
    const tally = await this.#inPlace("readonly", (here) => here.get("tally"));
    if (tally) await this.#bringOut(tally);
  }

  /** The consultation that is served here: { id, name, several, otherCities, record, opens, closes, key? }; or nothing.
   *  The key is there on this device alone. */
  async served() {
    const alone = this.#place ? await this.#inPlace("readonly", (here) => here.get("served")) : undefined;
    return alone ?? (await this.#inKept("readonly", (here) => here.get("served")));
  }

  /** Begin to serve one, with no mark. */
  async begin(consultation) {
    await this.#inKept("readwrite", (here) => {
      here.delete("tally");
      return consultation.several ? here.put(consultation, "served") : here.delete("served");
    });
    if (consultation.several) return;
    await this.#throwAway();
    await this.#openPlace();
    await this.#inPlace("readwrite", (here) => {
      here.put(0, "back");
      return here.put(consultation, "served");
    });
  }

  /** The office changed what it is called or when it ends. */
  async keep(consultation) {
    if (!consultation.several) return void (await this.#while(consultation.id, (here) => here.put(consultation, "served")));
    await this.#ifKept("served", consultation.id, (here) => here.put(consultation, "served"));
  }

  /** "new" or "taken", and the mark stands there from now on; "over" when this consultation is served no more (1). */
  async add(id, mark) {
    const said = await this.#while(id, (here, marks, answer) => {
      const found = marks.getKey(mark);
      found.onsuccess = () => {
        if (found.result === undefined) marks.put(1, mark);
        answer(found.result === undefined ? "new" : "taken");
      };
    });
    return said ?? "over";
  }

  /** Take a mark back, and count that; whether it stood there. */
  async remove(id, mark) {
    const said = await this.#while(id, (here, marks, answer) => {
      const found = marks.getKey(mark);
      found.onsuccess = () => {
        answer(found.result !== undefined);
        if (found.result === undefined) return;
        marks.delete(mark);
        const back = here.get("back");
        back.onsuccess = () => here.put(numberIn(back.result) + 1, "back");
      };
    });
    return said ?? false;
  }

  /** How many marks there are, and how many were taken back. */
  async counted() {
    if (!this.#place) return { count: 0, back: 0 };
    return this.#inPlace("readonly", (here, marks, answer) => {
      const count = marks.count();
      count.onsuccess = () => {
        const back = here.get("back");
        back.onsuccess = () => answer({ count: count.result, back: numberIn(back.result) });
      };
    });
  }

  /** Destroy what is kept of the consultation `id` (3). Of one on this device alone two numbers are left, for `tally`. */
  async finish(id) {
    await this.#ifKept("served", id, (here) => here.delete("served"));
    const tally = await this.#while(id, (here, marks, answer, served) => {
      const count = marks.count();
      count.onsuccess = () => {
        const back = here.get("back");
        back.onsuccess = () => {
          const numbers = { id, name: served.name, count: count.result, back: numberIn(back.result), told: false };
          here.put(numbers, "tally");
          here.delete("served");
          here.delete("back");
          marks.clear();
          answer(numbers);
        };
      };
    });
    if (tally) await this.#bringOut(tally);
  }

  /** The numbers of what was finished last: { id, name, count, back, told, left }; or nothing. */
  tally() {
    return this.#inKept("readonly", (here) => here.get("tally"));
  }

  /** Take down that the office knows the numbers. */
  async told(id) {
    await this.#changeTally(id, { told: true });
  }

  async clear() {
    await this.#inKept("readwrite", (here) => here.clear());
    await this.#throwAway();
  }

  async #openPlace() {
    const place = await openPlace(this.#name, [HERE, MARKS]);
    this.#place = place;
    // Another window of this page throws the place away: then nothing is written into it any more.
    const gone = () => {
      place.close();
      if (this.#place === place) this.#place = null;
    };
    for (const event of ["close", "versionchange"]) place.addEventListener(event, gone);
  }

  async #bringOut(tally) {
    const { id } = tally;
    await this.#inKept("readwrite", (here) => {
      const there = here.get("tally");
      there.onsuccess = () => {
        if (there.result?.id !== id) here.put({ ...tally, left: true }, "tally");
      };
    });
    if (await this.#throwAway()) await this.#changeTally(id, { left: false });
  }

  /* Whether the browser has said that the files are gone. */
  #throwAway() {
    this.#place?.close();
    this.#place = null;
    return throwAway(this.#name);
  }

  #changeTally(id, change) {
    return this.#ifKept("tally", id, (here, tally) => here.put({ ...tally, ...change }, "tally"));
  }

  /* Do it if what is kept as `name` is of the consultation `id`. */
  async #ifKept(name, id, act) {
    await this.#inKept("readwrite", (here) => {
      const kept = here.get(name);
      kept.onsuccess = () => {
        if (kept.result?.id === id) act(here, kept.result);
      };
    });
  }

  /* In the place, if the consultation `id` is the one that is served there; undefined if not. */
  async #while(id, act) {
    if (!this.#place) return undefined;
    return this.#inPlace("readwrite", (here, marks, answer) => {
      const served = here.get("served");
      served.onsuccess = () => {
        if (served.result?.id === id) act(here, marks, answer, served.result);
      };
    });
  }

  #inKept(how, act) {
    return within(this.#kept, [HERE], how, act);
  }

  #inPlace(how, act) {
    return within(this.#place, [HERE, MARKS], how, act);
  }
}

/* One transaction over the stores `names`. What it comes to is what `act` answers, or the result of the request it
   returns; it is told when it is written down. */
function within(database, names, how, act) {
  let transaction;
  const done = new Promise((resolve, reject) => {
    const options = how === "readwrite" ? { durability: "strict" } : {};
    transaction = database.transaction(names, how, options);
    let said;
    const asked = act(...names.map((name) => transaction.objectStore(name)), (value) => (said = value));
    transaction.addEventListener("complete", () => resolve(asked ? asked.result : said));
    for (const end of ["abort", "error"]) transaction.addEventListener(end, () => reject(transaction.error));
  });
  // 5
  return inTime(done, () => transaction.abort());
}

const numberIn = (value) => (Number.isSafeInteger(value) && value >= 0 ? value : 0);
