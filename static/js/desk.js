/* The desk page, with a script: quicker, and with less left behind.

   1. The field always has the focus, so that a handheld scanner, which types and ends with Enter, is heard wherever the
      attendant clicked last.
   2. A scan is sent by fetch and the answer put into this page. No entry of the browser's history holds what was
      scanned, and going back leads to no person.
   3. A result goes after its seconds, at "Clear now", with the next scan, and whenever the page is left or hidden by
      another. "Hold" keeps it for two minutes at most.
   4. Whatever does not answer as expected (signed out, locked, no network) ends in opening the page afresh. */

const HERE = location.pathname;
let timer = 0;
let ends = 0;
let asked = 0;

const main = () => document.getElementById("main");
const field = () => document.getElementById("code");

// For those who do not see the page: what was found is said once.
const voice = document.createElement("p");
voice.className = "out-of-sight";
voice.setAttribute("role", "status");
document.body.append(voice);

// 1
function listen() {
  const active = document.activeElement;
  if (!active || active === document.body || active === main()) field()?.focus({ preventScroll: true });
}
addEventListener("focus", listen);
document.addEventListener("keydown", (event) => {
  if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
    if (!document.activeElement?.matches("input, select, textarea, button, a, summary")) field()?.focus();
  }
});
document.addEventListener("pointerup", (event) => {
  if (!event.target.closest("a, button, input, label, select, textarea") && !String(getSelection())) field()?.focus();
});

// 2
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-scan]") || event.submitter?.name === "lang" || event.submitter?.name === "lock") return;
  event.preventDefault();
  const body = new FormData(form);
  field().value = "";
  main().classList.add("desk-wait");
  await show(() => fetch(form.action, { method: "POST", body, redirect: "error" }));
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-scan] input[type=file]") && event.target.files.length) event.target.form.requestSubmit();
});

async function show(ask) {
  stop();
  const turn = ++asked;
  try {
    const answer = await ask();
    if (turn !== asked) return; // the next card is on its way already
    if (![200, 422].includes(answer.status)) throw new Error("not a result");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (turn !== asked) return;
    const typed = field()?.value; // a scanner that did not wait
    main().replaceChildren(...page.getElementById("main").childNodes);
    if (typed) field().value = typed;
    document.title = page.title;
  } catch {
    location.replace(HERE); // 4
    return;
  }
  main().classList.remove("desk-wait");
  for (const place of main().querySelectorAll("[data-needs-script]")) place.hidden = false;
  const result = main().querySelector("[data-result]");
  const mistakes = main().querySelector("[data-focus]");
  (mistakes ?? field()).focus({ preventScroll: !mistakes });
  if (result) {
    result.scrollIntoView({ block: "start" });
    voice.textContent = [...result.querySelectorAll("h1, .question, .caution, .to-holder, .next")].map((e) => e.textContent.trim()).join(" ");
    start(Number(result.dataset.seconds));
  } else {
    voice.textContent = "";
  }
}

// 3
function start(seconds) {
  stop();
  ends = Date.now() + seconds * 1000;
  timer = setInterval(tick, 250);
  tick();
}

function stop() {
  clearInterval(timer);
  timer = 0;
}

function tick() {
  const left = Math.ceil((ends - Date.now()) / 1000);
  const words = document.querySelector("[data-clears]");
  if (words) words.textContent = words.dataset.words.replace("{n}", Math.max(left, 0));
  if (left <= 0) clear();
}

function clear() {
  stop();
  document.querySelector("[data-result]")?.remove(); // at once, whether or not the server answers
  voice.textContent = "";
  if (field()?.value) return; // the next card is being scanned this very moment: its answer replaces the rest
  show(() => fetch(HERE, { redirect: "error" }));
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-clear]")) clear();
  const hold = event.target.closest("[data-hold]");
  if (hold) {
    const held = hold.getAttribute("aria-pressed") !== "true";
    hold.setAttribute("aria-pressed", String(held));
    const result = document.querySelector("[data-result]");
    start(Number(held ? result.dataset.held : result.dataset.seconds));
    field()?.focus({ preventScroll: true });
  }
});

addEventListener("pagehide", () => {
  document.querySelector("[data-result]")?.remove();
  voice.textContent = "";
});

// A result that came without fetch (the first scan before this script had loaded) goes like any other.
const first = document.querySelector("[data-result]");
if (first) start(Number(first.dataset.seconds));
listen();
