/* How this page asks the office: with no cookie, nothing from a cache or into one, and never led on to another address.

   What else a request needs (a token, a body) is added where it is made. */

/** What every request of this page to the office has. */
export const QUIETLY = Object.freeze({ credentials: "omit", cache: "no-store", redirect: "error" });
