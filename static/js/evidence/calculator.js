/* "What do I need to bring?", on the reader's own device.

   1. The rules are fetched when the page opens, before anything is ticked, and so are all typefaces: one that was
      fetched only for an Arabic sheet would tell which language somebody chose. After that nobody is asked for anything.
   2. One question at a time. The browser's own "back" goes back one question; no address says which.
   3. Asked for another language, the page is opened anew. The ticks wait in this browser tab for that moment, and are
      taken away when they are put back.
   4. A page that comes back from the browser's memory begins afresh: the next person may sit before it. */

import { chosenAge, fit, ticked } from "./papers.js";
import { slip } from "./slip.js";
import { tally } from "./tally.js";
import { ways } from "./filling.js";

const SHOWN_WAYS = 3; // as in citycard/web/public/calculator.py
const WAITING = "citycard.what-to-bring";

const page = document.querySelector("[data-calculator]");
const steps = [...page.querySelectorAll("[data-step]")];
const place = page.querySelector("[data-slip-place]");
let now = -1; // before the first question
let language = page.dataset.language;

// 1
const { set: rules, languages } = await (await fetch(page.dataset.rules)).json();
await Promise.allSettled([...document.fonts].map((face) => face.load()));

// 2
function show(step, { focus = true } = {}) {
  now = step;
  page.querySelector("[data-opening]").hidden = step >= 0;
  page.classList.toggle("under-way", step >= 0);
  steps.forEach((section, place) => (section.hidden = place !== step));
  fit(page, chosenAge(page));
  if (steps[step]?.dataset.step === "result") answer();
  if (focus) (steps[step]?.querySelector("h2") ?? page.querySelector("h1")).focus();
  scrollTo({ top: 0 });
}

function go(by) {
  const step = Math.min(Math.max(now + by, -1), steps.length - 1);
  if (by < 0 && history.state?.step === now && now > 0) return history.back();
  history.pushState({ step }, "");
  show(step);
}

function answer() {
  const papers = ticked(page);
  const age = chosenAge(page);
  const counted = tally(rules, papers, { age });
  const found = ways(rules, papers, { age }).slice(0, SHOWN_WAYS);
  for (const outcome of page.querySelectorAll("[data-outcome]")) {
    outcome.hidden = (outcome.dataset.outcome === "complete") !== counted.complete;
  }
  const have = [...new Set(papers.map((paper) => paper.document))];
  const { contact } = page.dataset;
  const exceptional = "exceptional" in page.dataset;
  place.replaceChildren(
    slip({ said: languages[language], language, ways: found, have, complete: counted.complete, exceptional, contact }),
  );
  for (const button of page.querySelectorAll("[data-slip-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.slipLanguage === language));
  }
}

page.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if ("begin" in button.dataset) go(1);
  if (button.dataset.go) go(Number(button.dataset.go));
  if ("print" in button.dataset) print();
  if (button.dataset.slipLanguage) {
    language = button.dataset.slipLanguage;
    answer();
  }
  if ("again" in button.dataset) {
    clear();
    history.pushState({ step: 0 }, "");
    show(0);
  }
});
page.addEventListener("change", () => fit(page, chosenAge(page)));

function clear() {
  for (const box of page.querySelectorAll("input[type=checkbox]")) box.checked = false;
  for (const list of page.querySelectorAll("select")) list.selectedIndex = 0;
  const first = page.querySelector('[name="age"]');
  if (first) first.checked = true;
}

addEventListener("popstate", (event) => show(event.state?.step ?? -1));

// 3
const answers = () => [...page.querySelectorAll("input:checked")].map((box) => box.id);
const numbers = () => [...page.querySelectorAll("select")].map((list) => [list.id, list.selectedIndex]);
for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", () => {
    if (now >= 0) sessionStorage.setItem(WAITING, JSON.stringify({ step: now, answers: answers(), numbers: numbers() }));
  });
}
const waiting = JSON.parse(sessionStorage.getItem(WAITING) ?? "null");
sessionStorage.removeItem(WAITING);
if (waiting) {
  for (const id of waiting.answers) document.getElementById(id).checked = true;
  for (const [id, index] of waiting.numbers) document.getElementById(id).selectedIndex = index;
  history.replaceState({ step: waiting.step }, "");
  show(waiting.step);
} else {
  clear();
  show(-1, { focus: false });
}

// 4
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
for (const part of page.querySelectorAll("[data-without-script]")) part.hidden = true;
page.dataset.ready = "yes";
