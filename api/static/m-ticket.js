// The ticket on the phone: each code is drawn anew every 15 seconds by the phone itself, so that
// it needs no network once it was opened, and a picture of it is worth nothing a minute later.

const KEPT = "guichet-m-tickets";
const CLOCK = "guichet.clock";
const STEP_MS = 15_000;
const QUIET = 4;

const box = document.querySelector("[data-m-tickets]");
const tickets = [...box.querySelectorAll("[data-digits]")];
const { qr } = await import(box.dataset.qr);

/** How far the server's clock is ahead, in milliseconds; kept for when there is no network. */
let ahead = Number(read(CLOCK)) || 0;

// ---- the code of the moment (RFC 6238 with SHA-256, eight digits)

const bytes = (base64) => Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));

async function keyOf(ticket) {
  const hash = { name: "HMAC", hash: "SHA-256" };
  return crypto.subtle.importKey("raw", bytes(ticket.dataset.seed), hash, false, ["sign"]);
}

async function codeAt(key, step) {
  const message = new DataView(new ArrayBuffer(8));
  message.setBigUint64(0, BigInt(step));
  const mac = new DataView(await crypto.subtle.sign("HMAC", key, message.buffer));
  const word = mac.getUint32(mac.getUint8(31) & 0x0f) & 0x7fffffff;
  return String(word % 100_000_000).padStart(8, "0");
}

// ---- the picture

function draw(ticket, digits) {
  const rows = qr(digits);
  const side = rows.length + 2 * QUIET;
  const path = rows.map((row, y) => row.map((dark, x) =>
    (dark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : "")).join("")).join("");
  const picture = ticket.querySelector("svg.m-qr");
  picture.setAttribute("viewBox", `0 0 ${side} ${side}`);
  picture.querySelector("path").setAttribute("d", path);
  ticket.dataset.shown = digits;
}

const now = () => Date.now() + ahead;

async function show(keys) {
  const step = Math.floor(now() / STEP_MS);
  await Promise.all(tickets.map(async (ticket, at) =>
    draw(ticket, ticket.dataset.digits + await codeAt(keys[at], step))));
  for (const ticket of tickets) restart(ticket.querySelector(".m-beat"));
  setTimeout(() => show(keys), STEP_MS - (now() % STEP_MS) + 20);
}

/** The line that runs out with the code. */
function restart(beat) {
  // Whoever asked for stillness sees the code change, without its time running out before.
  if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const left = STEP_MS - (now() % STEP_MS);
  for (const running of beat.getAnimations()) running.cancel();
  const from = left / STEP_MS;
  beat.animate([{ transform: `scaleX(${from})` }, { transform: "scaleX(0)" }],
    { duration: left, easing: "linear", fill: "forwards" });
}

// ---- clock, wake, keeping

/** The phone's own clock may be wrong: gates bear half a minute, people's phones more. */
async function setClock() {
  const asked = Date.now();
  try {
    const answer = await fetch("/healthz", { cache: "no-store" });
    const told = Date.parse(answer.headers.get("Date"));
    if (!answer.ok || Number.isNaN(told)) return;
    ahead = told + 500 - (asked + Date.now()) / 2;
    write(CLOCK, String(Math.round(ahead)));
  } catch {
    // Without a network the difference known before stands.
  }
}

function read(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

function write(name, value) {
  try { localStorage.setItem(name, value); } catch { /* private mode: known for this page only */ }
}

async function stayAwake() {
  if (document.visibilityState !== "visible") return;
  try { await navigator.wakeLock?.request("screen"); } catch { /* battery saving */ }
}

/** This page and what it is made of, for airplane mode. */
async function keep() {
  if (!("serviceWorker" in navigator)) return;
  const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon]")]
    .map((link) => link.href);
  const scripts = [...document.querySelectorAll("script[src]")].map((script) => script.src);
  const fonts = performance.getEntriesByType("resource").map((entry) => entry.name)
    .filter((name) => name.includes("/static/fonts/"));
  await navigator.serviceWorker.register("/m-ticket-worker.js", { scope: "/account/tickets/" });
  const kept = await caches.open(KEPT);
  const all = [location.pathname, box.dataset.qr, ...parts, ...scripts, ...fonts];
  await kept.addAll([...new Set(all)]);
  document.querySelector("[data-kept]").hidden = false;
}

document.addEventListener("visibilitychange", stayAwake);
stayAwake();

if (globalThis.crypto?.subtle) {
  await setClock();
  await show(await Promise.all(tickets.map(keyOf)));
  if (navigator.onLine) keep().catch(() => { /* it is shown all the same */ });
} else {
  for (const ticket of tickets) draw(ticket, ticket.dataset.digits);
}
