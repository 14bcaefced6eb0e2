/* A button that prints the page. Without a script it is not there, and the browser's own menu prints as well. */

document.querySelector("[data-print]")?.addEventListener("click", () => print());
