// Small comforts only: every page works without this file.
(() => {
  "use strict";

  // The server's clock is the one that counts: the browser's own may be wrong,
  // so only the difference between the two instants given by the page is used.
  const startTimer = (box) => {
    const output = box.querySelector("output");
    const spoken = box.querySelector("[aria-live]");
    const left = Date.parse(box.dataset.expires) - Date.parse(box.dataset.now);
    if (!output || Number.isNaN(left)) return;
    const end = performance.now() + left;
    const announced = new Set();
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
        if (box.dataset.then) window.location.assign(box.dataset.then);
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
            const shown = before.toLocaleString(document.documentElement.lang);
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

  // Copies the first holder's surname to the others still empty, on request.
  document.querySelectorAll("[data-copy-surname]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const names = document.querySelectorAll("input[name^=last_name]");
      names.forEach((input) => { if (!input.value && names[0]) input.value = names[0].value; });
    });
  });
})();
