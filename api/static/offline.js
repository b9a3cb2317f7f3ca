// The M-tickets that were opened on this phone, for the page that says that there is no network.

const KEPT = "guichet-m-tickets";
const place = document.querySelector("[data-kept-tickets]");
const list = place.querySelector("ul");

const tickets = await caches.has(KEPT) ? await caches.open(KEPT) : null;
for (const request of await tickets?.keys() ?? []) {
  const { pathname } = new URL(request.url);
  if (!pathname.endsWith("/m")) continue;
  const html = await (await tickets.match(request)).text();
  const page = new DOMParser().parseFromString(html, "text/html");
  const link = document.createElement("a");
  link.className = "button button-large";
  link.href = pathname;
  const names = [...page.querySelectorAll(".m-holder")].map((name) => name.textContent);
  link.textContent = [page.querySelector("h1")?.textContent, ...names].join(" · ");
  list.append(document.createElement("li"));
  list.lastChild.append(link);
}
place.hidden = list.children.length === 0;
document.querySelector("[data-none-kept]").hidden = !place.hidden;
// Not over where the reader is going already.
let isLeaving = false;
window.addEventListener("beforeunload", () => { isLeaving = true; });
window.addEventListener("online", () => { if (!isLeaving) window.location.reload(); });
