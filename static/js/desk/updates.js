/* A newer page takes the place of this one when nobody is looking at a card.

   1. The service worker is asked for anew with every visit and every few hours. A newer one has fetched everything it
      needs before it waits.
   2. It is told to take up, and the page opens afresh, only while the page says that it is idle. */

const EVERY = 4 * 3_600_000;
const LOOK = 5_000;

/** Keep the page on this device; `idle()` says whether it may be opened afresh now. */
export async function keepUpToDate(idle) {
  if (!navigator.serviceWorker) return;
  let registration;
  try {
    registration = await navigator.serviceWorker.register("/desk-app/sw.js", { scope: "/desk-app/", updateViaCache: "none" });
  } catch {
    return; // no network on a first visit: the page works while it is open
  }
  if (!registration) return; // a browser that was told to keep no pages
  let taken = !navigator.serviceWorker.controller; // the first one takes up by itself and changes nothing
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (taken) {
      taken = false;
      return;
    }
    location.reload();
  });
  // 2
  setInterval(() => {
    if (registration.waiting && navigator.serviceWorker.controller && idle()) registration.waiting.postMessage("take up");
  }, LOOK);
  // 1
  setInterval(() => registration.update().catch(() => {}), EVERY);
}
