/* A form is sent only while the server is there to take it; otherwise the browser's error page would take the place of
   what was typed, and a counter's pages are kept in no browser's memory to go back to.

   1. Before a form of an enrolment is sent, the server is asked for a sign of life. Any answer is one, but for those
      that say that it cannot work: its register is down, or a proxy finds nobody behind it (5xx).
   2. Without one nothing is sent: the page stays as it is, says so, and says what still works meanwhile.
   3. It goes on asking. Once the server answers, the page says that too; the clerk presses the button again. */

const PATIENCE = 4000; // milliseconds: a slow line answers within one; a clerk who waits longer presses again
const ASK_AGAIN = 5000;

const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const gone = document.querySelector("[data-no-connection]");
const back = document.querySelector("[data-connection-back]");
const alive = new WeakSet();

async function answers() {
  const signal = AbortSignal.timeout(PATIENCE);
  const asked = fetch("/staff/here", { method: "POST", headers: { "X-CSRFToken": token }, signal });
  return asked.then((answer) => answer.status < 500, () => false);
}

async function wait() {
  // (3)
  if (!(await answers())) {
    setTimeout(wait, ASK_AGAIN);
    return;
  }
  gone.hidden = true;
  back.hidden = false;
}

if (gone && back) {
  document.addEventListener(
    "submit",
    async (event) => {
      const form = event.target;
      if (!form.matches("form.sheet") || alive.delete(form)) return;
      // (1)
      event.preventDefault();
      event.stopImmediatePropagation();
      const button = event.submitter;
      if (await answers()) {
        alive.add(form);
        form.requestSubmit(button);
        return;
      }
      // (2)
      const waiting = !gone.hidden;
      back.hidden = true;
      gone.hidden = false;
      gone.querySelector("[tabindex]")?.focus();
      gone.scrollIntoView({ block: "nearest" });
      if (!waiting) setTimeout(wait, ASK_AGAIN);
    },
    { capture: true },
  );
}
