// The worker that keeps M-tickets, with a network that answers whatever is wanted.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { runInNewContext } from "node:vm";

const SOURCE = readFileSync(new URL("../../static/m-ticket-worker.js", import.meta.url), "utf8");
const ORIGIN = "https://tickets.example";
const PAGE = `${ORIGIN}/account/tickets/1/m`;

/** A cache by address without its query: these tests have one page. */
class Kept {
  pages = new Map();
  #of = (request) => (request.url ?? request).split("?")[0];
  async put(request, answer) { this.pages.set(this.#of(request), answer); }
  async match(request) { return this.pages.get(this.#of(request)); }
  async delete(request) { return this.pages.delete(this.#of(request)); }
}

/** The worker with a page kept; `network` is an answer or what it throws. */
function worker(network, kept = new Kept()) {
  const heard = {};
  const context = {
    self: {
      location: { origin: ORIGIN }, clients: {}, skipWaiting() {},
      addEventListener: (name, hear) => { heard[name] = hear; },
    },
    caches: { open: async () => kept },
    fetch: async () => {
      if (network instanceof Error) throw network;
      return network;
    },
    AbortSignal, Response, URL,
  };
  runInNewContext(SOURCE, context);
  const navigate = async (url = PAGE) => {
    let answer;
    heard.fetch({
      request: { method: "GET", mode: "navigate", url },
      respondWith: (promise) => { answer = promise; },
    });
    return (await answer).text();
  };
  return { navigate, kept };
}

async function withTicketKept(network) {
  const kept = new Kept();
  await kept.put(PAGE, new Response("the ticket"));
  return worker(network, kept);
}

const refusal = (status) => new Response(`no: ${status}`, { status });

/** As a navigation gets it: its target is not for the worker to see. */
const redirect = () => ({
  status: 0, ok: false, redirected: false, type: "opaqueredirect", text: async () => "elsewhere",
});

test("what the network gives is shown and kept", async () => {
  const { navigate, kept } = await withTicketKept(new Response("the ticket, changed"));
  assert.equal(await navigate(), "the ticket, changed");
  assert.equal(await (await kept.match(PAGE)).text(), "the ticket, changed");
});

test("a ticket that its reader may not see any more is forgotten", async () => {
  for (const answer of [redirect(), ...[401, 403, 404, 410].map(refusal)]) {
    const { navigate, kept } = await withTicketKept(answer);
    assert.notEqual(await navigate(`${PAGE}?from=mail`), "the ticket", `${answer.status}`);
    assert.equal(kept.pages.size, 0, `${answer.status}`);
  }
});

test("what says nothing of the ticket leaves it kept, and shown", async () => {
  for (const status of [400, 408, 425, 429, 500, 502, 503, 504]) {
    const { navigate, kept } = await withTicketKept(refusal(status));
    assert.equal(await navigate(), "the ticket", `${status}`);
    assert.equal(kept.pages.size, 1, `${status}`);
  }
  const { navigate } = await withTicketKept(new TypeError("no network"));
  assert.equal(await navigate(), "the ticket");
});

test("without a page kept, the refusal itself is shown", async () => {
  assert.equal(await worker(refusal(429)).navigate(), "no: 429");
});
