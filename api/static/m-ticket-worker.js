// Keeps M-tickets that were opened once, for where there is no network. From the network first:
// a ticket may have changed. Signing out clears what is kept.

const KEPT = "guichet-m-tickets";
const PATIENCE_MS = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { method, url, mode } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (mode === "navigate" && pathname.endsWith("/m")) event.respondWith(page(event.request));
  else if (pathname.startsWith("/static/")) event.respondWith(part(event.request));
});

async function page(request) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.status < 500) {
      if (answer.ok && !answer.redirected) await kept.put(request, answer.clone());
      else await kept.delete(request);
      return answer;
    }
  } catch {
    // As below.
  }
  return (await kept.match(request, { ignoreSearch: true })) ?? Response.error();
}

async function part(request) {
  const kept = await caches.open(KEPT);
  return (await kept.match(request)) ?? fetch(request);
}
