/* The day's lists look again by themselves, without a word and without moving anybody.

   1. Every half minute, while the page is in sight: what is open is fetched, and only the lists are put in its place.
      What is being typed stands beside them and stays.
   2. Whoever is on a line with the keyboard stays on it; where the line is gone, at the beginning of the lists.
   3. Nothing changes under a finger that presses.
   4. The request says that nobody is there (`sessions.LOOKING`), so that it keeps no screen open. If the screen has
      locked or the person left, the page is loaded, and says so. Without an answer the lists stay as they are. */

const EVERY = 30 * 1000; // milliseconds: a colleague's approval is seen soon, and a day of it is a thousand small pages

const place = document.querySelector("[data-day]");

function mark(element) {
  if (element === place || !place.contains(element)) return "";
  const form = element.closest("form");
  if (form) return `form[action="${CSS.escape(form.getAttribute("action"))}"] button`;
  const kind = element.classList[0];
  return `a${kind ? `.${CSS.escape(kind)}` : ""}[href="${CSS.escape(element.getAttribute("href") ?? "")}"]`;
}

async function look() {
  // (1)
  if (document.hidden) return;
  const answer = await fetch(place.dataset.day, { headers: { "X-Only-Looking": "yes" } }).catch(() => null);
  // (4)
  if (answer?.redirected || answer?.status === 403) location.reload();
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-day]");
  // (3)
  if (!fresh || place.matches(":active")) return;
  // (2)
  const there = document.activeElement;
  const held = there === place || mark(there);
  place.replaceChildren(...fresh.childNodes);
  if (held) ((typeof held === "string" && place.querySelector(held)) || place).focus({ preventScroll: true });
}

if (place) setInterval(look, EVERY);
