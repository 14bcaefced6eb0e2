/* What to say, one key away. Without this the box at the side opens by itself, and its button opens a tab.

   1. F1 opens and closes it from wherever the focus is; closing gives the focus back. (A key that types a letter would
      be typed into somebody's name, and could not be switched off.)
   2. The button turns the screen: the sentences for the holder over everything, in the language just chosen on the
      page, or in another that she points to. Esc and the button turn it back. */

const box = document.querySelector("[data-guidance]");
const turned = document.querySelector("[data-turned]");
const summary = box?.querySelector("summary");
let before = null;

function toggle() {
  if (box.open) {
    box.open = false;
    (before?.isConnected ? before : summary).focus();
    return;
  }
  before = document.activeElement === document.body ? null : document.activeElement;
  box.open = true;
  summary.focus();
}

if (box) {
  // 1
  addEventListener("keydown", (event) => {
    if (event.key !== "F1" || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!turned?.open) toggle();
  });
  document.querySelector("[data-to-guidance]")?.addEventListener("click", (event) => {
    event.preventDefault();
    if (!box.open) toggle();
    summary.focus();
  });
}

if (box && turned) {
  // 2
  let step = "";
  function show(code) {
    for (const words of turned.querySelectorAll("[data-words]")) words.hidden = words.dataset.words !== `${step} ${code}`;
    for (const button of turned.querySelectorAll("[data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === code));
  }
  box.addEventListener("click", (event) => {
    const link = event.target.closest("[data-turn-screen]");
    if (!link) return;
    event.preventDefault();
    step = link.dataset.turnScreen;
    show(document.querySelector("select#language")?.value || turned.dataset.language);
    turned.showModal();
  });
  turned.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.show) show(button.dataset.show);
    else if (button) turned.close();
  });
}
