// Verifies the signature of a card's code with what every browser has, and nothing of ours.
//
//   ({text, jwk}) => {verified, algorithm, kid, issuer}
//
// Written as somebody would who has the specification and an afternoon: base45, DecompressionStream, just enough CBOR,
// the Sig_structure, crypto.subtle.verify. It trusts the key it is given and checks nothing else, so it is no reader.
async ({ text, jwk }) => {
  const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  const digits = [...text].map((character) => ALPHABET.indexOf(character));
  const packed = [];
  for (let at = 0; at < digits.length; at += 3) {
    const [c, d, e] = digits.slice(at, at + 3);
    if (e === undefined) packed.push(c + 45 * d);
    else packed.push((c + 45 * d + 2025 * e) >> 8, (c + 45 * d + 2025 * e) & 255);
  }

  const inflated = new Blob([new Uint8Array(packed)]).stream().pipeThrough(new DecompressionStream("deflate"));
  const token = new Uint8Array(await new Response(inflated).arrayBuffer());

  // CBOR: unsigned, negative, bytes, text, list, map and one tag, with lengths of up to four bytes.
  const read = (data) => {
    let at = 0;
    const item = () => {
      const [kind, size] = [data[at] >> 5, data[at++] & 31];
      let value = size;
      if (size > 23) {
        value = 0;
        for (let left = 2 ** (size - 24); left > 0; left--) value = value * 256 + data[at++];
      }
      if (kind === 0) return value;
      if (kind === 1) return -1 - value;
      if (kind === 2) return data.slice(at, (at += value));
      if (kind === 3) return new TextDecoder().decode(data.slice(at, (at += value)));
      if (kind === 4) return Array.from({ length: value }, item);
      if (kind === 5) return new Map(Array.from({ length: value }, () => [item(), item()]));
      if (kind === 6) return item();
      throw new Error(`no card has kind ${kind}`);
    };
    return item();
  };
  const [header, , payload, signature] = read(token);
  const [labels, claims] = [read(header), read(payload)];

  const bytes = (content) =>
    content.length < 24 ? [0x40 + content.length, ...content]
    : content.length < 256 ? [0x58, content.length, ...content]
    : [0x59, content.length >> 8, content.length & 255, ...content];
  const context = new TextEncoder().encode("Signature1");
  const signed = new Uint8Array([0x84, 0x60 + context.length, ...context, ...bytes(header), 0x40, ...bytes(payload)]);

  const kind = labels.get(1) === -7 ? { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } : { name: "Ed25519" };
  const key = await crypto.subtle.importKey("jwk", jwk, kind, false, ["verify"]);
  return {
    verified: await crypto.subtle.verify(kind, key, signature, signed),
    algorithm: labels.get(1),
    kid: [...labels.get(4)].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    issuer: claims.get(1),
  };
};
