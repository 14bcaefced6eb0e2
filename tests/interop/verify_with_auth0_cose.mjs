// Verifies our codes and status lists with npm `@auth0/cose`. Runs in Node.js; nothing of ours is imported.
//
//   stdin:  [{"qr": text or "token": hex of a COSE_Sign1, "jwk": public key}, …]
//   stdout: [{"verified": true, "algorithm": name, "kid": hex, "payload": hex} or {"error": code}, …]
//
// The library knows COSE and nothing of QR codes: base45 is taken off by a few lines here, zlib by Node.js.
// What cannot be read as COSE ends the script; a signature that does not hold is an answer.
import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";

import { COSEKey, Sign1, errors } from "@auth0/cose";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

function base45(text) {
  const bytes = [];
  for (let at = 0; at < text.length; at += 3) {
    const [c, d, e] = [...text.slice(at, at + 3)].map((character) => ALPHABET.indexOf(character));
    if (e === undefined) bytes.push(c + 45 * d);
    else bytes.push((c + 45 * d + 2025 * e) >> 8, (c + 45 * d + 2025 * e) & 255);
  }
  return Uint8Array.from(bytes);
}

const hex = (bytes) => Buffer.from(bytes).toString("hex");

async function read({ qr, token, jwk }) {
  const message = Sign1.decode(token ? Buffer.from(token, "hex") : inflateSync(base45(qr)));
  const key = await COSEKey.fromJWK(jwk).toKeyLike();
  try {
    await message.verify(key);
  } catch (error) {
    if (error instanceof errors.COSEError) return { error: error.code };
    throw error;
  }
  return { verified: true, algorithm: message.algName, kid: hex(message.kid), payload: hex(message.payload) };
}

const answers = [];
for (const card of JSON.parse(readFileSync(0, "utf8"))) answers.push(await read(card));
process.stdout.write(JSON.stringify(answers));
