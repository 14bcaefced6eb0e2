/* One card, one voice: the desk counts each card once in a consultation, and nobody can tell later which cards it were.

   A card that is shown while a consultation is served here:

   1. Is looked at as at any desk. One that is refused is answered as at any desk.
   2. Is it of this city, unless the consultation takes the cards of other cities?
   3. Is the list of ended cards that this device holds from after the record day? A new card ends the old one as it is
      made: only with such a list is one of two cards of one holder always refused or sent to the table.
   4. Was it issued after the record day? Then: to the table. Nothing is written down.
   5. The attendant compares the face with the portrait in the code, and says so. Until then nothing is written down. The
      small code has no portrait, and a photograph of it can be printed on another card: the large code is asked for. A
      card whose large code has none, or none that can be drawn, goes to the table.
   6. The mark, under the key: on one device the key is kept here; with several it is asked of the office at each start of
      the page, before the face is compared, and stands in memory alone. On one device the mark is looked for and written in
      one step (voice_shelf.js); with several the office says whether it is new. Where the office does not answer nobody
      knows, and the page says that. Trying again with the same receipt is safe: the office knows the attempt.
   7. As long as the answer "takes part" stands, the mark can be taken back.
   8. A card that is shown twice by mistake has taken part already, but the page says that it was the one before. For that
      it remembers the last mark for two minutes, in memory.
   9. While a mark is on its way to the office no other card is dealt with. One that is shown then takes the answer of the
      first with it, because nobody could tell whose it is: both are shown again, and the first is known by its receipt.
  10. Where the browser does not write down in time what it is given, the page says that the card was not counted or the
      consultation not finished, and goes on as if nothing had been asked. */

import { isGood } from "../reader/verdicts.js";
import { verify } from "../reader/verify.js";
import { UNDRAWN } from "./screen.js";
import { importKey, makeKey, markOf, newReceipt, whatHinders } from "./voice_mark.js";
import { OfficeRefused, Unreachable, VoiceOffice } from "./voice_office.js";
import { canThrowAway } from "./voice_place.js";
import { openShelf } from "./voice_shelf.js";

/* The database apart. Training serves no consultation. */
const SHELF = "citycard-voice";

const LOOK_EVERY = 20_000; // milliseconds: at the closing time key and marks go within this
const MOST_WAITING = 50;
const A_MOMENT = 120; // seconds

/**
 * Bring the section of the voice to life. Returns, for the page:
 *
 *   active()     whether a consultation is served here: then every code goes to `read` and to nothing else
 *   serving()    its name, or null
 *   read(text)   deal with a code, as above; resolves when its last screen is over
 *   refresh()    ask the office what there is; call it when the section is opened
 *   forget()     when the device is withdrawn, or forgets everything; whether nothing is left
 *
 * `say(name, values)` gives sentences (citycard/web/desk_app/voice_sentences.py); `store` has the device's token; `held()`
 * gives what readBundle made, or null. `answer(text, { held, service, now })` is answer.js's. `onChange()` is called when
 * a consultation begins or ends here. `ask(screen)` shows a screen and resolves with the `id` of the button that was
 * pressed, with null when it was cleared: by time, by the next card, by leaving the page, or with "undrawn" when it could
 * not draw the portrait. A screen is
 *
 *   { answer }                                              the answer of answer.js for a card that is refused, or
 *   { kind, word, text, portrait?, buttons? }               kind "go", "hand", "stop" as for verdicts, or "ask" for a
 *                                                           question; portrait: bytes of WebP, from the card's signed
 *                                                           code, for this screen alone; buttons: [{ id, label, strong }]
 */
