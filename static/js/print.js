/* The card opens in a tab of its own; this page meanwhile goes on to the next step.

1. After the press it asks every two seconds whether the card was drawn: the page then no longer offers to print.
2. It asks for a minute. Then something is wrong in the other tab, which says what; the link on this page still leads on.
*/

const PAUSE = 2000; // milliseconds: drawing a card takes one tenth of that, on a slow and busy machine ten times
const TIMES = 30;
const OFFER = "[data-look-again]";

async function lookAgain(left) {
  // (1)
  const answer = await fetch(location.href).catch(() => null);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  if (page && !page.querySelector(OFFER)) location.reload();
  // (2)
  else if (left > 0) setTimeout(lookAgain, PAUSE, left - 1);
}

for (const form of document.querySelectorAll(OFFER)) {
  form.addEventListener("submit", () => setTimeout(lookAgain, PAUSE, TIMES), { once: true });
}
