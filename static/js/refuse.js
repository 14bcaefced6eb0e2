/* The slip opens in a tab of its own; this page meanwhile goes on.

1. After the press it asks every two seconds whether the enrolment is forgotten, or on hold. The address it asks leads
   back to this page as long as neither is so.
2. It asks for a minute. Then something is wrong in the other tab, which says what.
3. With nothing ticked there will be no slip: the page that says so opens here. */

const PAUSE = 2000; // milliseconds: drawing a slip takes a tenth of that
const TIMES = 30;

async function lookAgain(place, left) {
  // (1)
  const answer = await fetch(place).catch(() => null);
  if (answer?.ok && new URL(answer.url).pathname !== location.pathname) location.replace(answer.url);
  // (2)
  else if (left > 0) setTimeout(lookAgain, PAUSE, place, left - 1);
}

for (const link of document.querySelectorAll("[data-without-script]")) link.hidden = true;

for (const form of document.querySelectorAll("form[data-leads-on]")) {
  // (3)
  for (const button of form.querySelectorAll("[formtarget]")) {
    button.addEventListener("click", () => {
      button.formTarget = form.querySelector("[name=missing]:checked") ? "_blank" : "_self";
    });
  }
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget === "_blank") setTimeout(lookAgain, PAUSE, form.dataset.leadsOn, TIMES);
  });
}
