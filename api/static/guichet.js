// Small comforts only: every page works without this file.
(() => {
  "use strict";

  // As the pages themselves write numbers and hours: Latin digits, 24 hours.
  const { lang } = document.documentElement;
  const tag = { en: "en-GB", ar: "ar-u-nu-latn-hc-h23" }[lang] ?? lang;

  // The server's clock is the one that counts: the browser's own may be wrong,
  // so only the difference between the two instants given by the page is used.
  const startTimer = (box) => {
    const output = box.querySelector("output");
    const spoken = box.querySelector("[aria-live]");
    const left = Date.parse(box.dataset.expires) - Date.parse(box.dataset.now);
    if (!output || Number.isNaN(left)) return;
    const end = performance.now() + left;
    const announced = new Set();
    // A form that can be shown again keeps what was typed in it; while it is under way, showing it
    // again would cut off the order that it carries.
    const again = document.querySelector("[data-again]");
    const form = again?.form;
    form?.addEventListener("submit", () => { form.dataset.underWay = "1"; });
    window.addEventListener("pageshow", () => { if (form) delete form.dataset.underWay; });
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      output.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      for (const mark of [120, 60, 30]) {
        if (seconds <= mark && seconds > mark - 5 && !announced.has(mark)) {
          announced.add(mark);
          if (spoken) spoken.textContent = box.dataset[`say${mark}`] || "";
        }
      }
      if (seconds <= 60) box.dataset.state = "late";
      if (seconds === 0) {
        box.dataset.state = "over";
        if (form?.dataset.underWay) {
          window.setTimeout(tick, 1000);
          return;
        }
        if (again) again.click();
        else if (box.dataset.then) window.location.assign(box.dataset.then);
        return;
      }
      window.setTimeout(tick, 250);
    };
    tick();
  };
  document.querySelectorAll(".timer[data-expires]").forEach(startTimer);

  // Those who wait ask for one small number only; the page is read again when it is their turn,
  // or when anything but the number has changed.
  document.querySelectorAll("[data-queue]").forEach((box) => {
    const rank = Number(box.dataset.rank);
    const position = box.querySelector("[data-position]");
    let state = null;
    const look = async () => {
      try {
        const answer = await fetch(`/api/v1/queues/${box.dataset.queue}/serving`);
        if (answer.ok) {
          const told = await answer.json();
          const before = rank - told.serving - 1;
          const drawn = box.dataset.step === "drawn_later" && !/pre_queue|listed/.test(told.state);
          const changed = state && told.state !== state;
          if (drawn || changed || (rank && before < 2)) window.location.reload();
          state = told.state;
          if (position && before > 1) {
            const shown = before.toLocaleString(tag);
            position.textContent = position.dataset.position.replace("#", shown);
          }
        }
      } catch { /* the next look may succeed */ }
      window.setTimeout(look, 10000 + Math.random() * 10000);
    };
    window.setTimeout(look, 2000 + Math.random() * 3000);
  });

  // A second press of the same button would only repeat the same request
  // (ids are made by the page), yet it makes people wait twice.
  document.querySelectorAll("form[method=post]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
      window.setTimeout(() => delete form.dataset.sent, 8000);
    });
  });

  // What was answered to a form is a page like any other: going back or reloading asks for it anew
  // and sends nothing twice.
  const here = document.querySelector("[data-here]");
  if (here) window.history.replaceState(null, "", here.dataset.here);

  // Times are the venue's; whoever is in another time zone is also told their own.
  const ownTimes = (within) => {
    const pattern = document.body.dataset.yourTime;
    if (!pattern) return;
    within.querySelectorAll("[data-at]:not([data-told])").forEach((place) => {
      place.dataset.told = "1";
      const at = new Date(place.dataset.at);
      const offset = place.dataset.at.match(/([+-])(\d\d):(\d\d)$/);
      if (!offset || Number.isNaN(at.getTime())) return;
      const minutes = (Number(offset[2]) * 60 + Number(offset[3])) * (offset[1] === "-" ? -1 : 1);
      if (minutes === -at.getTimezoneOffset()) return;
      const there = new Date(at.getTime() + (minutes + at.getTimezoneOffset()) * 60000);
      const form = { hour: "numeric", minute: "2-digit" };
      if (there.getDate() !== at.getDate()) Object.assign(form, { weekday: "short", day: "numeric" });
      const own = at.toLocaleString(tag, form);
      const told = document.createElement("span");
      told.className = "your-time";
      // French writes 9 h 00 on every page.
      const written = lang === "fr" ? own.replace(":", "\u00a0h\u00a0") : own;
      told.textContent = ` ${pattern.replace("#", written)}`;
      place.append(told);
    });
  };
  ownTimes(document);
  document.addEventListener("guichet:shown", (shown) => ownTimes(shown.detail));

  // Until a sale opens, by the server's clock; then the page is read again.
  document.querySelectorAll(".countdown[data-opens]").forEach((box) => {
    const left = Date.parse(box.dataset.opens) - Date.parse(box.dataset.now);
    if (Number.isNaN(left)) return;
    const end = performance.now() + left;
    const units = box.dataset.words.split("|");
    box.hidden = false;
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      if (seconds === 0) {
        box.textContent = box.dataset.over;
        window.setTimeout(() => window.location.reload(), 500 + Math.random() * 2500);
        return;
      }
      const parts = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
      box.replaceChildren(...parts.map((part, at) => {
        const unit = document.createElement("span");
        const digits = document.createElement("strong");
        digits.textContent = at ? String(part).padStart(2, "0") : String(part);
        unit.append(digits, ` ${units[at]}`);
        return unit;
      }));
      window.setTimeout(tick, 1000);
    };
    tick();
  });

  // Says that the line is cut, and when it is back.
  const band = document.querySelector("[data-offline-band]");
  const showLine = () => { if (band) band.hidden = navigator.onLine; };
  window.addEventListener("online", showLine);
  window.addEventListener("offline", showLine);
  showLine();

  // An honest page for when there is no network; kept anew in another language or style.
  const keepOfflinePage = () => {
    const style = document.querySelector("link[rel=stylesheet]").getAttribute("href");
    const which = `${document.documentElement.lang} ${style}`;
    navigator.serviceWorker.register(`/offline-worker.js?for=${encodeURIComponent(which)}`)
      .catch(() => { /* the browser's own page will do */ });
  };
  if ("serviceWorker" in navigator) {
    window.addEventListener("load", () => window.setTimeout(keepOfflinePage, 2000));
  }

  // Copies the first holder's surname to the others still empty, on request.
  document.querySelectorAll("[data-copy-surname]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const names = document.querySelectorAll("input[name^=last_name]");
      names.forEach((input) => { if (!input.value && names[0]) input.value = names[0].value; });
    });
  });

  // The people of the first hold come to the others too: into what is still empty, on request.
  document.querySelectorAll("[data-copy-people]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const [first, ...others] = [...document.querySelectorAll("[data-line]")]
        .map((line) => [...line.querySelectorAll("input[name$=_name]")]);
      others.flatMap((names) => [...names.entries()]).forEach(([at, input]) => {
        if (!input.value && first[at]) input.value = first[at].value;
      });
    });
  });

  // Answers are sought as one types; without accents, in any order of the words.
  const answers = document.querySelector("[data-answers]");
  if (answers) {
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const folds = [...answers.querySelectorAll("details")];
    const texts = folds.map((fold) => plain(fold.textContent));
    const field = answers.querySelector("input");
    answers.querySelector("[data-answers-search]").hidden = false;
    field.addEventListener("input", () => {
      const words = plain(field.value).split(/\s+/).filter(Boolean);
      folds.forEach((fold, at) => {
        fold.hidden = !words.every((word) => texts[at].includes(word));
      });
      for (const section of answers.querySelectorAll("section")) {
        section.hidden = !section.querySelector("details:not([hidden])");
      }
      const none = folds.every((fold) => fold.hidden);
      answers.querySelector("[data-answers-none]").hidden = !none;
    });
  }
})();
