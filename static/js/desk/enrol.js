/* How a tablet becomes a desk of the city: the text of the code on the clerk's screen.

   1. The code is an address: what counts in it stands behind `#enrol=`, which no browser sends anywhere. It is taken out
      of the address at once, so that neither the history nor somebody who looks at the tablet finds it.
   2. It holds the SHA-256 of the city's root, by which everything else is believed, and a token that works once.
   3. With the token the office gives the device a name and a token of its own. Where there is no network the fingerprint
      alone is enough: the bundle comes from a stick then, and is believed by the fingerprint. */

import { bytesOfBase64 } from "../reader/bytes.js";
import { QUIETLY } from "./quietly.js";

const CODE = /#enrol=([A-Za-z0-9_-]{43})(?:\.([A-Za-z0-9_-]{8,200}))?$/;
const LONGEST = 2000;

/** The office said no, or nothing: `sentence` says which. */
export class EnrolmentRefused extends Error {
  constructor(sentence) {
    super(sentence);
    this.sentence = sentence;
  }
}

/** Return the text behind the page's address and take it out of there; "" when there is none. */
export function takeFromAddress() {
  // 1
  const text = location.hash;
  if (text) history.replaceState(null, "", location.pathname);
  return text.startsWith("#enrol=") ? text : "";
}

/** Return { fingerprint, token } of a code's text; `token` is "" where it has none. */
export function readEnrolment(text) {
  // 2
  const found = text.length <= LONGEST ? CODE.exec(text.trim()) : null;
  if (!found) throw new EnrolmentRefused("enrol.form");
  return { fingerprint: bytesOfBase64(found[1]), token: found[2] ?? "" };
}

/** Give the token to the office; returns { device, name, service }. */
export async function askToEnrol(token) {
  // 3
  let answer;
  try {
    answer = await fetch("/desk-app/enrol", {
      ...QUIETLY,
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token }),
    });
  } catch {
    throw new EnrolmentRefused("enrol.offline");
  }
  if (answer.status === 401) throw new EnrolmentRefused("enrol.token");
  if (!answer.ok) throw new EnrolmentRefused("bundle.busy");
  const { device, name, service } = await answer.json();
  if (typeof device !== "string" || typeof name !== "string") throw new EnrolmentRefused("bundle.busy");
  return { device, name, service: typeof service === "string" ? service : null };
}
