/* What the tests ask of the modules of the desk page in Node.js: a line of JSON in, a line out. The folder of the modules,
   made an ES package by the test, is the first argument. */

import { createInterface } from "node:readline";

const folder = process.argv[2];
const { findMapping, meant } = await import(`${folder}/desk/layouts.js`);
const { ScannerTyping, divertScans } = await import(`${folder}/desk/scanner.js`);
const { SMALL, LARGE } = await import(`${folder}/desk/scanner_codes.js`);
const { Told } = await import(`${folder}/desk/told.js`);

const ANSWERS = {
  codes: () => ({ SMALL, LARGE }),
  findMapping: ({ presses, text }) => findMapping(presses, text),
  meant: ({ presses, mapping }) => meant(presses, mapping),
  told: (frames) => {
    const told = new Told();
    return frames.map(([moment, ...texts]) => told.news(texts, moment));
  },
  type: ({ events, mapping = null, field = false, ownKeys = false }) => type(events, mapping, field, ownKeys),
};

/* The silence that the scanner waits for comes when the test says so. */
let silent = () => {};
globalThis.setTimeout = (act) => {
  silent = act;
  return 1;
};
globalThis.clearTimeout = () => (silent = () => {});

/* Give events to a ScannerTyping; what it told, which events it kept, and what became of the field they went into. */
function type(events, mapping, field, ownKeys) {
  globalThis.Event = class {};
  const input = { value: field ? "was here" : undefined, selectionStart: 8, selectionEnd: 8, setSelectionRange() {}, dispatchEvent() {} };
  const target = { closest: (selector) => (selector.includes("own-keys") ? ownKeys : field) ? input : null, matches: () => field };
  const texts = [];
  const kept = [];
  const typing = new ScannerTyping({ onText: (text) => texts.push(text), mapping });
  for (const { type: kind = "keydown", shift = false, altGraph = false, at, alt = false, ctrl = false, key, code, repeat = false, after_silence: silence } of events) {
    if (silence) silent();
    const event = {
      type: kind, key, code, target, timeStamp: at, repeat,
      shiftKey: shift, altKey: alt, ctrlKey: ctrl, metaKey: false,
      getModifierState: (name) => name === "AltGraph" && altGraph,
      preventDefault() {}, stopImmediatePropagation() {},
    };
    const ours = typing.key(event);
    kept.push(ours);
    if (field && !ours && kind === "keydown" && key.length === 1) input.value += key;
  }
  return { texts, kept, value: input.value };
}

for await (const line of createInterface({ input: process.stdin })) {
  const answers = [];
  for (const [what, value] of JSON.parse(line)) answers.push(await ANSWERS[what](value));
  console.log(JSON.stringify(answers));
}
