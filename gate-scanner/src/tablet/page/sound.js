// What a verdict sounds and feels like, made on the spot: no file to load.

let audio = null;

/** `[frequency, start, length]` in hertz and seconds; higher and shorter is better news. */
const TONES = {
  valid: [[880, 0, 0.09], [1318, 0.1, 0.16]],
  look: [[880, 0, 0.08]],
  invalid: [[196, 0, 0.22], [147, 0.26, 0.34]],
  scanned: [[440, 0, 0.1], [440, 0.16, 0.1], [330, 0.32, 0.22]],
  expired: [[294, 0, 0.2], [220, 0.24, 0.26]],
  none: [[220, 0, 0.12], [220, 0.24, 0.12]],
  lost: [[988, 0, 0.14], [740, 0.18, 0.14], [988, 0.36, 0.14], [740, 0.54, 0.2]],
};
const PULSES = {
  valid: [60],
  look: [30],
  invalid: [300, 80, 300],
  scanned: [120, 60, 120, 60, 120],
  expired: [250, 80, 120],
  none: [80, 80, 80],
  lost: [400, 150, 400, 150, 400],
};

/** Browsers stay mute until the first gesture. */
export function wake() {
  const Context = window.AudioContext;
  if (!Context) return;
  audio ??= new Context();
  if (audio.state === "suspended") audio.resume().catch(() => {});
}

export function play(what) {
  // Before the first gesture the browser would only complain.
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(PULSES[what]);
  if (audio?.state !== "running") return;
  const isHarsh = what !== "valid" && what !== "look";
  for (const [frequency, start, length] of TONES[what]) tone(frequency, start, length, isHarsh);
}

function tone(frequency, start, length, isHarsh) {
  const from = audio.currentTime + start;
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.type = isHarsh ? "square" : "sine";
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(isHarsh ? 0.25 : 0.5, from + 0.01);
  gain.gain.setValueAtTime(isHarsh ? 0.25 : 0.5, from + length - 0.03);
  gain.gain.linearRampToValueAtTime(0, from + length);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(from);
  oscillator.stop(from + length);
}
