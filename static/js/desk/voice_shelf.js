/* What a device keeps of a consultation: its key and, where it is held on this device alone, its marks. A database of its
   own, apart from everything else that the desk keeps.

   1. `add` writes a mark only where there is none, in one transaction: also two windows of this page count a card once,
      and one that does not know yet that the other has finished writes none.
   2. Marks have no time and no order of their own; they are found by what they are.
   3. `finish` deletes key and marks together and leaves two numbers. `clear` deletes all of it.
   4. It belongs to one enrolment of this device: after the device was withdrawn and enrolled again it is empty (`of`). */

const HERE = "here";
const MARKS = "marks";

/** Open the shelf called `name`; `of` is what tells this enrolment of the device from another one. */
export async function openShelf(name, of) {
  const database = await new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, 1);
    asked.addEventListener("upgradeneeded", () => {
      asked.result.createObjectStore(HERE);
      asked.result.createObjectStore(MARKS);
    });
    asked.addEventListener("success", () => resolve(asked.result));
    asked.addEventListener("error", () => reject(asked.error));
  });
  const shelf = new Shelf(database);
  // 4
  if ((await shelf.owner()) !== of) {
    await shelf.clear();
    await shelf.own(of);
  }
  return shelf;
}

class Shelf {
  #database;

  constructor(database) {
    this.#database = database;
  }

  owner() {
    return this.#do("readonly", (here) => here.get("owner"));
  }

  own(of) {
    return this.#do("readwrite", (here) => here.put(of, "owner"));
  }

  /** The consultation that is served here: { id, name, several, otherCities, record, opens, closes, key }; or nothing. */
  served() {
    return this.#do("readonly", (here) => here.get("served"));
  }

  /** Begin to serve one, with no mark. */
  begin(consultation) {
    return this.#do("readwrite", (here, marks) => {
      marks.clear();
      here.put(0, "back");
      here.delete("tally");
      return here.put(consultation, "served");
    });
  }

  /** The office changed what it is called or when it ends. */
  keep(consultation) {
    return this.#while(consultation.id, (here) => here.put(consultation, "served"));
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
  counted() {
    return this.#do("readonly", (here, marks, answer) => {
      const count = marks.count();
      count.onsuccess = () => {
        const back = here.get("back");
        back.onsuccess = () => answer({ count: count.result, back: numberIn(back.result) });
      };
    });
  }

  /** Destroy key and marks (3). Of a consultation on this device alone two numbers are left, for `tally`. */
  finish() {
    return this.#do("readwrite", (here, marks) => {
      const served = here.get("served");
      served.onsuccess = () => {
        const count = marks.count();
        count.onsuccess = () => {
          const back = here.get("back");
          back.onsuccess = () => {
            if (served.result && !served.result.several) {
              const { id, name } = served.result;
              here.put({ id, name, count: count.result, back: numberIn(back.result), told: false }, "tally");
            }
            here.delete("served");
            here.delete("back");
            marks.clear();
          };
        };
      };
    });
  }

  /** The numbers of what was finished last: { id, name, count, back, told }; or nothing. */
  tally() {
    return this.#do("readonly", (here) => here.get("tally"));
  }

  /** Take down that the office knows the numbers. */
  told(tally) {
    return this.#do("readwrite", (here) => here.put({ ...tally, told: true }, "tally"));
  }

  clear() {
    return this.#do("readwrite", (here, marks) => {
      here.clear();
      marks.clear();
    });
  }

  close() {
    this.#database.close();
  }

  /* The same as `#do`, if the consultation `id` is the one that is served. */
  #while(id, act) {
    return this.#do("readwrite", (here, marks, answer) => {
      const served = here.get("served");
      served.onsuccess = () => {
        if (served.result?.id === id) act(here, marks, answer);
      };
    });
  }

  /* One transaction over both stores. What it comes to is what `act` answers, or the result of the request it returns;
     it is told when it is written down. */
  #do(how, act) {
    return new Promise((resolve, reject) => {
      const options = how === "readwrite" ? { durability: "strict" } : {};
      const transaction = this.#database.transaction([HERE, MARKS], how, options);
      let said;
      const asked = act(transaction.objectStore(HERE), transaction.objectStore(MARKS), (value) => (said = value));
      transaction.addEventListener("complete", () => resolve(asked ? asked.result : said));
      for (const end of ["abort", "error"]) transaction.addEventListener(end, () => reject(transaction.error));
    });
  }
}

const numberIn = (value) => (Number.isSafeInteger(value) && value >= 0 ? value : 0);
