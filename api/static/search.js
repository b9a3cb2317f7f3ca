// The search without reloading: the same addresses, the same page, of which only the results are
// exchanged. Without this file the form does it all.
(() => {
  "use strict";
  const form = document.querySelector("form[data-search]");
  const found = document.getElementById("found");
  const status = document.querySelector("[data-search-status]");
  if (!form || !found || !window.DOMParser || !window.AbortController) return;

  const WAIT_WHILE_TYPING_MS = 220;
  let asking = null;
  let waiting = 0;

  const address = () => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value !== "") query.append(name, value);
    const text = query.toString();
    return text ? `/?${text}` : "/";
  };

  // `how`: whether the address is a new step of the history, the same step, or one come back to.
  const show = async (href, how) => {
    window.clearTimeout(waiting);
    if (asking) asking.abort();
    const own = new AbortController();
    asking = own;
    found.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(href, { headers: { Accept: "text/html" }, signal: own.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("found");
      if (!fresh) throw new Error("no results");
      found.replaceChildren(...fresh.childNodes);
      if (how === "push") window.history.pushState(null, "", href);
      if (how === "replace") window.history.replaceState(null, "", href);
      if (how !== "replace") fill(page);
      status.textContent = document.getElementById("results")?.textContent || "";
      document.dispatchEvent(new CustomEvent("guichet:shown", { detail: found }));
      languages(page);
    } catch (error) {
      if (error.name === "AbortError") return;
      // Answers other than results are pages of their own: the browser shows them.
      if (navigator.onLine) { window.location.assign(href); return; }
      const notice = document.createElement("div");
      notice.className = "notice notice-alarm";
      notice.textContent = form.dataset.offline;
      found.querySelector(".notice-alarm")?.remove();
      found.prepend(notice);
      status.textContent = form.dataset.offline;
    } finally {
      if (asking === own) { asking = null; found.removeAttribute("aria-busy"); }
    }
  };

  // What the panel says follows the address, also after a step back or a filter taken away.
  const fill = (page) => {
    for (const field of form.elements) {
      const fresh = field.id && page.getElementById(field.id);
      if (!fresh) continue;
      if (field.type === "checkbox") field.checked = fresh.checked; else field.value = fresh.value;
    }
    const view = page.querySelector("form[data-search] input[name=view]")?.value || "";
    form.querySelector("input[name=view]")?.remove();
    if (view) {
      const kept = document.createElement("input");
      Object.assign(kept, { type: "hidden", name: "view", value: view });
      form.prepend(kept);
    }
  };

  // The switch of the language leads back to what is shown now.
  const languages = (page) => {
    const fresh = page.querySelectorAll(".languages a");
    document.querySelectorAll(".languages a").forEach((link, at) => {
      if (fresh[at]) link.href = fresh[at].getAttribute("href");
    });
  };

  form.addEventListener("submit", (event) => { event.preventDefault(); show(address(), "push"); });
  form.addEventListener("change", (event) => {
    if (event.target.name !== "q") show(address(), "push");
  });
  form.addEventListener("input", (event) => {
    if (event.target.name !== "q") return;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => show(address(), "replace"), WAIT_WHILE_TYPING_MS);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-search-link]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    // What was pressed is gone: the results are where one goes on, without calling the keyboard
    // of a telephone.
    show(link.getAttribute("href"), "push").then(() => {
      const results = document.getElementById("results");
      results?.setAttribute("tabindex", "-1");
      results?.focus({ preventScroll: true });
    });
  });
  window.addEventListener("popstate", () => show(window.location.pathname + window.location.search, "back"));
})();
