// The sheets over the page: one opens over another, Escape and their button close the uppermost.

const open = [];
let closed = () => {};

export function start(whenClosed) {
  closed = whenClosed;
  for (const button of document.querySelectorAll("[data-close]")) {
    button.addEventListener("click", close);
  }
}

/** `whenClosed` is called once, when this panel goes. */
export function show(panel, whenClosed = () => {}) {
  if (open.some((one) => one.panel === panel)) return;
  panel.hidden = false;
  panel.scrollTop = 0;
  open.push({ panel, whenClosed });
  settle();
}

/** Only what is uppermost can be reached by keys and by what reads screens aloud. */
export function settle() {
  const verdict = document.getElementById("verdict");
  const top = verdict.hidden ? open.at(-1)?.panel : verdict;
  for (const part of document.querySelectorAll("body > :is(header, main, .panel)")) {
    part.inert = Boolean(top) && part !== top;
  }
}

export function close() {
  const top = open.pop();
  if (!top) return false;
  top.panel.hidden = true;
  settle();
  top.whenClosed();
  closed();
  return true;
}

export function closeAll() {
  while (close());
}

export const isShown = (panel) => !panel.hidden;
