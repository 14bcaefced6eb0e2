/* How this device becomes a desk: by an address, by the text of a code, by files from a stick.

   1. A device that is enrolled has to forget everything first, whatever is opened or typed on it.
   2. The fingerprint is kept before anybody is asked. Where nobody answers it stays: the bundle may come from a stick. A code
      that was refused leaves nothing.
   3. The code of a practice office means nothing to the office that serves this page, and its files are enough.
   4. A file is the text of a code, or a bundle. A bundle is taken by kept.js, wherever it comes from. */

import { EnrolmentRefused, askToEnrol, readEnrolment } from "./enrol.js";
import { sync } from "./fetching.js";
import { isEnrolled, take } from "./kept.js";
import { open } from "./parts.js";
import { of, tell } from "./places.js";
import { changed, set, state } from "./state.js";
import { practises } from "./words.js";

const MAX_FILE = 8 << 20;

/** Enrol this device by the code that stood in the page's address. */
export async function enrolBy(code) {
  // 1
  if (await isEnrolled()) return tell("notice", "enrol.already");
  open("enrol");
  await enrol(code);
}

async function enrol(text) {
  tell("enrol-told", "enrol.working");
  try {
    const { fingerprint, token } = readEnrolment(text);
    // 1
    if (await isEnrolled()) return tell("enrol-told", "enrol.already");
    await state.store.set("fingerprint", fingerprint);
    // 3
    const alone = !token || (state.training && !practises());
    if (alone) return tell("enrol-told", "enrol.pinned");
    const { device, name, service } = await askToEnrol(token);
    await state.store.set("device", { token: device, name, service });
    sync.anew();
    state.name = name;
    await set({ service });
    const said = await sync.now();
    // Enrolled, whatever became of the bundle: the code works once.
    if (state.held) tell("notice", "enrol.done", { name });
    else {
      state.trouble ||= "none";
      open("settings");
      tell("sync-told", said.sentence, said.values);
    }
    changed();
  } catch (error) {
    if (!(error instanceof EnrolmentRefused)) throw error;
    // 2
    if (error.sentence !== "enrol.offline") await state.store.remove("fingerprint");
    tell("enrol-told", error.sentence);
  } finally {
    of("enrol-text").value = "";
  }
}

of("enrol").addEventListener("submit", (event) => {
  event.preventDefault();
  enrol(of("enrol-text").value);
});

// 4
of("enrol-file").addEventListener("change", () =>
  fromFile(of("enrol-file"), "enrol-told", async (bytes) => {
    const text = bytes.length < 4000 ? new TextDecoder().decode(bytes) : "";
    if (text.includes("#enrol=")) return enrol(text);
    const refused = await take(bytes);
    if (refused) tell("enrol-told", refused.sentence, refused.values);
  }),
);

of("bundle-file").addEventListener("change", () =>
  fromFile(of("bundle-file"), "sync-told", async (bytes) => {
    const refused = await take(bytes);
    sync.anew();
    tell("sync-told", refused ? refused.sentence : "bundle.fetched", refused?.values);
  }),
);

async function fromFile(field, told, act) {
  const [file] = field.files;
  if (!file) return;
  if (file.size > MAX_FILE) tell(told, "bundle.@bundle-form");
  else await act(new Uint8Array(await file.arrayBuffer()));
  field.value = "";
}
