// Keeps M-tickets that were opened once, for where there is no network. From the network first:
// a ticket may have changed. Signing out clears what is kept, and so does another's signing in.

const KEPT = "guichet-m-tickets";
const PATIENCE_MS = 4000;
/** Whoever asks may not see the ticket, or there is none. Of all else nobody knows. */
const LOST = [401, 403, 404, 410];

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
  let answer = null;
  try {
    answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    // As when the answer says nothing of the ticket.
  }
  if (answer?.ok && !answer.redirected) {
    await kept.put(request, answer.clone());
    return answer;
  }
  if (answer && isLost(answer)) {
    await kept.delete(request, { ignoreSearch: true });
    return answer;
  }
  return (await kept.match(request, { ignoreSearch: true })) ?? answer ?? Response.error();
}

/** Not this reader's, or not any more. A navigation's redirect, to the sign-in, is opaque. */
const isLost = (answer) =>
  answer.redirected || answer.type === "opaqueredirect" || LOST.includes(answer.status);

async function part(request) {
  const kept = await caches.open(KEPT);
  return (await kept.match(request)) ?? fetch(request);
}
