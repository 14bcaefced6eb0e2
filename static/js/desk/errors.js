/* What the desk page refuses, in the family of static/js/reader/errors.js: a stable `code`, and a sentence for people.

   A bundle ends in `BundleRefused` or is held. What stands below is inner: reading a bundle turns it into that. */

import { CitycardError } from "../reader/errors.js";

/** A desk bundle that must not be used. `code` says by which rule of bundle.js. */
export class BundleRefused extends CitycardError {}

/** A city's roots, targets or statement that must not be believed. `code` is among tuf.js's. */
export class ChainRefused extends CitycardError {}

/** A root.json that nothing may be built on. `code` is among those of citycard/partners/roots.py. */
export class RootRefused extends CitycardError {}

/** A statement that must not be believed. `code` is among those of citycard/partners/statement.py. */
export class StatementRefused extends CitycardError {}

/** The bytes are not JSON that can be read in one way only. */
export class JsonRefused extends CitycardError {}
