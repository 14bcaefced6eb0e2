/* The keyboard on the turned screen. The letters are in the page already (citycard/web/enrolment/keyboards.py); this
   makes them write into the field. Without it the field is an ordinary one and the keyboard stays hidden.

   1. A finger or a mouse on a key leaves the cursor where it is, in the field.
   2. What stands on the keys follows the case that the next letter will have.
   3. The forms of a letter stand in the first row as soon as it is pressed.
   4. Letters of the computer's own keyboard go into the field from wherever the focus is. */

import { Moving } from "./moving.js";
import { capital, erase, form, type, wantsCapital } from "./typing.js";

const board = document.querySelector("[data-keyboard]");
const field = document.querySelector("[data-written]");
if (board && field) start();

function start() {
  const language = board.dataset.language;
  const cases = "cases" in board.dataset;
  const shift = board.querySelector("[data-shift]");
  const row = board.querySelector("[data-forms-row]");
  const hint = row?.querySelector("[data-forms-hint]");
  const onCard = document.querySelector("[data-as-on-card]");
  const moving = new Moving(board);
  let shifted = null; // true or false when the holder said so, for one letter

  field.inputMode = "none"; // the device's own keyboard would lie over this one; a real one writes all the same

  const state = () => ({ text: field.value, from: field.selectionStart, to: field.selectionEnd });
  const large = () => cases && (shifted ?? wantsCapital(state()));

  function put({ text, from, to }) {
    field.value = text;
    field.setSelectionRange(from, to);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // (2)
  function draw() {
    onCard.textContent = field.value;
    if (!cases) return;
    for (const key of board.querySelectorAll("[data-key]")) {
      if (!key.hasAttribute("aria-label")) key.textContent = large() ? capital(key.dataset.key, language) : key.dataset.key;
    }
    shift.setAttribute("aria-pressed", String(large()));
  }

  // (3)
  function offer(key) {
    if (!row) return;
    const all = key?.dataset.forms?.split(" ") ?? [];
    const had = row.contains(document.activeElement);
    row.replaceChildren(...(all.length ? all.map((sign) => {
      const each = document.createElement("button");
      Object.assign(each, { type: "button", className: "key", textContent: large() ? capital(sign, language) : sign, tabIndex: -1, lang: language });
      Object.assign(each.dataset, { form: each.textContent });
      return each;
    }) : [hint]));
    row.family = [...row.children].map((each) => each.textContent);
    if (had) board.querySelector("[data-key]").focus();
    moving.refresh();
  }

  board.addEventListener("mousedown", (event) => event.preventDefault()); // (1)

  board.addEventListener("click", (event) => {
    const key = event.target.closest(".key");
    if (!key) return;
    const { dataset } = key;
    const most = field.maxLength;
    if ("shift" in dataset) {
      shifted = !large();
      return draw();
    }
    if ("form" in dataset) put(form(state(), dataset.form, row.family, most));
    else {
      if ("key" in dataset) {
        offer(key);
        put(type(state(), large() && !key.hasAttribute("aria-label") ? capital(dataset.key, language) : dataset.key, most));
      } else if ("space" in dataset) put(type(state(), " ", most));
      else put(erase(state()));
      if (!dataset.forms) offer(null);
      shifted = null;
    }
    draw();
  });

  // (4)
  board.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Backspace") {
      event.preventDefault();
      put(erase(state()));
    } else if (event.key.length === 1 && event.key !== " ") field.focus();
  });

  field.addEventListener("input", draw);
  field.addEventListener("select", draw);
  field.addEventListener("keyup", draw);
  draw();
}
