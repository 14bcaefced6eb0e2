/* Sound and vibration, where the desk wants them: what an eye that is elsewhere can use.

   1. Good: two notes that rise. To be looked at: one note, twice. Refused: silent, unless the desk has asked for it; then
      one low note. Nothing here is loud, and no two sound alike.
   2. The notes are made here; there is no file. A browser lets a page sound only after somebody touched it. */

const NOTES = {
  go: [[660, 0, 0.12], [880, 0.13, 0.18]],
  hand: [[520, 0, 0.12], [520, 0.2, 0.12]],
  stop: [[220, 0, 0.3]],
};
const SHAKES = { go: [60], hand: [60, 80, 60], stop: [220] };

let player = null;

/** Sound and shake for an answer of this kind, as the settings say. */
export function signal(kind, { sound = false, soundOthers = false, vibrate = false } = {}) {
  if (sound && (kind === "go" || soundOthers)) play(NOTES[kind]);
  if (vibrate && (kind === "go" || soundOthers)) navigator.vibrate?.(SHAKES[kind]);
}

function play(notes) {
  try {
    player ??= new AudioContext();
    player.resume();
    for (const [pitch, after, length] of notes) {
      const begins = player.currentTime + after;
      const voice = new OscillatorNode(player, { frequency: pitch, type: "triangle" });
      const volume = new GainNode(player, { gain: 0 });
      volume.gain.setValueAtTime(0, begins);
      volume.gain.linearRampToValueAtTime(0.25, begins + 0.01);
      volume.gain.linearRampToValueAtTime(0, begins + length);
      voice.connect(volume).connect(player.destination);
      voice.start(begins);
      voice.stop(begins + length);
    }
  } catch {
    player = null; // no sound on this device: colour, shape and word say the same
  }
}
