/* What this page is at the moment, and what this desk is set to. Every part of the page reads it here.

   1. It is changed by whose subject it is: the bundle by kept.js, the store by training.js, the part by parts.js, the
      settings here.
   2. Settings are kept on the device, and may have been edited there: what is not of its kind counts as not there.
   3. Whoever changes what is always in sight says so by `changed`; whoever shows it listens by `onChange`. */

/**
 * `work` is the store for work, `store` the one in use; `held` is what readBundle made, or null. `trouble` is the code by
 * which the kept bundle was refused, `unbelieved` the sentence by which what the office sent last was. `voice` is the
 * section of the consultations, once it is there (voice.js).
 */
export const state = { work: null, store: null, counts: null, training: false, held: null, trouble: "", settings: {}, name: "", part: "", clockOff: false, unbelieved: null, persisted: false, voice: null };

export const now = () => Math.floor(Date.now() / 1000);

export const isText = (value) => typeof value === "string";

/** Whether it is the fingerprint of a city. */
export const isPin = (value) => value instanceof Uint8Array && value.length === 32;

const heard = new Set();

/** Call `hear` whenever something changes that is always in sight. */
export function onChange(hear) {
  heard.add(hear);
}

/** Tell everybody who shows what this page is (3). */
export function changed() {
  for (const hear of heard) hear();
}

/** Take up the settings of the store in use. */
export async function readSettings() {
  // 2
  const kept = await state.store.get("settings");
  const said = kept !== null && typeof kept === "object" ? kept : {};
  const { service, faces, sound, soundOthers, vibrate, camera: looks } = said;
  state.settings = {
    service: isText(service) ? service : null,
    faces: faces !== null && typeof faces === "object" ? { ...faces } : {},
    sound: sound === true,
    soundOthers: soundOthers === true,
    vibrate: vibrate === true,
    camera: looks === true,
  };
}

/** Change some of the settings, and keep them. */
export async function set(changes) {
  Object.assign(state.settings, changes);
  await state.store.set("settings", state.settings);
  changed();
}

/** The service that this desk is set to, as the bundle has it; null where it is set to none, or to one that is gone. */
export const service = () => state.held?.services.find(({ id }) => id === state.settings.service) ?? null;

/** Whether the face is compared "always" or when it is "asked" for, with this service. */
export const facesNow = () => (state.settings.faces[state.settings.service ?? ""] === "asked" ? "asked" : "always");
