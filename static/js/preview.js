/* The card at the side keeps in step with what is being typed. Without this it is drawn anew after each screen.

   1. Every line of the card that may come stands ready in the page's own <template>, in the reader's language.
   2. Texts are set as text, never as markup.
   3. Nothing is sent or stored: what is typed stays on the page until the form is sent. */

const place = document.querySelector("[data-preview]");
const form = document.querySelector("form#identity, form#card");
const lines = place?.querySelector("template[data-preview-lines]")?.content;
const language = document.documentElement.lang;

const digits = (text) => [...text.trim()].map((c) => {
  // Digits of Arabic and Persian keyboards are digits, as in citycard/web/enrolment/dates.py.
  const code = c.codePointAt(0);
  for (const zero of [0x30, 0x660, 0x6f0]) if (code >= zero && code <= zero + 9) return code - zero;
  return "x";
}).join("");

function say(where, text) {
  if (!where) return;
  const bdi = document.createElement("bdi");
  bdi.textContent = text || "–";
  where.replaceChildren(bdi);
}

function born() {
  const known = form.querySelector('[name="birth_known"]:checked')?.value;
  const [day, month, year] = ["day", "month", "year"].map((name) => digits(form.elements[name].value));
  if (known === "unknown" || !/^\d{4}$/.test(year)) return "";
  if (known === "year") return place.dataset.yearOnly.replace("{year}", year);
  if (!/^\d{1,2}$/.test(day) || !/^\d{1,2}$/.test(month)) return "";
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== Number(day)) return "";
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(date);
}

// The lines of the front are: name, own script (perhaps), born, valid until; of the back: name, issued, address (perhaps).
const plain = (face) => [...place.querySelectorAll(`.card-face.${face} .card-lines > div:not(.card-own)`)];

function ownScript(name) {
  let line = place.querySelector(".card-face.front .card-own");
  if (!name) {
    line?.remove();
    return;
  }
  if (!line) {
    line = lines.querySelector(".card-own").cloneNode(true);
    plain("front")[0].after(line);
  }
  const bdi = line.querySelector("bdi");
  bdi.textContent = name;
  bdi.dir = "auto";
}

function address(wanted) {
  const back = plain("back");
  if (!wanted) back[2]?.remove();
  else if (!back[2]) back[1].after(lines.querySelector(".card-face.back .card-lines > div:last-child").cloneNode(true));
}

function redraw() {
  const typed = (name) => form.elements[name]?.value?.trim() ?? "";
  if (form.id === "identity") {
    say(plain("front")[0].querySelector("dd"), typed("full_name"));
    say(plain("back")[0].querySelector("dd"), typed("full_name"));
    say(plain("front")[1].querySelector("dd"), born());
    ownScript(typed("own_script_name"));
    const gender = place.querySelector("[data-preview-gender]");
    gender.hidden = !typed("gender_words");
    gender.querySelector("[data-value]").textContent = typed("gender_words");
  } else if (form.elements.address_on_card) {
    address(form.elements.address_on_card.checked);
  }
}

if (place && form && lines) {
  if (form.id === "identity") {
    // A whole date says what is known of it; one key less.
    const all = ["day", "month", "year"].map((name) => form.elements[name]);
    for (const part of all) {
      part.addEventListener("change", () => {
        const chosen = form.querySelector('[name="birth_known"]:checked');
        if (!chosen && all.every((field) => field.value.trim())) form.querySelector('[value="full"]').checked = true;
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
