/* The same code in front of the camera is told once, until it left the picture for a while.

   1. A code that is still there is not told again, however long it stays.
   2. It has left when it was not seen for `AWAY`: a moment of blur is not leaving.
   3. Another code is told at once. With two in the picture each is told once and the last one stands: they do not take
      turns on the screen.
   4. But once the one that stands is not in the picture any more (`GONE`), the other is told again: what is on the screen
      is never another card than the one before the camera. */

const AWAY = 1500; // milliseconds
const GONE = 400;

export class Told {
  #seen = new Map();
  #stands = null;

  /** Return the text among `texts`, seen at `now`, that is to be told, or null. */
  news(texts, now) {
    // 2
    for (const [text, moment] of this.#seen) if (now - moment > AWAY) this.#seen.delete(text);
    const before = this.#seen;
    this.#seen = new Map(before);
    for (const text of texts) this.#seen.set(text, now);
    // 1, 3
    const news = texts.find((text) => !before.has(text)) ?? this.#another(texts, now);
    if (news !== null) this.#stands = news;
    return news;
  }

  // 4
  #another(texts, now) {
    const last = this.#seen.get(this.#stands);
    if (texts.includes(this.#stands) || (last !== undefined && now - last <= GONE)) return null;
    return texts[0] ?? null;
  }

  /** What was seen counts for nothing any more: the next sight is told. */
  forget() {
    this.#seen.clear();
    this.#stands = null;
  }
}
