// Proof of work for crowded hours: finds the number of a challenge in a worker and puts the
// solution into the form. Without this file, or where it fails, the form's text holds: wait, then
// send. The same file is the page's script and its worker's.
(() => {
  "use strict";

  const text = new TextEncoder();
  const hexOf = (bytes) =>
    Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const solve = async ({ salt, challenge, maxnumber }) => {
    for (let number = 0; number <= maxnumber; number += 1) {
      const digest = await crypto.subtle.digest("SHA-256", text.encode(salt + number));
      if (hexOf(digest) === challenge) return number;
    }
    throw new Error("no number solves the challenge");
  };

  if (typeof document === "undefined") {
    self.onmessage = async (message) => {
      try {
        self.postMessage({ number: await solve(message.data) });
      } catch (error) {
        self.postMessage({ failed: String(error) });
      }
    };
    return;
  }

  // Digests exist on safe origins only; elsewhere the page's own words hold.
  if (!window.Worker || !window.crypto || !crypto.subtle) return;
  const source = document.currentScript.src;
  // Challenges live ten minutes.
  const goodForMs = 8 * 60 * 1000;

  const inWorker = (challenge) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(source);
      const end = (settle, value) => {
        worker.terminate();
        settle(value);
      };
      worker.onmessage = ({ data }) =>
        data.failed ? end(reject, new Error(data.failed)) : end(resolve, data.number);
      worker.onerror = () => end(reject, new Error("the worker failed"));
      worker.postMessage(challenge);
    });

  const start = (box) => {
    const form = box.closest("form");
    const field = box.querySelector("[name=altcha]");
    const words = box.querySelector("[role=status]");
    const honest = words.textContent;
    let solvedAt = null;
    let pending = null;
    let button = null;

    const work = async () => {
      words.textContent = box.dataset.working;
      try {
        const answer = await fetch(box.dataset.challenge, { cache: "no-store" });
        if (!answer.ok) throw new Error("no challenge");
        const { algorithm, challenge, maxnumber, salt, signature } = await answer.json();
        const number = await inWorker({ challenge, maxnumber, salt });
        field.value = btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
        solvedAt = performance.now();
        words.textContent = box.dataset.done;
      } catch {
        field.value = "";
        words.textContent = honest;
      }
    };
    const begin = () => {
      pending ??= work().finally(() => {
        pending = null;
      });
      return pending;
    };
    const isGood = () => solvedAt !== null && performance.now() - solvedAt < goodForMs;

    // Before the handlers of the form: who sends it early is sent on when the work is done.
    let isSentOn = false;
    document.addEventListener(
      "submit",
      (event) => {
        if (event.target !== form || isSentOn || isGood()) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        button = event.submitter;
        begin().then(() => {
          isSentOn = true;
          form.requestSubmit(button);
          isSentOn = false;
        });
      },
      true,
    );
    begin();
  };
  document.querySelectorAll(".proof[data-challenge]").forEach(start);
})();
