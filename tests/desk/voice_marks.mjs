/* The marks that a tablet makes of cards, for the test to compare: `{ key, cards }` in, a list of marks out. */

import { text } from "node:stream/consumers";

import { importKey, makeKey, markOf, newReceipt, whatHinders } from "../../static/js/desk/voice_mark.js";

const { key, cards, shown } = JSON.parse(await text(process.stdin));
const bytes = new Uint8Array(Buffer.from(key, "base64"));
const held = await importKey(bytes);
const own = await makeKey();
const given = await Promise.allSettled([held, own].map((each) => crypto.subtle.exportKey("raw", each)));
const spoilt = { consultation: "a", issuer: "b\0c", number: "d" };

console.log(
  JSON.stringify({
    marks: await Promise.all(cards.map((card) => markOf(held, card))),
    own: /^[0-9a-f]{64}$/.test(await markOf(own, cards[0])),
    same: (await markOf(own, cards[0])) === (await markOf(held, cards[0])),
    overwritten: bytes.every((byte) => byte === 0),
    refusedToHandOut: given.map(({ status }) => status),
    refused: await markOf(held, spoilt).catch(({ name }) => name),
    receipts: [newReceipt(), newReceipt()],
    hinders: shown.map(([card, at]) => whatHinders(card, at)),
  }),
);
