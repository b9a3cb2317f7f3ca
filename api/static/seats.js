// The seat map: blocks are opened without reloading, seats are drawn and chosen with pointer or
// keyboard, and what is free is shown as it changes. The list beside it always says the same, and
// is all there is without this file.
(() => {
  "use strict";
  const map = document.querySelector("[data-map]");
  const plan = map?.querySelector(".map-plan");
  const panel = document.querySelector("[data-block-panel]");
  const pick = document.querySelector("form[data-pick]");
  const formulas = document.querySelector("[data-formulas]");
  const state = document.querySelector("[data-live-state]");
  if (!map || !plan || !panel || !pick || !formulas) return;

  const words = map.dataset;
  const event = words.event;
  const SVG = "http://www.w3.org/2000/svg";
  const PITCH = 28;
  const SEAT = "M-9-6a4 4 0 0 1 4-4H5a4 4 0 0 1 4 4V9H-9z";
  const WHEELS = "M-10 0a10 10 0 1 0 20 0a10 10 0 1 0-20 0";
  const ASK_AGAIN_MS = 10000;
  const draw = (name, attributes, ...inside) => {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...inside);
    return node;
  };
  // What is chosen stands in the list already: it is said, and not written once more.
  const say = (text, isWritten = true) => {
    if (!state) return;
    state.textContent = text;
    state.classList.toggle("visually-hidden", !isWritten);
  };

  // ---------- one block: its seats ----------

  let rows = [];
  let shown = null;
  const formula = () => formulas.querySelector("input:checked");
  const party = () => Number(formula()?.dataset.seats || 1);
  const seatsInParty = () => (isForWheelchairs() ? 2 : party());
  const list = () => panel.querySelector("#seat-choice");
  const rowOf = (no) => rows.find((row) => row.row === no);
  const isFree = (row, from, seats) => from >= 0 && row.seats.slice(from, from + seats) === "0".repeat(seats);
  const rowName = (row) => words.row.replace("#", row.label);
  const isForWheelchairs = () => Boolean(panel.querySelector("[data-wheelchairs]"));
  const seatName = (row, at) => {
    if (isForWheelchairs()) return at ? words.companion : words.space;
    return words.seat.replace("#", row.first_number + at);
  };

  const grid = () => {
    const box = panel.querySelector("[data-seat-grid]");
    if (!box || !rows.length || rows.some((row) => !row.label)) return;
    const widest = Math.max(...rows.map((row) => row.seats.length));
    const width = (widest + 3) * PITCH;
    const svg = draw("svg", { viewBox: `0 0 ${width} ${rows.length * PITCH}`, width, height: rows.length * PITCH, role: "group", "aria-labelledby": "chosen-block" });
    rows.forEach((row, line) => {
      const start = 1.5 + (widest - row.seats.length) / 2;
      const y = (line + 0.5) * PITCH;
      const label = (x) => draw("text", { x, y, dy: "0.35em", class: "row-label", "aria-hidden": "true" }, row.label);
      svg.append(label(PITCH * 0.7), label(width - PITCH * 0.7));
      for (let at = 0; at < row.seats.length; at += 1) {
        const seat = draw("g", { class: "seat-spot", role: "button", tabindex: "-1", "data-row": row.row, "data-at": at, transform: `translate(${(start + at + 0.5) * PITCH} ${y})` },
          draw("rect", { x: -PITCH / 2, y: -PITCH / 2, width: PITCH, height: PITCH, class: "seat-target" }),
          draw("path", { class: "seat-body", d: isForWheelchairs() && !at ? WHEELS : SEAT }),
          draw("path", { class: "seat-cross", d: "M-5-5L5 5M5-5L-5 5" }),
          draw("path", { class: "seat-tick", d: "M-5 0l4 4 7-8" }));
        svg.append(seat);
      }
    });
    box.replaceChildren(svg);
    box.hidden = false;
    paint();
    const own = svg.querySelector(".is-chosen");
    if (own) {
      const [inside, around] = [own.getBoundingClientRect(), box.getBoundingClientRect()];
      box.scrollBy(inside.left - around.left - around.width / 2 + PITCH * seatsInParty() / 2, inside.top - around.top - around.height / 2);
    }
    (own || svg.querySelector(".is-free") || svg.querySelector(".seat-spot"))?.setAttribute("tabindex", "0");
  };

  const chosen = () => {
    const [row, at] = (list()?.value || "").split(":").map(Number);
    return Number.isInteger(row) && Number.isInteger(at) ? { row, at } : null;
  };

  const paint = () => {
    const now = chosen();
    const seats = seatsInParty();
    panel.querySelectorAll(".seat-spot").forEach((spot) => {
      const row = rowOf(Number(spot.dataset.row));
      const at = Number(spot.dataset.at);
      const free = row.seats[at] === "0";
      const own = free && now && now.row === row.row && at >= now.at && at < now.at + seats;
      spot.classList.toggle("is-free", free);
      spot.classList.toggle("is-chosen", Boolean(own));
      spot.setAttribute("aria-pressed", own ? "true" : "false");
      spot.setAttribute("aria-label", `${rowName(row)}, ${seatName(row, at)}, ${own ? words.chosen : free ? words.free : words.taken}`);
      if (free) spot.removeAttribute("aria-disabled"); else spot.setAttribute("aria-disabled", "true");
    });
  };

  // The party is seated around the seat that was pressed, from it to the right if there is room.
  const choose = (row, at) => {
    const seats = seatsInParty();
    if (row.seats[at] !== "0") return;
    for (let back = 0; back < seats; back += 1) {
      const from = at - back;
      if (!isFree(row, from, seats)) continue;
      const value = `${row.row}:${from}`;
      const options = list();
      if (!options) return;
      if (![...options.options].some((option) => option.value === value)) {
        options.append(new Option(`${rowName(row)}, ${seatName(row, from)}`, value));
      }
      options.value = value;
      paint();
      say(options.selectedOptions[0].textContent, false);
      return;
    }
    say(words.tooFew);
  };

  panel.addEventListener("click", (click) => {
    const spot = click.target.closest(".seat-spot");
    if (!spot) return;
    choose(rowOf(Number(spot.dataset.row)), Number(spot.dataset.at));
    focusOn(spot);
  });
  panel.addEventListener("change", (change) => { if (change.target.id === "seat-choice") paint(); });

  const focusOn = (spot) => {
    panel.querySelectorAll(".seat-spot[tabindex='0']").forEach((other) => other.setAttribute("tabindex", "-1"));
    spot.setAttribute("tabindex", "0");
    spot.focus();
  };
  const spotAt = (line, at) => {
    const row = rows[line];
    if (!row) return null;
    const place = Math.max(0, Math.min(row.seats.length - 1, at));
    return panel.querySelector(`.seat-spot[data-row="${row.row}"][data-at="${place}"]`);
  };
  panel.addEventListener("keydown", (key) => {
    const spot = key.target.closest?.(".seat-spot");
    if (!spot) return;
    const row = rowOf(Number(spot.dataset.row));
    const line = rows.indexOf(row);
    const at = Number(spot.dataset.at);
    const to = {
      ArrowRight: () => spotAt(line, at + 1), ArrowLeft: () => spotAt(line, at - 1),
      ArrowUp: () => spotAt(line - 1, at), ArrowDown: () => spotAt(line + 1, at),
      Home: () => spotAt(line, 0), End: () => spotAt(line, row.seats.length - 1),
    }[key.key];
    if (key.key === "Enter" || key.key === " ") { key.preventDefault(); choose(row, at); return; }
    if (!to) return;
    key.preventDefault();
    const next = to();
    if (next) focusOn(next);
  });

  // ---------- what changes ----------

  let stream = null;
  let again = 0;
  const hear = (told) => {
    for (const stock of told.categories) {
      const item = map.querySelector(`.legend [data-category="${CSS.escape(stock.category)}"]`);
      if (item) item.classList.toggle("is-gone", stock.free === 0);
    }
    told.free_by_block.forEach((free, block) => {
      plan.querySelector(`[data-block="${block}"]`)?.classList.toggle("is-full", free === 0);
    });
    if (!told.block || told.block.index !== shown) return;
    if (!rows.length) { rows = told.block.rows; grid(); return; }
    const before = chosen();
    for (const row of told.block.rows) Object.assign(rowOf(row.row) || {}, row);
    const own = before && rowOf(before.row);
    paint();
    if (own && !isFree(own, before.at, seatsInParty())) say(words.gone);
  };

  const ask = async () => {
    window.clearTimeout(again);
    try {
      const answer = await fetch(`/api/v1/events/${event}/seats?block=${shown ?? ""}`.replace(/\?block=$/, ""));
      if (answer.ok) hear(await answer.json());
    } catch { say(words.offline); }
    again = window.setTimeout(ask, ASK_AGAIN_MS);
  };

  const listen = () => {
    stream?.close();
    window.clearTimeout(again);
    if (!window.EventSource) { ask(); return; }
    const block = shown === null ? "" : `?block=${shown}`;
    const own = new EventSource(`/api/v1/events/${event}/live${block}`);
    stream = own;
    own.addEventListener("seats", (news) => { hear(JSON.parse(news.data)); map.dataset.heard = "1"; });
    own.addEventListener("error", () => {
      // Refused for good (too many watch): it is asked from time to time instead.
      if (own.readyState === EventSource.CLOSED && stream === own) ask();
    });
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { stream?.close(); window.clearTimeout(again); } else listen();
  });

  // ---------- opening a block ----------

  const begin = () => {
    const section = panel.querySelector("[data-shown-block]");
    shown = section ? Number(section.dataset.shownBlock) : null;
    rows = [];
    listen();
  };

  let asked = 0;
  const open = async (block, how) => {
    asked += 1;
    const mine = asked;
    const query = new URLSearchParams({ formula: formula().value });
    if (block !== "") query.set("block", block);
    const href = `/events/${event}/seats?${query}`;
    panel.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(href, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      // Who chose something else meanwhile is shown that, whichever answer comes first.
      if (mine !== asked) return;
      panel.replaceChildren(...page.querySelector("[data-block-panel]").childNodes);
      map.querySelector(".legend").replaceChildren(...page.querySelector(".legend").childNodes);
      const best = document.querySelector("[data-best]");
      best?.replaceChildren(...page.querySelector("[data-best]").childNodes);
      pick.elements.block.value = block;
      plan.querySelectorAll(".block").forEach((other) => {
        if (other.dataset.block === block) other.setAttribute("aria-current", "true"); else other.removeAttribute("aria-current");
      });
      window.history.replaceState(null, "", href);
      begin();
      if (how === "go") {
        panel.focus({ preventScroll: true });
        const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
        if (panel.getBoundingClientRect().top > window.innerHeight * 0.6) panel.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
      }
    } catch {
      if (mine !== asked) return;
      if (navigator.onLine) window.location.assign(href); else say(words.offline);
    } finally { if (mine === asked) panel.removeAttribute("aria-busy"); }
  };

  plan.addEventListener("click", (click) => {
    const block = click.target.closest(".block");
    if (!block || click.ctrlKey || click.metaKey || click.shiftKey) return;
    click.preventDefault();
    if (!moved) open(block.dataset.block, "go");
  });
  [pick, formulas].forEach((form) => form.addEventListener("change", () => open(pick.elements.block.value, "stay")));
  pick.addEventListener("submit", (submit) => { submit.preventDefault(); open(pick.elements.block.value, "go"); });
  pick.querySelector("button[type=submit]").hidden = true;

  // ---------- zoom: buttons, two fingers, wheel with Ctrl; drag once zoomed ----------

  const whole = plan.viewBox.baseVal;
  const all = { x: whole.x, y: whole.y, w: whole.width, h: whole.height };
  let view = { ...all };
  let moved = false;
  const ZOOM_MAX = 6;
  const apply = () => {
    view.w = Math.min(all.w, Math.max(all.w / ZOOM_MAX, view.w));
    view.h = view.w * (all.h / all.w);
    view.x = Math.min(all.x + all.w - view.w, Math.max(all.x, view.x));
    view.y = Math.min(all.y + all.h - view.h, Math.max(all.y, view.y));
    plan.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
    plan.classList.toggle("is-zoomed", view.w < all.w - 1);
  };
  const zoom = (by, clientX, clientY) => {
    const box = plan.getBoundingClientRect();
    const fx = clientX === undefined ? 0.5 : (clientX - box.left) / box.width;
    const fy = clientY === undefined ? 0.5 : (clientY - box.top) / box.height;
    const w = Math.min(all.w, Math.max(all.w / ZOOM_MAX, view.w / by));
    view.x += (view.w - w) * fx;
    view.y += (view.h - w * (all.h / all.w)) * fy;
    view.w = w;
    apply();
  };
  map.querySelector(".map-tools").hidden = false;
  map.querySelectorAll("[data-zoom]").forEach((tool) => tool.addEventListener("click", () => {
    if (tool.dataset.zoom === "all") { view = { ...all }; apply(); } else zoom(tool.dataset.zoom === "in" ? 1.6 : 1 / 1.6);
  }));
  plan.addEventListener("wheel", (wheel) => {
    if (!wheel.ctrlKey) return;
    wheel.preventDefault();
    zoom(wheel.deltaY < 0 ? 1.2 : 1 / 1.2, wheel.clientX, wheel.clientY);
  }, { passive: false });
  const fingers = new Map();
  plan.addEventListener("pointerdown", (down) => { fingers.set(down.pointerId, down); moved = false; });
  plan.addEventListener("pointermove", (move) => {
    const before = fingers.get(move.pointerId);
    if (!before) return;
    const box = plan.getBoundingClientRect();
    const others = [...fingers.values()].filter((finger) => finger.pointerId !== move.pointerId);
    if (others.length === 1) {
      const distance = (one) => Math.hypot(one.clientX - others[0].clientX, one.clientY - others[0].clientY) || 1;
      zoom(distance(move) / distance(before), (move.clientX + others[0].clientX) / 2, (move.clientY + others[0].clientY) / 2);
      moved = true;
    } else if (view.w < all.w - 1) {
      if (Math.hypot(move.clientX - before.clientX, move.clientY - before.clientY) > 3) moved = true;
      view.x -= (move.clientX - before.clientX) * (view.w / box.width);
      view.y -= (move.clientY - before.clientY) * (view.h / box.height);
      apply();
    }
    fingers.set(move.pointerId, move);
  });
  ["pointerup", "pointercancel", "pointerleave"].forEach((end) => plan.addEventListener(end, (up) => fingers.delete(up.pointerId)));

  begin();
})();
