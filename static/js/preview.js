/* The card at the side keeps in step with what is being typed. Without this it is drawn anew after each screen.

   1. Every line that may come stands on the card already, hidden, in the city's language (`data-line`).
   2. Texts are set as text, never as markup.
   3. Nothing is sent or stored: what is typed stays on the page until the form is sent. */

const MOST_LETTERS = 100; // as MAX_NAME in citycard/core/claims.py

const place = document.querySelector("[data-preview]");
const form = document.querySelector("form#identity, form#card");
const card = place?.querySelector(".card-face");
const months = card && new Intl.DateTimeFormat(`${card.lang}-u-nu-latn`, { day: "numeric", month: "long", timeZone: "UTC" });

const digits = (text) => [...text.trim()].map((c) => {
  // Digits of Arabic and Persian keyboards are digits, as in citycard/web/enrolment/dates.py.
  const code = c.codePointAt(0);
  for (const zero of [0x30, 0x660, 0x6f0]) if (code >= zero && code <= zero + 9) return code - zero;
  return "x";
}).join("");

const lines = (key) => place.querySelectorAll(`[data-line="${key}"]`);

function say(key, text, shown = true) {
  for (const line of lines(key)) {
    const value = line.querySelector("[data-value]");
    value.textContent = text || "–";
    value.classList.toggle("to-come", !text);
    line.hidden = !shown;
  }
}

function show(key, shown) {
  for (const line of lines(key)) line.hidden = !shown;
}

const chosen = () => form.querySelector('[name="birth_known"]:checked')?.value;

function born() {
  const [day, month, year] = ["day", "month", "year"].map((name) => digits(form.elements[name].value));
  if (!/^\d{4}$/.test(year)) return "";
  if (chosen() === "year") return place.dataset.yearOnly.replace("{year}", year);
  if (!/^\d{1,2}$/.test(day) || !/^\d{1,2}$/.test(month)) return "";
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== Number(day)) return "";
  // Day, month, year in every language, as it is printed.
  const name = months.formatToParts(date).find((part) => part.type === "month").value;
  return `${Number(day)} ${name} ${year}`;
}

// What would stand on the back: the lines that were typed, or "c/o" and the organisation that was chosen.
function addressed(typed) {
  const kind = form.querySelector('[name="address_kind"]:checked')?.value;
  if (kind === "full") return typed("address");
  const organisation = form.elements.organisation;
  return kind === "care_of" && organisation?.value ? `c/o ${organisation.selectedOptions[0].textContent}` : "";
}

function redraw() {
  const typed = (name) => form.elements[name]?.value?.trim() ?? "";
  if (form.id === "identity") {
    const long = [...typed("full_name").normalize("NFC").replace(/\s+/g, " ")].length > MOST_LETTERS;
    form.querySelector("[data-long-name]").hidden = !long;
    const name = long ? typed("name_on_card") : typed("full_name");
    say("name", name);
    place.querySelector(".card-names").dataset.size = name.length > 64 ? "small" : name.length > 32 ? "middle" : "large";
    say("own", typed("own_script_name"), Boolean(typed("own_script_name")));
    say("born", born(), chosen() !== "unknown");
    say("gender", typed("gender_words"), Boolean(typed("gender_words")));
  } else {
    const asked = { script: "own_script_in_code", language: "language_in_code" };
    for (const [key, name] of Object.entries(asked)) show(key, Boolean(form.elements[name]?.checked));
    const address = addressed(typed);
    say("address", address, Boolean(address));
    const called = [typed("emergency_name"), typed("emergency_phone")].filter(Boolean).join("\n");
    say("emergency", called, Boolean(called));
  }
}

if (place && form) {
  if (form.id === "identity") {
    // A whole date says what is known of it; one key less.
    const all = ["day", "month", "year"].map((name) => form.elements[name]);
    for (const part of all) {
      part.addEventListener("change", () => {
        if (!chosen() && all.every((field) => field.value.trim())) form.querySelector('[value="full"]').checked = true;
        redraw();
      });
    }
  }
  form.addEventListener("input", redraw);
  redraw();

  addEventListener("citycard:portrait", (event) => {
    const spot = place.querySelector(".card-portrait");
    const picture = document.createElement("img");
    picture.alt = "";
    picture.src = event.detail;
    spot.replaceChildren(picture);
  });
}
