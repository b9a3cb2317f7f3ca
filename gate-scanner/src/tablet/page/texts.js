// The language of the page, and how texts, times and numbers are written in it.

import { en } from "/tablet/texts_en.js";
import { fr } from "/tablet/texts_fr.js";

const languages = { fr, en };
const KEY = "guichet.language";

let current = localStorage.getItem(KEY)
  || (navigator.language.toLowerCase().startsWith("fr") ? "fr" : "en");

export const language = () => current;
export const t = () => languages[current];

export function choose(name) {
  current = name;
  localStorage.setItem(KEY, name);
}

/** A text with its places filled. */
export const fill = (text, values) =>
  text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

export const number = (value) => Number(value).toLocaleString(current);

/** Time of day; with the date when it is not today. */
export function clock(instant, { seconds = true } = {}) {
  const when = new Date(instant);
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (seconds) time.second = "2-digit";
  if (when.toDateString() === new Date().toDateString()) {
    return { today: true, text: when.toLocaleTimeString(current, time) };
  }
  const options = { day: "numeric", month: "short", ...time };
  return { today: false, text: when.toLocaleString(current, options) };
}

/** Writes the texts of everything that names one. */
export function dress() {
  document.documentElement.lang = current;
  for (const element of document.querySelectorAll("[data-t]")) {
    element.textContent = t()[element.dataset.t];
  }
  for (const element of document.querySelectorAll("[data-t-hint]")) {
    element.placeholder = t()[element.dataset.tHint];
  }
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === current));
  }
}
