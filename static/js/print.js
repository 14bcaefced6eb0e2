/* The card opens in a tab of its own; this page meanwhile goes on to the next step. */

const DRAWN = 3000; // milliseconds: drawing a card takes one, on a slow machine two

for (const form of document.querySelectorAll("[data-look-again]")) {
  form.addEventListener("submit", () => {
    setTimeout(() => location.reload(), DRAWN);
  });
}
