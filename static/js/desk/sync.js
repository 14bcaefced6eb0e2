/* Keeping the lists current: by itself, and never because of a card.

   1. Every 15 minutes or so while the page is open, when the network comes back, and when somebody presses the button.
      Never at a scan: while an answer is on the screen or being looked for, it waits.
   2. It asks for the bundle with what it has of it (ETag), so that an unchanged one costs nothing; then it hands the counts
      in, and asks what the office calls the device. None of it says anything about a card. The ETag is of what this page
      fetched since it was opened: kept on the device, it would call a bundle unchanged that somebody has put there.
   3. What came is verified before it takes the place of what is here; one that is refused changes nothing.
   4. An office that no longer knows the device (401 `device-withdrawn`) makes it forget everything.
   5. After a failure it waits longer each time, up to an hour. Chance spreads the desks of a city over the time. */

import { QUIETLY } from "./quietly.js";

const EVERY = 15 * 60_000;
const AFTER_FAILURE = 60_000;
const LONGEST = 60 * 60_000;
const MAX_BYTES = 8 << 20;
const SOON = 20_000;
const CLOCK_OFF = 600;

export class Sync {
  #page;
  #timer = 0;
  #failures = 0;
  #running = null;
  #etag = null;

  /**
   * `page`: { store(), counts(), holds(), busy(), take(bytes), onState(said), onDevice(device), onWithdrawn(),
   * onClock(off), now() }.
   */
  constructor(page) {
    this.#page = page;
    addEventListener("online", () => this.#in(SOON * Math.random()));
  }

  /** Begin, after a pause that is not the same on every device. */
  start() {
    this.anew();
    this.#in(2_000 + SOON * Math.random());
  }

  /** What is here may be another one now: fetch it whole. */
  anew() {
    this.#etag = null;
  }

  stop() {
    clearTimeout(this.#timer);
  }

  /** Fetch now; returns the sentence that says how it went. */
  now() {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  #in(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // 1
      if (this.#page.busy() || navigator.onLine === false) this.#in(SOON);
      else this.now();
    }, milliseconds);
  }

  async #run() {
    clearTimeout(this.#timer);
    let said;
    try {
      said = await this.#fetch();
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      said = { sentence: error instanceof TypeError ? "bundle.offline" : "bundle.busy" };
    }
    if (said.over) return said;
    // 5
    const pause = this.#failures ? Math.min(AFTER_FAILURE * 2 ** (this.#failures - 1), LONGEST) : EVERY;
    this.#in(pause * (0.8 + 0.4 * Math.random()));
    this.#page.onState(said);
    return said;
  }

  async #fetch() {
    const store = this.#page.store();
    const device = await store.get("device");
    if (typeof device?.token !== "string") return { sentence: "bundle.stick" };
    // 2
    const headers = { Authorization: `Bearer ${device.token}` };
    const answer = await fetch("/desk-app/bundle", {
      ...QUIETLY,
      // Without a bundle here, "unchanged" would be no answer.
      headers: this.#etag !== null && this.#page.holds() ? { ...headers, "If-None-Match": this.#etag } : headers,
    });
    this.#lookAtClock(answer.headers.get("Date"));
    if (answer.status === 401) {
      // 4
      const { error } = await answer.json().catch(() => ({}));
      if (error?.code !== "device-withdrawn") throw new Error("not known as what it is");
      await this.#page.onWithdrawn();
      return { over: true, sentence: "withdrawn.title" };
    }
    let refused = null;
    if (answer.status === 200) {
      if (Number(answer.headers.get("Content-Length")) > MAX_BYTES) throw new Error("too large");
      const bytes = new Uint8Array(await answer.arrayBuffer());
      // 3
      refused = await this.#page.take(bytes);
      if (!refused) this.#etag = answer.headers.get("ETag");
    } else if (answer.status !== 304) {
      throw new Error("not an answer");
    }
    await this.#handIn(headers);
    await this.#askWho(device, headers);
    return refused ? { ...refused, refused: true } : { sentence: "bundle.fetched" };
  }

  async #handIn(headers) {
    const counts = await this.#page.counts().all();
    if (!counts.length) return;
    const answer = await fetch("/desk-app/counts", {
      ...QUIETLY,
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify({ counts }),
    });
    if (answer.ok) await this.#page.counts().handedIn(counts);
  }

  /* What the office calls the device and sets it to. What somebody chose here stays until the office says another. */
  async #askWho(device, headers) {
    const answer = await fetch("/desk-app/device", { ...QUIETLY, headers });
    if (!answer.ok) return;
    const { name, service } = await answer.json();
    if (name === device.name && service === device.service) return;
    await this.#page.store().set("device", { ...device, name, service });
    await this.#page.onDevice({ name, service, moved: service !== device.service });
  }

  #lookAtClock(date) {
    const theirs = Date.parse(date ?? "") / 1000;
    if (Number.isFinite(theirs)) this.#page.onClock(Math.abs(theirs - this.#page.now()) > CLOCK_OFF);
  }
}
