/* The clerk's evidence screen with a script: the tally is live, papers are found by typing. Without it, "Count" does the
   same with a request.

   1. The rules are fetched once, when the page opens. Ticks are read from the page and sent nowhere before "Save". Until
      the rules are there, and if they never come, papers can be found and ticked, and "Count" stays.
   2. The tally follows every tick; what would complete it follows a moment later, because finding it takes longer.
   3. In the search line Enter ticks the first paper found, or takes its tick away; on an empty line it goes on. */

import { chosenAge, fit, ticked } from "./papers.js";
import { made, shortSlot, slip } from "./slip.js";
import { tally } from "./tally.js";
import { ways } from "./filling.js";

const SHOWN_WAYS = 3; // as in citycard/web/enrolment/evidence_form.py
const SHOWN_NAMES = 3;
const A_MOMENT = 150; // milliseconds

const form = document.querySelector("form#evidence");
const panel = document.querySelector("[data-tally]");
const place = document.querySelector("[data-slip-place]");
const find = form.querySelector("[data-find]");
const language = document.documentElement.lang;
const $ = (selector) => panel.querySelector(selector);

const read = (name) => panel.dataset[name];
const fill = (have, need) => read("of").replace("{have}", Math.min(have, need)).replace("{need}", need);
let later = 0;

// 1
let rules = null;
let languages = null;

async function begin() {
  ({ set: rules, languages } = await (await fetch(read("rules"))).json());
  if ("known" in panel.dataset) {
    // Whose face was compared with an old card: as `once_known` in citycard/evidence/rules.py.
    const { identity, residence, total } = rules.needed;
    rules.needed = { identity: 0, residence, total: Math.max(residence, total - identity), photo: false, birth_date: "never" };
  }
  for (const part of document.querySelectorAll("[data-without-script]")) part.hidden = true;
  show();
  panel.dataset.ready = "yes";
}

function count() {
  const age = chosenAge(form);
  fit(form, age);
  const papers = ticked(form);
  const person = { age, birthDateShown: "birthDateShown" in panel.dataset };
  return { papers, person, counted: tally(rules, papers, person) };
}

// 2
function show() {
  if (!rules) return;
  const { papers, counted } = count();
  const { needed, missing } = counted;
  line("identity", counted.identity >= needed.identity, fill(counted.identity, needed.identity));
  line("residence", counted.residence >= needed.residence, fill(counted.residence, needed.residence));
  line("photo", counted.photo || !needed.photo, seen(counted.photo, needed.photo));
  const wanted = missing.includes("birth_date");
  line("birth_date", !wanted, seen(counted.birth_date, wanted));
  $("[data-verdict]").dataset.verdict = counted.complete ? "complete" : papers.length ? "missing" : "empty";
  for (const item of panel.querySelectorAll("[data-missing]")) item.hidden = !missing.includes(item.dataset.missing);
  const said = languages[language];
  const reasons = $("[data-not-counted]");
  reasons.replaceChildren(
    ...counted.not_counted.map(([name, why]) => made("li", {}, `${said.papers[name].name} · ${said.say[`why_${why}`]}`)),
  );
  reasons.hidden = !counted.not_counted.length;
  $("[data-if-complete]").hidden = !counted.complete;
  if ($("[data-if-incomplete]")) $("[data-if-incomplete]").hidden = counted.complete;
  $("[data-if-missing]").hidden = counted.complete || !papers.length;
  offer(counted.addresses);
  if (counted.complete || !papers.length) $("[data-would-do]").hidden = true;
  clearTimeout(later);
  later = setTimeout(suggest, A_MOMENT);
}

function line(axis, met, text) {
  const item = $(`[data-axis="${axis}"]`);
  item.dataset.met = met ? "yes" : "no";
  item.querySelector("[data-value]").textContent = text;
}

const seen = (done, wanted) => (done ? read("seen") : wanted ? read("unseen") : read("unneeded"));

function suggest() {
  clearTimeout(later);
  if (!rules) return;
  const { papers, person, counted } = count();
  const found = papers.length ? ways(rules, papers, person).slice(0, SHOWN_WAYS) : [];
  $("[data-ways]").replaceChildren(
    ...found.map((way) => made("li", {}, ...way.map((slot) => shortSlot(slot, languages[language], language, SHOWN_NAMES)))),
  );
  $("[data-would-do]").hidden = !found.length;
  place.replaceChildren();
  if (!papers.length || counted.complete) return;
  const own = place.dataset.language;
  const { contact } = place.dataset;
  const exceptional = "exceptional" in place.dataset;
  place.append(slip({ said: languages[own], language: own, ways: found, have: null, complete: false, exceptional, contact }));
}

/* How the address may stand on the card: asked only where there is a choice, the most protective first. A choice holds
   as long as the same is offered; another paper begins it anew. */
function offer(addresses) {
  const asked = form.querySelector("[data-address]");
  const offered = form.querySelector('[name="offered"]');
  for (const option of asked.querySelectorAll("[data-rendering]")) option.hidden = !addresses.includes(option.dataset.rendering);
  asked.hidden = addresses.length < 2;
  if (offered.value === addresses.join(" ")) return;
  offered.value = addresses.join(" ");
  for (const radio of asked.querySelectorAll("input")) radio.checked = radio.value === addresses[0];
}

// 3
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

function matches() {
  const wanted = plain(find.value);
  const papers = [...form.querySelectorAll("[data-paper]")].filter((paper) => !paper.hidden);
  if (/^\d+$/.test(wanted)) return papers.filter((paper) => paper.dataset.number === wanted);
  return papers.filter((paper) => plain(paper.dataset.foundBy).includes(wanted));
}

function search() {
  fit(form, chosenAge(form));
  const found = find.value.trim() ? matches() : null;
  for (const paper of form.querySelectorAll("[data-paper]")) {
    paper.classList.toggle("not-found", found !== null && !found.includes(paper));
    paper.classList.toggle("first-found", found?.[0] === paper);
  }
  for (const group of form.querySelectorAll("[data-group]")) {
    group.classList.toggle("not-found", !group.querySelector("[data-paper]:not(.not-found):not([hidden])"));
  }
  form.querySelector("[data-not-found]").hidden = found === null || found.length > 0;
}

find.addEventListener("input", search);
find.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") {
    event.preventDefault();
    form.querySelector('[data-paper]:not(.not-found):not([hidden]) [name="paper"]')?.focus();
  }
  if (event.key === "Escape") find.value = "";
  if (event.key === "Enter" && find.value.trim()) {
    event.preventDefault();
    const [first] = matches();
    if (!first) return;
    const box = first.querySelector('[name="paper"]');
    box.checked = !box.checked;
    find.value = "";
    show();
  }
  if (event.key === "Enter" || event.key === "Escape") search();
});

form.addEventListener("change", () => {
  show();
  search();
});
$("[data-print]").addEventListener("click", () => {
  suggest();
  print();
});
form.classList.add("brief"); // examples are for whoever looks for them
form.querySelector("[data-examples]").addEventListener("click", (event) => {
  const brief = form.classList.toggle("brief");
  event.currentTarget.setAttribute("aria-pressed", String(!brief));
});
search();
// Where the page came back with mistakes, they have the focus.
if (!document.querySelector("#mistakes")) find.focus({ preventScroll: true });
begin().catch(() => {}); // "Count" stays where it is
