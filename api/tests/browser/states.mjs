// States nobody meets by browsing a shop that has just opened: events that are sold out, over,
// cancelled or behind a waiting room, orders whose time is up, and a shop in maintenance. Made
// with the shop's own program and, where time has to pass, with SQL.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json, until, API_URL } from "./stage.mjs";

const { API_BINARY, GUICHET_STATE, DATABASE_OWNER_URL, REDIS_URL } = process.env;

/** The secrets of this installation: its programs need them, nobody else. */
function environment(more = {}) {
  const lines = readFileSync(join(GUICHET_STATE, "secrets.env"), "utf8").trim().split("\n");
  const pairs = lines.map((line) => line.match(/^(.*?)=(.*)$/).slice(1));
  return { ...process.env, NO_COLOR: "1", ...Object.fromEntries(pairs), ...more };
}

/** A command of administration; what it prints. */
export function shop(...words) {
  assert.ok(API_BINARY, "no program of the shop: run `make test` or `make screens`");
  return execFileSync(API_BINARY, words, { encoding: "utf8", env: environment() }).trim();
}

/** As the owner of the tables, with the password where nobody sees it. */
export function sql(text) {
  const { hostname, port, username, password, pathname } = new URL(DATABASE_OWNER_URL);
  const env = {
    ...process.env, PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password,
    PGDATABASE: pathname.slice(1),
  };
  const words = ["-qtA", "-v", "ON_ERROR_STOP=1", "-c", text];
  return execFileSync("psql", words, { encoding: "utf8", env }).trim();
}

/** Changes an event as an operator would, and the snapshots of the catalogue with it. */
export function changeEvent(code, change) {
  sql(`UPDATE events SET ${change}, updated_at = clock_timestamp() WHERE code = '${code}'`);
}

const DAY_MS = 86_400_000;
const COLUMNS = "session_code,discipline_code,discipline,venue_code,starts_at,ends_at,"
  + "medal_session,programme,capacity,price_a_cents,price_b_cents,price_c_cents,price_d_cents,"
  + "release_hours,sale_opens_days,sale_closes_at";
const TITLES = [
  "Escrime : le dernier carré", "Fencing: the last four", "Esgrima: los cuatro últimos",
  "Fechten: die letzten vier", "المبارزة: المربع الأخير",
];
const PROGRAMME = [
  "Deux demi-finales à l’épée, puis l’assaut pour le bronze.",
  "Two semi-finals in épée, then the bout for bronze.",
];

/** Small events of one's own: `places` each, in so many `days`, named after `tag`. */
export async function makeEvents(tag, wanted) {
  const folder = mkdtempSync(join(tmpdir(), "guichet-events-"));
  const keep = (name, rows) => {
    const path = join(folder, `${name}.csv`);
    writeFileSync(path, `${rows.join("\n")}\n`);
    return path;
  };
  const at = (ms) => `${new Date(ms).toISOString().slice(0, 16)}:00+00:00`;
  const codes = Object.keys(wanted).map((name) => `${tag}-${name}`);
  const rows = Object.entries(wanted).map(([name, { places, days }]) => {
    const start = Math.floor(Date.now() / DAY_MS) * DAY_MS + days * DAY_MS + DAY_MS * 0.75;
    return `${tag}-${name},FEN,Fencing,FORX,${at(start)},${at(start + DAY_MS / 8)},1,`
      + `"${PROGRAMME[1]}",${places},2500,,,,,,`;
  });
  try {
    shop("import", "catalogue",
      "--venues", keep("venues", [
        "venue_code,venue,city,capacity,step_free", "FORX,Les Forges,Nantes,400,1"]),
      "--events", keep("events", [COLUMNS, ...rows]),
      "--texts", keep("texts", [
        "session_code,title_fr,title_en,title_es,title_de,title_ar,programme_fr,programme_en",
        ...codes.map((code) => [code, ...TITLES, ...PROGRAMME.map((it) => `"${it}"`)].join(",")),
      ]));
  } finally {
    rmSync(folder, { recursive: true });
  }
  await until("the new events", async () => {
    const answers = await Promise.all(codes.map((code) =>
      fetch(`${API_URL}/api/v1/events/${code}`)));
    return answers.every((answer) => answer.ok);
  });
}

/** The first event of the programme in a state of its sale. */
export async function eventOnSale(state) {
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const found = await json(`${API_URL}/api/v1/events?page=${page}`);
    const event = found.events.find(({ sale }) => sale.state === state);
    if (event) return event.code;
    pages = found.pages;
  }
  return assert.fail(`no event whose sale is ${state}`);
}

/** The time of an order is over, as if its buyer had gone away. */
export async function letExpire(orderId) {
  // Not before now: what is behind the mark of the loop that ends orders is never looked at.
  sql(`UPDATE orders SET pay_before = now() + interval '1 second' WHERE id = '${orderId}'`);
  await until("an order that is over", () =>
    sql(`SELECT state FROM orders WHERE id = '${orderId}'`) === "expired");
}

/** Another process of the same shop, with other settings, while `play(address)` runs. */
export async function withShop(settings, play) {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const env = environment({ LISTEN: `127.0.0.1:${port}`, ...settings });
  delete env.MAILBOX_SMTP_LISTEN;
  const child = spawn(API_BINARY, ["serve"], { env, stdio: "ignore" });
  try {
    await until("another process of the shop", () =>
      fetch(`${address}/healthz`).then((answer) => answer.ok, () => false));
    await play(address);
  } finally {
    child.kill("SIGTERM");
    if (child.exitCode === null) await new Promise((ended) => { child.once("exit", ended); });
  }
}

function freePort() {
  return new Promise((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });
}

/** Redis through a wire that `play(address, cut)` can cut. */
export async function withWire(play) {
  const redis = new URL(REDIS_URL);
  const sockets = new Set();
  const server = createServer((near) => {
    const far = connect(Number(redis.port), redis.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => { near.destroy(); far.destroy(); });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise((listens) => { server.listen(0, "127.0.0.1", listens); });
  const address = new URL(REDIS_URL);
  address.port = server.address().port;
  const cut = () => { server.close(); sockets.forEach((socket) => socket.destroy()); };
  try {
    await play(address.href.replace(/\/$/, ""), cut);
  } finally {
    cut();
  }
}
