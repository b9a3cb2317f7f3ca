// Keeps the page's own files, so that it opens without the gate service. What the service decides
// is never kept here. From the service first: a gate that was updated must not show an old page.

const KEPT = "guichet-page";
const PATIENCE_MS = 2000;
const FILES = [
  "/",
  "/tablet/alone.js",
  "/tablet/camera.js",
  "/tablet/card",
  "/tablet/card.css",
  "/tablet/card.js",
  "/tablet/credential.js",
  "/tablet/decide.js",
  "/tablet/door.js",
  "/tablet/fonts/display.woff2",
  "/tablet/fonts/text-ext.woff2",
  "/tablet/fonts/text.woff2",
  "/tablet/gate.js",
  "/tablet/history.js",
  "/tablet/icons/192.png",
  "/tablet/icons/512.png",
  "/tablet/icons/maskable.png",
  "/tablet/layouts.js",
  "/tablet/linear.js",
  "/tablet/manifest.webmanifest",
  "/tablet/mark.svg",
  "/tablet/more.js",
  "/tablet/panels.css",
  "/tablet/panels.js",
  "/tablet/party.js",
  "/tablet/pos.js",
  "/tablet/qr.js",
  "/tablet/readers.js",
  "/tablet/serial.js",
  "/tablet/sound.js",
  "/tablet/store.js",
  "/tablet/supervisor.js",
  "/tablet/tablet.css",
  "/tablet/tablet.js",
  "/tablet/testcodes.js",
  "/tablet/texts.js",
  "/tablet/texts_en.js",
  "/tablet/texts_fr.js",
  "/tablet/tick.svg",
  "/tablet/verdict.css",
  "/tablet/verdict.js",
  "/tablet/wedge.js",
];

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll().then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function keepAll() {
  const kept = await caches.open(KEPT);
  await kept.addAll(FILES.map((path) => new Request(path, { cache: "reload" })));
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const isOurs = url.origin === self.location.origin && FILES.includes(url.pathname);
  if (isOurs && event.request.method === "GET") event.respondWith(answer(url.pathname));
});

async function answer(path) {
  const kept = await caches.open(KEPT);
  const known = await kept.match(path);
  try {
    const signal = known ? AbortSignal.timeout(PATIENCE_MS) : undefined;
    const fresh = await fetch(path, { cache: "no-cache", signal });
    if (fresh.ok) await kept.put(path, fresh.clone());
    return fresh.ok || !known ? fresh : known;
  } catch (error) {
    if (known) return known;
    throw error;
  }
}