export async function mountVoice(section, { say, store, held, ask, answer, now = clock, onChange = () => {} }) {
  const office = new VoiceOffice(store);
  const shelf = await openShelf(SHELF, await ownerIn(store));
  const place = (name) => section.querySelector(`[data-voice="${name}"]`);
  // The closing time is one of the city, whatever zone this device thinks it is in.
  const moment = (seconds) => written({ dateStyle: "long", timeStyle: "short", timeZone: held()?.timezone }, seconds);
  const waiting = new Map(); // receipts of attempts whose answer nobody has seen, by mark
  let last = { mark: "", at: 0 }; // the last mark that was new here
  let served = await shelf.served();
  let lent = null; // the key of the office, with several devices
  let offered = null; // not asked yet
  let wanted = null; // what somebody wants to begin on this device alone, until they say yes
  let told = ""; // the sentence of the section, by its name
  let turn = 0;
  let busy = false;
  let overtaken = false;

  // --- a card

  async function read(text) {
    if (busy) overtaken = true;
    if (busy || !served) return;
    const mine = (turn += 1);
    const at = served;
    const moved = () => mine !== turn || served !== at;
    if (now() >= at.closes) return gone("over");
    if (now() < at.opens) return void (await show("hand", "not_yet", { moment: moment(at.opens) }));
    const lists = held();
    if (!lists) return;
    // 1
    const said = await answer(text, { held: lists, service: null, now: now() });
    if (moved()) return;
    if (!isGood(said.verdict)) return void (await ask({ answer: said }));
    const card = { ...(await factsOf(text, lists, now())), full: said.shows?.full === true, portrait: said.shows?.portrait };
    if (moved()) return;
    // 2 to 4
    const hindrance = whatHinders(card, { own: lists.issuer, otherCities: at.otherCities, record: at.record });
    if (hindrance) return void (await show(hindrance === "city" ? "stop" : "hand", hindrance));
    // 5
    if (!card.full) return void (await show("hand", "small"));
    if (!card.portrait) return void (await toTheTable());
    // 6, the key
    let key;
    try {
      key = await keyOf(at);
    } catch (error) {
      if (moved()) return;
      if (error instanceof OfficeRefused && OVER.includes(error.code)) return refusedBy(error);
      const pressed = await show("hand", "offline", {}, [{ id: "again", label: say("voice.again"), strong: true }]);
      return pressed === "again" && !moved() ? read(text) : undefined;
    }
    if (moved()) return;
    // 5, the face
    const same = await ask({
      kind: "ask",
      word: say("voice.face"),
      text: say("voice.face_text"),
      portrait: card.portrait,
      buttons: [
        { id: "same", label: say("voice.face_yes"), strong: true },
        { id: "other", label: say("voice.face_no"), strong: false },
      ],
    });
    if (moved() || same === null) return;
    if (same === UNDRAWN) return void (await toTheTable());
    if (same !== "same") return void (await ask({ kind: "stop", word: say("word.other"), text: say("next.other") }));
    const mark = await markOf(key, { consultation: at.id, issuer: card.issuer, number: card.number });
    await take(at, mark, moved);
  }

  async function keyOf(at) {
    if (!at.several) return at.key;
    const key = lent ?? (await importKey((await office.serve(at.id)) ?? new Uint8Array()));
    if (served === at) lent = key;
    return key;
  }

  /* 6 */
  async function take(at, mark, moved) {
    const receipt = waiting.get(mark) ?? newReceipt();
    let found;
    busy = true;
    overtaken = false;
    try {
      found = at.several ? await office.mark(at.id, mark, receipt) : await shelf.add(at.id, mark);
      if (found === "taken" && !at.several && waiting.has(mark)) found = "new";
    } catch (error) {
      found = error instanceof OfficeRefused && OVER.includes(error.code) ? error : at.several ? "unknown" : "stuck";
    } finally {
      busy = false;
    }
    const unseen = found === "unknown" || (found === "new" && overtaken);
    if (unseen && waiting.size >= MOST_WAITING) waiting.clear();
    if (unseen) waiting.set(mark, receipt);
    else waiting.delete(mark);
    draw();
    // 10
    if (found === "stuck") return void (await show("hand", "stuck"));
    // 9
    if (overtaken) return void (await show("hand", "together"));
    if (found instanceof OfficeRefused) return refusedBy(found);
    if (found === "over") return refusedBy(new OfficeRefused("voice-closed"));
    // 8
    const again = last.mark === mark && now() - last.at < A_MOMENT;
    if (found === "taken" && again) return void (await show("hand", "taken", {}, [], "voice.taken_now"));
    if (found === "taken") return void (await show("stop", "taken"));
    if (found === "unknown") {
      const pressed = await show("hand", "offline", {}, [{ id: "again", label: say("voice.again"), strong: true }]);
      return pressed === "again" && !moved() ? take(at, mark, moved) : undefined;
    }
    last = { mark, at: now() };
    // 7
    const back = await show("go", "new", {}, [{ id: "back", label: say("voice.take_back"), strong: false }]);
    if (back === "back") await takeBack(at, mark, receipt);
  }

  async function takeBack(at, mark, receipt) {
    let done = false;
    busy = true;
    try {
      done = at.several ? await office.takeBack(at.id, mark, receipt) : await shelf.remove(at.id, mark);
    } catch {
      done = false;
    } finally {
      busy = false;
    }
    if (done) last = { mark: "", at: 0 };
    draw();
    await (done ? show("hand", "taken_back") : show("stop", "not_back"));
  }

  async function refusedBy({ code }) {
    if (code === "voice-coming") return void (await show("hand", "not_yet", { moment: moment(served?.opens ?? now()) }));
    await gone(AWAY.includes(code) ? "left" : "over");
  }

  /* No card is counted here any more, and why; or the page could not forget what it keeps (10). */
  async function gone(why) {
    if (await end()) await show("stop", why);
    else await show("hand", "not_finished", {}, [], "voice.stuck_here");
  }

  /* The table has no portrait to compare either; but people look, and have time. */
  const toTheTable = () => show("hand", "table", {}, [], "voice.no_portrait");

  const show = (kind, name, values = {}, buttons = [], sentence = `voice.${name}_text`) =>
    ask({ kind, word: say(`voice.${name}`), text: say(sentence, { ...recordOf(served), ...values }), buttons });

  // --- the section

  async function refresh() {
    try {
      offered = await office.consultations();
      told = "";
      wanted = null;
      const there = offered.find(({ id }) => id === served?.id);
      if (served && there) await moveTo(there);
      if (served && !there) {
        const why = served.several ? await whyNot(served.id) : "";
        if (await end()) told = why;
      }
    } catch (error) {
      told = whatWentWrong(error);
    }
    await tellTally();
    draw();
  }

  /* A consultation that the office does not name here any more: over, or this device was left out of it. */
  async function whyNot(id) {
    try {
      await office.serve(id);
    } catch (error) {
      if (!(error instanceof OfficeRefused)) throw error;
      return WHY[error.code] ?? "voice.refused";
    }
    return ""; // chosen again in this moment: it can be begun again
  }

  /* Closing time or name were changed in the office; what decides about cards stays as it was when it began. */
  async function moveTo({ name, closes }) {
    if (served.name === name && served.closes === closes) return;
    served = { ...served, name, closes };
    await shelf.keep(served);
  }

  async function begin(id, { sure = false } = {}) {
    const chosen = offered?.find((each) => each.id === id);
    if (!chosen || served || busy) return;
    wanted = chosen.several || sure ? null : id;
    if (wanted) {
      await draw();
      return place("begin-sure").focus();
    }
    busy = true;
    try {
      const bytes = await office.serve(id);
      if (chosen.several !== (bytes !== null)) throw new OfficeRefused("voice-form");
      const key = bytes ? await importKey(bytes) : await makeKey();
      const { name, several, other_cities: otherCities, record_until: record, opens, closes } = chosen;
      const consultation = { id, name, several, otherCities, record, opens, closes };
      lent = several ? key : null;
      if (!several) consultation.key = key;
      // The device may have been enrolled since this page was opened.
      await shelf.own(await ownerIn(store));
      await shelf.begin(consultation);
      served = consultation;
      place("sure").hidden = true;
      told = "";
    } catch (error) {
      told = whatWentWrong(error);
    } finally {
      busy = false;
    }
    draw();
    onChange();
  }

  /* Finish here; whether it is finished. If not it is still there, and the section says so (10). */
  async function end() {
    const over = served;
    served = null;
    turn += 1;
    forgetMarks();
    // What was begun on one device is begun nowhere again.
    if (over && !over.several) offered = offered?.filter(({ id }) => id !== over.id) ?? null;
    try {
      if (over) await shelf.finish(over.id);
      told = "";
    } catch {
      served = over;
      told = "voice.stuck_here";
    }
    place("sure").hidden = true;
    if (!served) await tellTally();
    draw();
    onChange();
    return !served;
  }

  function forgetMarks() {
    lent = null;
    waiting.clear();
    last = { mark: "", at: 0 };
  }

  async function tellTally() {
    try {
      const tally = await shelf.tally();
      if (!tally || tally.told) return;
      await office.finish(tally.id, tally.count, tally.back);
      await shelf.told(tally.id);
    } catch {
      // It is tried again when the section is opened.
    }
  }

  async function draw() {
    const [counted, tally] = await Promise.all([shelf.counted(), shelf.tally()].map((each) => each.catch(() => null)));
    place("told").textContent = told ? say(told) : "";
    place("offers").hidden = Boolean(served);
    place("served").hidden = !served;
    place("finished").hidden = Boolean(served) || !tally;
    place("none").hidden = Boolean(told) || offered?.length !== 0;
    const asked = served ? undefined : offered?.find(({ id }) => id === wanted);
    place("list").replaceChildren(...(served || asked ? [] : (offered ?? []).map(offer)));
    place("begin").hidden = !asked;
    put("begin-name", asked?.name ?? "");
    put("begin-sure", asked ? say("voice.sure_begin") : "");
    put("begin-left", asked && !canThrowAway() ? say("voice.sure_left") : "");
    if (served) {
      put("name", served.name);
      put("until", say("voice.until", { moment: moment(served.closes) }));
      put("how", say(served.several ? "voice.several" : "voice.one"));
      put("record", say("voice.record", recordOf(served)));
      put("count", served.several || !counted ? "" : say("voice.count", { count: counted.count }));
      put("back", served.several || !counted?.back ? "" : say("voice.back", { count: counted.back }));
      put("sure-text", say(served.several ? "voice.sure_several" : "voice.sure_one"));
    } else if (tally) {
      put("finished-name", tally.name);
      put("finished-count", say("voice.count", { count: tally.count }));
      put("finished-back", say("voice.back", { count: tally.back }));
      put("finished-minutes", say(tally.left ? "voice.minutes_left" : "voice.minutes"));
      put("finished-told", say(tally.told ? "voice.office_knows" : "voice.office_not_told"));
    }
  }

  function put(name, text) {
    const there = place(name);
    there.textContent = text;
    there.hidden = !text;
  }

  function offer({ id, name, several, opens, closes }) {
    const item = document.createElement("li");
    item.className = "voice-offer";
    const title = document.createElement("h2");
    const inner = document.createElement("bdi");
    inner.textContent = name;
    title.append(inner);
    const when = document.createElement("p");
    when.textContent = say("voice.from_to", { from: moment(opens), to: moment(closes) });
    const how = document.createElement("p");
    how.textContent = say(several ? "voice.several" : "voice.one");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button strong";
    button.dataset.begin = id;
    button.textContent = say("voice.begin");
    button.setAttribute("aria-label", `${say("voice.begin")}: ${name}`);
    item.append(title, when, how, button);
    return item;
  }

  section.addEventListener("click", (event) => {
    const pressed = event.target.closest("button");
    if (!pressed || busy) return;
    if (pressed.dataset.begin) return void begin(pressed.dataset.begin);
    const acts = {
      fetch: refresh,
      "begin-yes": () => begin(wanted, { sure: true }),
      "begin-no": async () => {
        const id = wanted;
        wanted = null;
        await draw();
        section.querySelector(`[data-begin="${id}"]`)?.focus();
      },
      finish: () => {
        place("sure").hidden = false;
        place("sure-text").focus();
      },
      "finish-no": () => {
        place("sure").hidden = true;
        section.querySelector("[data-voice-do=finish]").focus();
      },
      "finish-yes": async () => {
        if (!(await end())) section.querySelector("[data-voice-do=finish]").focus();
      },
    };
    acts[pressed.dataset.voiceDo]?.();
  });

  // The page has changed its language.
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["lang"] });

  setInterval(() => {
    if (served && !busy && now() >= served.closes) end();
  }, LOOK_EVERY);

  if (served && now() >= served.closes) await end();
  else await draw();

  return Object.freeze({
    active: () => served !== null && served !== undefined,
    serving: () => served?.name ?? null,
    read,
    refresh,
    async forget() {
      served = null;
      offered = null;
      wanted = null;
      turn += 1;
      forgetMarks();
      // What is left is another enrolment's at the next start, and deleted then.
      const all = await shelf.clear().then(() => true, () => false);
      await draw();
      onChange();
      return all;
    },
  });

  /* The last day before the moment from which on cards go to the table, in words. */
  function recordOf(consultation) {
    return consultation ? { day: written({ dateStyle: "long", timeZone: "UTC" }, consultation.record - 1) } : {};
  }
}

