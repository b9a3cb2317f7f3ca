// Without a network, an honest page in the place of the browser's own: that there is none, and
// which M-tickets are on this phone all the same. Everything else goes to the network as ever.

const KEPT = "guichet-offline";
const PAGE = "/offline";

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  // The page is asked for while this worker starts.
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const { method, url, mode } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (mode === "navigate") event.respondWith(page(event));
  else if (pathname.startsWith("/static/")) event.respondWith(part(event.request));
});

/** The page and what it is made of, in the reader's language of the moment. */
async function keep() {
  const answer = await fetch(PAGE, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${PAGE}: ${answer.status}`);
  const html = await answer.clone().text();
  const parts = [...html.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(([, path]) => path);
  await caches.delete(KEPT);
  const kept = await caches.open(KEPT);
  await kept.addAll([...new Set(parts)]);
  await kept.put(PAGE, answer);
}

async function page(event) {
  try {
    return await event.preloadResponse ?? await fetch(event.request);
  } catch {
    return await kept(PAGE) ?? Response.error();
  }
}

async function part(request) {
  try {
    return await fetch(request);
  } catch {
    return await kept(request) ?? Response.error();
  }
}

const kept = async (what) => (await caches.open(KEPT)).match(what);
