/* The slip that says what to bring, drawn as the macro `slip` in templates/components/evidence.html draws it.
   Texts are set as text, never as markup; every word comes with the rules, in each language. */

const MOST_ON_PAPER = 12;

/** Make an element with attributes and children (elements or texts). */
export function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** The name of a document, and when it counts. */
export function named(said, language, name) {
  const paper = said.papers[name];
  const parts = [made("span", { lang: paper.lang === language ? "" : paper.lang }, paper.name)];
  if (paper.conditions.length) parts.push(" ", made("span", { class: "condition" }, `(${paper.conditions.join(" · ")})`));
  return parts;
}

/** One slot of a way: this paper, or so many of these. */
export function slotOf([count, documents], said, language, most) {
  if (count === 1 && documents.length === 1) return [made("p", { class: "only" }, ...named(said, language, documents[0]))];
  const title = count === 1 ? said.say.one_of : said.say.some_of.replace("{count}", count);
  const list = made("ul", {}, ...documents.slice(0, most).map((name) => made("li", {}, ...named(said, language, name))));
  if (documents.length > most) list.append(made("li", { class: "others" }, said.say.others));
  return [made("p", { class: "some" }, title), list];
}

/** The same in one line, for somebody who has the sheet before her. */
export function shortSlot([count, documents], said, language, most) {
  const line = made("p");
  const some = (text) => made("span", { class: "some" }, text);
  if (count > 1 || documents.length > 1) {
    line.append(some(count === 1 ? said.say.one_of : said.say.some_of.replace("{count}", count)), " ");
  }
  documents.slice(0, most).forEach((name, place) => {
    const { name: text, lang } = said.papers[name];
    line.append(place ? " · " : "", made("span", { class: "name", lang: lang === language ? "" : lang }, text));
  });
  if (documents.length > most) line.append(" · ", some(said.say.others));
  return line;
}

/** The whole slip. `have`: the papers somebody has; null where they are not to be named. */
export function slip({ said, language, ways, have, complete, exceptional, contact }) {
  const say = said.say;
  const paper = made("article", { class: "slip", lang: language, dir: said.dir });
  paper.append(made("p", { class: "slip-city" }, made("bdi", {}, said.city)), made("h2", {}, say.title));
  if (have?.length) {
    paper.append(made("p", { class: "slip-says" }, complete ? say.enough : say.have));
    paper.append(made("ul", { class: "slip-have" }, ...have.map((name) => made("li", {}, ...named(said, language, name)))));
  } else if (have === null) {
    paper.append(made("p", { class: "slip-says" }, say.again));
  }
  if (!complete) {
    ways.forEach((way, place) => {
      const title = place ? say.or_else : have?.length || have === null ? say.also : say.have;
      const slots = way.flatMap((slot) => slotOf(slot, said, language, MOST_ON_PAPER));
      paper.append(made("section", { class: "slip-way" }, made("h3", {}, title), ...slots));
    });
    if (!ways.length) paper.append(made("p", { class: "slip-says" }, say.no_way));
  }
  paper.append(made("p", {}, say.originals));
  paper.append(made("p", {}, exceptional ? `${say.come_anyway} ${say.no_paper}` : say.come_anyway));
  if (contact) paper.append(made("p", { class: "slip-contact" }, made("bdi", {}, contact)));
  return paper;
}
