/* The clock of a draft: how long is left, a word five minutes before the end, and more time while somebody works.

   The server's own words of the time are used, so that a computer whose clock is wrong counts right all the same. */

const WARN = 5 * 60 * 1000; // as DRAFT_WARNING in citycard/operations/clocks.py
const RENEW = 5 * 60 * 1000;

const clock = document.querySelector("[data-clock]");
const token = document.querySelector('meta[name="csrf-token"]')?.content;

if (clock) {
  const loaded = performance.now();
  let serverNow = Date.parse(clock.dataset.now);
  let at = loaded;
  let deadline = Date.parse(clock.dataset.deadline);
  let touched = false;
  let renewed = loaded;
  const warning = document.querySelector("[data-clock-warning]");
  const left = clock.querySelector("[data-clock-left]");
  const minutes = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "minute", unitDisplay: "short" });

  const remaining = () => deadline - (serverNow + performance.now() - at);

  const show = () => {
    const rest = remaining();
    left.textContent = `(${minutes.format(Math.max(0, Math.ceil(rest / 60000)))})`;
    clock.classList.toggle("soon", rest <= WARN);
    if (warning) warning.hidden = rest > WARN;
  };

  const renew = async () => {
    renewed = performance.now();
    touched = false;
    const path = location.pathname.split("/").slice(0, 3).join("/");
    const answer = await fetch(`${path}/extend`, { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return false;
    const times = await answer.json();
    serverNow = Date.parse(times.now);
    deadline = Date.parse(times.deadline);
    at = performance.now();
    show();
    return true;
  };

  addEventListener("input", () => (touched = true), { passive: true });
  clock.querySelector('[value="extend"]')?.addEventListener("click", (event) => {
    event.preventDefault();
    const button = event.currentTarget;
    renew().then((done) => {
      if (done) return;
      // The screen may be locked, or the network gone: send the form itself, which loses nothing.
      const hidden = document.createElement("input");
      Object.assign(hidden, { type: "hidden", name: "do", value: "extend" });
      button.form.append(hidden);
      button.form.submit();
    });
  });
  show();
  setInterval(() => {
    // A file on which somebody works is not left alone: typing counts as saving.
    if (touched && performance.now() - renewed >= RENEW) renew();
    show();
  }, 5000);
}