/* What the office says of a consultation that takes no cards now. Whatever else it says leaves the card unknown. */
const OVER = ["voice-coming", "voice-closed", "no-consultation", "voice-not-begun"];

/* That it is there, but not for this device (any more). */
const AWAY = ["no-consultation", "voice-not-begun"];

const WHY = {
  "voice-begun": "voice.begun",
  "voice-closed": "voice.over",
  "no-consultation": "voice.left_text",
};

function whatWentWrong(error) {
  if (error instanceof Unreachable) return "voice.no_office";
  return error instanceof OfficeRefused ? WHY[error.code] ?? "voice.refused" : "voice.stuck_here";
}

const clock = () => Math.floor(Date.now() / 1000);

/* A moment in the language of the page, with the digits and the calendar that stand on cards. */
function written(how, seconds) {
  const language = `${document.documentElement.lang || "en"}-u-nu-latn-ca-gregory`;
  return new Intl.DateTimeFormat(language, { hourCycle: "h23", ...how }).format(seconds * 1000);
}

/* What of a good card decides here. It was looked at a moment ago (1); this asks the same reader for the rest. */
async function factsOf(text, { trust, lists }, now) {
  let issuedAt = null;
  const refuses = (claims) => {
    issuedAt = claims.issued_at;
    return null;
  };
  const card = await verify(text, { trust, lists, now, desk: { refuses } });
  return { issuer: card.issuer.url, number: card.identity.number, issuedAt, listedAt: now - card.status_age };
}

/* What tells this enrolment of the device from another: a hash of its token, so that the token is kept once. */
async function ownerIn(store) {
  const device = await store.get("device");
  const bytes = new TextEncoder().encode(`voice ${device?.token ?? ""}`);
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].slice(0, 8).join(".");
}
