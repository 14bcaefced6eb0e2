/* What every page does a little better with a script. Everything works without it.

   1. The list of mistakes gets the focus, so that it is read out first.
   2. A form is sent once, however often its button is pressed; going back makes it usable again.
   3. "Go back" buttons appear.
   4. On staff pages: while somebody types, the server is told now and then that they are here; after ten minutes of
      nothing, the lock button is pressed for them. The button belongs to the page's form, so nothing typed is lost. */

const LOCK_AFTER = 10 * 60 * 1000; // as IDLE in citycard/operations/sign_in.py
const TELL_EVERY = 60 * 1000; // as SEEN_EVERY there

// 1
document.querySelector("[data-focus]")?.focus();

// 2
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-disabled", "true");
  });
}
addEventListener("pageshow", (event) => {
  // A page brought back from the browser's memory may belong to somebody who has left: ask the server again.
  if (event.persisted && document.body.classList.contains("staff")) location.reload();
  for (const form of document.querySelectorAll("form[data-once]")) {
    delete form.dataset.sent;
    for (const button of form.elements) button.removeAttribute("aria-disabled");
  }
});

// 3
for (const place of document.querySelectorAll("[data-needs-script]")) place.hidden = false;
document.querySelector("[data-go-back]")?.addEventListener("click", () => history.back());

// 4
const lock = document.querySelector("[data-lock]");
const token = document.querySelector('meta[name="csrf-token"]')?.content;
if (lock && token) {
  let lastTouch = Date.now();
  let lastTold = Date.now();
  const touched = () => {
    lastTouch = Date.now();
  };
  for (const kind of ["keydown", "pointerdown", "input"]) addEventListener(kind, touched, { passive: true });
  setInterval(async () => {
    const now = Date.now();
    if (now - lastTouch >= LOCK_AFTER) {
      lastTouch = now; // once, should the page stay
      lock.click();
    } else if (lastTouch > lastTold && now - lastTold >= TELL_EVERY) {
      lastTold = now;
      await fetch("/staff/here", { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => {});
    }
  }, 5000);
}
