// What the tablet keeps, in IndexedDB: the list with its sealed records, what entered, what is to
// be told. Never a code, a name or an e-mail; all of it goes when the tablet is revoked.

const NAME = "guichet-gate";
const VERSION = 1;
/** How long an erasure is waited for that another tab holds up. */
const BLOCKED_MS = 5000;

let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      const db = asked.result;
      db.createObjectStore("facts");
      db.createObjectStore("tickets", { keyPath: ["e", "n"] }).createIndex("short", ["e", "c"]);
      db.createObjectStore("entries", { keyPath: "id" });
      db.createObjectStore("scans", { keyPath: "order", autoIncrement: true });
      db.createObjectStore("outcomes", { keyPath: "order", autoIncrement: true });
    };
    asked.onsuccess = () => {
      // Another tab erases everything: this one must not hold it open.
      asked.result.onversionchange = () => {
        asked.result.close();
        opened = null;
      };
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

/** Runs `work(stores)` in one transaction and waits until it is on the disk. */
async function write(names, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(names, "readwrite", { durability: "strict" });
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    work(Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])));
  });
}

async function read(name, ask) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const asked = ask(db.transaction(name).objectStore(name));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

export const fact = (name) => read("facts", (store) => store.get(name));
export const keepFact = (name, value) => write(["facts"], ({ facts }) => facts.put(value, name));

export const ticket = (event, serial) => read("tickets", (store) => store.get([event, serial]));
export const byShort = (event, digest) =>
  read("tickets", (store) => store.index("short").get([event, digest]));
export const countTickets = () => read("tickets", (store) => store.count());

/** The whole list, or changes to it, with what it says of itself; all or nothing. */
export function keepList(list) {
  const { tickets: changed, ...about } = list;
  return write(["facts", "tickets"], ({ facts, tickets }) => {
    if (list.full) tickets.clear();
    for (const one of changed) tickets.put(one);
    facts.put(about, "list");
  });
}

export const entry = (id) => read("entries", (store) => store.get(id));
export const keepEntry = (entry) => write(["entries"], ({ entries }) => entries.put(entry));

/** A scan decided here and, if it admits, the entry: before the agent sees the verdict. */
export function keepScans(lines, entered) {
  return write(["scans", "entries"], ({ scans, entries }) => {
    for (const line of lines) scans.add(line);
    for (const one of entered) entries.put(one);
  });
}

/** As they were decided; `aside` where the service does not take them. */
export const untoldScans = () => read("scans", (store) => store.getAll());
export const setAside = (lines) => write(["scans"], ({ scans }) =>
  lines.forEach((line) => scans.put({ ...line, aside: true })));
export async function waitAgain() {
  const aside = (await untoldScans()).filter((line) => line.aside);
  if (aside.length === 0) return;
  await write(["scans"], ({ scans }) =>
    aside.forEach(({ aside: _, ...line }) => scans.put(line)));
}
export const dropScans = (orders) =>
  write(["scans"], ({ scans }) => orders.forEach((order) => scans.delete(order)));

export const keepOutcome = (outcome) =>
  write(["outcomes"], ({ outcomes }) => outcomes.add(outcome));
export const waitingOutcomes = () => read("outcomes", (store) => store.getAll());
export const dropOutcome = (order) =>
  write(["outcomes"], ({ outcomes }) => outcomes.delete(order));

/** Takes the sealed records of events that are over off the disk. */
export function dropHolders(events) {
  return write(["tickets"], ({ tickets }) => {
    for (const event of events) {
      const asked = tickets.openCursor(IDBKeyRange.bound([event], [event, []]));
      asked.onsuccess = () => {
        const cursor = asked.result;
        if (!cursor) return;
        const { h, ...rest } = cursor.value;
        if (h) cursor.update(rest);
        cursor.continue();
      };
    }
  });
}

/** Entries of the days before: their events are over. */
export async function dropOldEntries(beforeMs) {
  const all = await read("entries", (store) => store.getAll());
  const old = all.filter((one) => Date.parse(one.at) < beforeMs);
  await write(["entries"], ({ entries }) => old.forEach((one) => entries.delete(one.id)));
}

/** Forgets everything: list, entries, scans, page. */
export async function forgetAll() {
  localStorage.clear();
  sessionStorage.clear();
  if (opened) (await opened).close();
  opened = null;
  await new Promise((resolve) => {
    const asked = indexedDB.deleteDatabase(NAME);
    asked.onsuccess = asked.onerror = resolve;
    // By a transaction in another tab: it ends, and then the erasing goes on by itself.
    asked.onblocked = () => setTimeout(resolve, BLOCKED_MS);
  });
  if (globalThis.caches) {
    for (const name of await caches.keys()) await caches.delete(name);
  }
}
