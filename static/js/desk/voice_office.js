/* What the page asks the office for a consultation. Every request carries the device's token and no cookie.

   Of a card nothing but its mark is sent, and random bytes of this very attempt (`receipt`). */

import { bytesOfBase64 } from "../reader/bytes.js";
import { QUIETLY } from "./quietly.js";

const LONGEST = 8_000; // milliseconds: in a queue, longer than that is no network

/** The office did not answer, so nobody knows. */
export class Unreachable extends Error {}

/** The office said no; `code` says why. */
export class OfficeRefused extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

export class VoiceOffice {
  #store;

  constructor(store) {
    this.#store = store;
  }

  /** What this device may serve. */
  async consultations() {
    const { consultations } = await this.#ask("GET", "");
    if (!Array.isArray(consultations)) throw new Unreachable();
    return consultations.filter(isConsultation);
  }

  /** Begin one; returns its key (32 bytes), or null where this device makes its own. */
  async serve(id) {
    const { key } = await this.#ask("POST", `/${id}/serve`, {});
    return typeof key === "string" ? bytesOfBase64(key) : null;
  }

  /** "new" or "taken". */
  async mark(id, mark, receipt) {
    const { answer } = await this.#ask("POST", `/${id}/mark`, { mark, receipt });
    if (answer !== "new" && answer !== "taken") throw new Unreachable();
    return answer;
  }

  /** Whether the mark was taken back. */
  async takeBack(id, mark, receipt) {
    return (await this.#ask("POST", `/${id}/take-back`, { mark, receipt })).answer === "taken-back";
  }

  /** Tell how many it were, at the end. */
  async finish(id, count, back) {
    await this.#ask("POST", `/${id}/finish`, { count, taken_back: back });
  }

  async #ask(method, path, body) {
    const device = await this.#store.get("device");
    if (typeof device?.token !== "string") throw new Unreachable();
    const headers = { Authorization: `Bearer ${device.token}` };
    let answer;
    let said;
    try {
      answer = await fetch(`/desk-app/voice${path}`, {
        ...QUIETLY,
        method,
        headers: body ? { ...headers, "Content-Type": "application/json" } : headers,
        body: body ? JSON.stringify(body) : undefined,
        signal: AbortSignal.timeout(LONGEST),
      });
      said = await answer.json();
    } catch {
      throw new Unreachable();
    }
    if (answer.ok) return said;
    // A failure of the office, or of what stands before it, is no answer.
    const code = said?.error?.code;
    if (answer.status >= 500 || typeof code !== "string") throw new Unreachable();
    throw new OfficeRefused(code);
  }
}

function isConsultation(value) {
  const times = [value?.record_until, value?.opens, value?.closes];
  return (
    /^[a-z2-7]{16}$/.test(value?.id) &&
    typeof value.name === "string" &&
    typeof value.several === "boolean" &&
    typeof value.other_cities === "boolean" &&
    times.every(Number.isSafeInteger)
  );
}
