// Every word of the page, in French and in English.

const fr = {
  door: "Ouvrir ce poste",
  doorWhy: "Saisissez une fois le jeton de cet appareil. Il reste dans cet onglet et part avec lui.",
  token: "Jeton de l’appareil",
  doorGo: "Ouvrir",
  doorWrong: "Ce jeton n’est pas connu ici.",
  present: "Présentez un billet",
  presentHow: "Le lecteur est écouté en permanence : QR code ou code-barres, sans toucher l’écran.",
  typed: "Ou saisissez les 22 chiffres sous le code-barres",
  check: "Vérifier",
  typedWrong: "Il faut 22 chiffres ; un chiffre au moins est faux ou manque.",
  shift: "Derniers passages",
  admitted: "entrés",
  refused: "refusés",
  noScans: "Aucun billet scanné pour l’instant.",
  compare: "À comparer avec la pièce d’identité",
  seat: "Place",
  formula: "Formule",
  category: "Catégorie",
  next: "Suivant",
  local: "Décidé sans le centre : la liaison est coupée. Le passage sera transmis.",
  tickets: "billets",
  up: "En liaison",
  down: "Liaison coupée depuis",
  gone: "Ce poste ne répond plus",
  waiting: "à transmettre",
  noList: "La liste des billets n’est pas encore arrivée",
  erased: "Données du titulaire effacées",
  firstScan: "Entré le {when}, {gate}",
  firstScanToday: "Entré à {when}, {gate}",
  conflict: "Entré aussi ailleurs",
  serial: "n°",
  none: "Pas de réponse",
  noAnswer: "Le poste ne répond pas. Rien n’est décidé : scannez à nouveau.",
  notReady: "La liste des billets n’est pas encore arrivée. Réessayez dans un instant.",
  status: { valid: "Valide", invalid: "Invalide", scanned: "Scanné", expired: "Périmé" },
  formulas: { solo: "Solo", duo: "Duo", family: "Famille" },
  reason: {
    ok: "Laissez entrer",
    already_scanned: "Ce billet est déjà entré",
    wrong_event: "Billet d’une autre rencontre",
    wrong_gate: "Entrée par une autre porte",
    not_sent: "Billet payé, pas encore transmis",
    deactivated: "Billet désactivé",
    forged: "Code falsifié",
    unknown: "Billet inconnu ici",
    unreadable: "Code illisible : scannez à nouveau",
    too_early: "Les portes ne sont pas encore ouvertes",
    event_over: "La rencontre est terminée",
    live_code_required: "Seul le code animé du téléphone est admis",
    live_code_stale: "Code animé dépassé : capture d’écran ?",
  },
};

const en = {
  door: "Open this gate",
  doorWhy: "Enter this device’s token once. It stays in this tab and leaves with it.",
  token: "Device token",
  doorGo: "Open",
  doorWrong: "This token is not known here.",
  present: "Present a ticket",
  presentHow: "The reader is always listened to: QR code or barcode, without touching the screen.",
  typed: "Or type the 22 digits below the barcode",
  check: "Check",
  typedWrong: "22 digits are needed; at least one is wrong or missing.",
  shift: "Latest scans",
  admitted: "admitted",
  refused: "refused",
  noScans: "No ticket scanned yet.",
  compare: "Compare with the identity document",
  seat: "Seat",
  formula: "Formula",
  category: "Category",
  next: "Next",
  local: "Decided without the centre: the link is down. The scan will be sent.",
  tickets: "tickets",
  up: "Connected",
  down: "Cut off since",
  gone: "The gate service does not answer",
  waiting: "to be sent",
  noList: "The list of tickets has not come yet",
  erased: "Holder’s data erased",
  firstScan: "Entered on {when}, {gate}",
  firstScanToday: "Entered at {when}, {gate}",
  conflict: "Also entered elsewhere",
  serial: "no.",
  none: "No answer",
  noAnswer: "The gate service does not answer. Nothing is decided: scan again.",
  notReady: "The list of tickets has not come yet. Try again in a moment.",
  status: { valid: "Valid", invalid: "Invalid", scanned: "Scanned", expired: "Expired" },
  formulas: { solo: "Solo", duo: "Duo", family: "Family" },
  reason: {
    ok: "Let them in",
    already_scanned: "This ticket has already entered",
    wrong_event: "Ticket of another event",
    wrong_gate: "Enters by another gate",
    not_sent: "Ticket paid, not sent yet",
    deactivated: "Ticket deactivated",
    forged: "Forged code",
    unknown: "Ticket unknown here",
    unreadable: "Unreadable code: scan again",
    too_early: "The gates are not open yet",
    event_over: "The event is over",
    live_code_required: "Only the phone’s live code is accepted",
    live_code_stale: "Stale live code: a screenshot?",
  },
};

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

/** Time of day; with the date when it is not today. */
export function clock(instant) {
  const when = new Date(instant);
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
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
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === current));
  }
}
