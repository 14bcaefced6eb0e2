/* The papers on a page: which are ticked, and which are shown for whom. Nothing is sent or stored. */

/** Return the ticked papers of `root`, one by one, as the tally takes them. */
export function ticked(root) {
  const found = [];
  for (const box of root.querySelectorAll('[name="paper"]:checked')) {
    const paper = box.closest("[data-paper]");
    const marked = (name) => Boolean(paper.querySelector(`[name="${name}"]:checked`));
    const count = Number(paper.querySelector(".how-many select")?.value ?? 1);
    for (let one = 0; one < count; one += 1) {
      found.push({ document: box.value, expired: marked("expired"), old: marked("old") });
    }
  }
  return found;
}

/** Return the chosen age; null for a grown person, or where no age makes a difference. */
export function chosenAge(root) {
  const value = root.querySelector('[name="age"]:checked')?.value;
  return value ? Number(value) : null;
}

/** Show what counts for people of this age; what does not is hidden, and ticked no more. */
export function fit(root, age) {
  for (const paper of root.querySelectorAll("[data-up-to-age]")) {
    paper.hidden = age === null || age > Number(paper.dataset.upToAge);
    if (paper.hidden) for (const box of paper.querySelectorAll(":checked[type=checkbox]")) box.checked = false;
  }
  for (const group of root.querySelectorAll("[data-group]")) {
    group.hidden = [...group.querySelectorAll("[data-paper]")].every((paper) => paper.hidden);
  }
}
