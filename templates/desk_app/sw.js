/* The service worker of the desk page: it keeps the page on the device (citycard/web/desk_app/assets.py).

   1. Every file of the page is named below with the SHA-256 of its content. All of them are fetched before any is used;
      one that is not what is named fails the whole, and the version before stays.
   2. What is named is answered from here and never asked for again. Everything else goes to the network: enrolling, the
      bundle, counts. Nothing that was scanned is in any address, so nothing of it passes here.
   3. A new version waits until the page says that no card is on its screen. */

const VERSION = "{{ version }}";
const ASSETS = new Map({{ assets | safe }});
const KEPT = `citycard-desk-${VERSION}`;

// 1
addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(KEPT);
      const all = [...ASSETS].map(async ([path, integrity]) => {
        const answer = await fetch(new Request(path, { integrity, cache: "reload", credentials: "omit" }));
        if (!answer.ok) throw new Error("a file of the page is missing");
        await cache.put(path, answer);
      });
      await Promise.all(all);
    })(),
  );
});

addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const old = (await caches.keys()).filter((name) => name.startsWith("citycard-desk-") && name !== KEPT);
      await Promise.all(old.map((name) => caches.delete(name)));
      await clients.claim();
    })(),
  );
});

// 2
addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin || !ASSETS.has(pathname)) return;
  event.respondWith(
    (async () => {
      const cache = await caches.open(KEPT);
      return (await cache.match(pathname)) ?? fetch(event.request);
    })(),
  );
});

// 3
addEventListener("message", (event) => {
  if (event.data === "take up") skipWaiting();
});
