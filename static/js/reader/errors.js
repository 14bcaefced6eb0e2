/* One family of errors: each has a stable `code` for machines and a sentence for people, never personal data.

   The same family as in Python (citycard/core/errors.py), and one more. `ReaderUnable` says that this browser cannot
   check: it has no WebCrypto here (a page that did not come over https), or lacks the algorithm of a key. That is
   nothing about the card, so it is no verdict; but it is thrown where a verdict would be, so that a check which did
   not take place can never end as OK. Whoever catches it shows "this device cannot check this card". */

export class CitycardError extends Error {
  constructor(code, sentence) {
    super(sentence);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A card is not accepted: `verdict` says why, `reason` by which rule, `step` where in the order of reading. */
export class CardRefused extends CitycardError {
  constructor(verdict, reason, sentence, step) {
    super(verdict, sentence);
    this.verdict = verdict;
    this.reason = reason;
    this.step = step;
  }
}

/** This browser lacks what the check needs. */
export class ReaderUnable extends CitycardError {
  constructor(sentence) {
    super("reader-unable", sentence);
  }
}

/** The text is not base45. */
export class Base45Error extends CitycardError {}

/** The bytes are not one whole zlib stream within the cap. */
export class CompressionError extends CitycardError {}

/** The bytes are not CBOR in the one form that is accepted. */
export class CborError extends CitycardError {}

/** The bytes are no COSE_Sign1 of the accepted form. */
export class EnvelopeError extends CitycardError {}

/** The claims break the closed schema. */
export class ClaimsRefused extends CitycardError {}

/** A text that may not stand on a card. */
export class TextRefused extends CitycardError {}

/** A key that must not be used or pinned. */
export class KeyRefused extends CitycardError {}

/** A signature does not fit the message under a key. */
export class SignatureMismatch extends KeyRefused {}

/** A status list that must not replace the one held. */
export class ListRefused extends CitycardError {}

/** A city or a trust store that breaks a rule of trust. */
export class TrustRefused extends CitycardError {}
