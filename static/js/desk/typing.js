/* Codes that are typed: by a handheld scanner, wherever the focus is, or by somebody into the field for it. */

import { check } from "./checking.js";
import { of } from "./places.js";
import { ScannerTyping } from "./scanner.js";

/** The scanner at this device; its mapping is what the set-up kept. */
export const scanner = new ScannerTyping({ onText: check });

for (const kind of ["keydown", "keyup"]) {
  addEventListener(
    kind,
    (event) => {
      if (!event.target.closest?.("[data-own-keys]")) scanner.key(event);
    },
    true,
  );
}

of("typed").addEventListener("submit", (event) => {
  event.preventDefault();
  // A scanner ends with Enter or a tab; a space at the end may belong to the code.
  const text = of("code").value.replace(/[\r\n\t]+$/, "");
  of("code").value = "";
  if (text) check(text);
});
