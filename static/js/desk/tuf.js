/* From a compared fingerprint to a city's statement with the files at hand: the steps of citycard/partners/chain.py.

   1. One of the roots has the SHA-256 that was compared (fingerprint-differs). Those before it are not looked at.
   2. From there on each keeps the rules of `readRoot`, and each that follows is signed by the threshold of the one
      before and has the next version (root-chain). The newest has not expired (root-expired).
   3. The targets file is signed by the threshold of the newest root's targets role (targets-signature) and has not
      expired (targets-expired).
   4. The statement has the length and the SHA-256 that stand there (statement-hash).

   A root keeps the rules of citycard/partners/roots.py, which are stricter than TUF's:
   a. At most 64 KiB of JSON that can be read in one way; a root of this form, with consistent snapshots.
   b. Each key is P-256 or Ed25519, not weak, not printed in a standard, and its private part is not beside it.
   c. No key stands there under two names: TUF counts names, so that one key could reach a threshold of two.
   d. The keys of root and targets, which lie in a safe, are none of the online keys. No role asks for more signatures
      than it has keys.
   e. The root is signed by itself, by its own threshold.

   A signature that this browser cannot check is not counted; where too few are left, that is the reason told
   (`ReaderUnable`), and nothing is believed. */

import { bytesOfHex, hex } from "../reader/bytes.js";
import { exists } from "../reader/days.js";
import { KeyRefused, ReaderUnable } from "../reader/errors.js";
import { PublicKey } from "../reader/keys.js";
import { canonical, readJson } from "./canonical.js";
import { jwkOfHex, jwkOfPem, rawSignature } from "./der.js";
import { digest } from "./digest.js";
import { ChainRefused, JsonRefused, RootRefused } from "./errors.js";
import { isPublished } from "./published_keys.js";

const MAX_ROOT = 64 << 10;
const MAX_TARGETS = 64 << 10;
const STATEMENT = "statement.json";
const ROLES = ["root", "targets", "snapshot", "timestamp"];
/**
 * Return the version of the targets file by which the papers of a city (`roots`, `targets`, `statement`, all bytes)
 * lead from `fingerprint` (32 bytes) to that statement; throw `ChainRefused` if they do not. Times in seconds since
 * 1970.
 */
export async function followChain({ roots, targets, statement }, { fingerprint, now }) {
  // (1)
  const marks = await Promise.all(roots.map((root) => digest(root)));
  const first = marks.indexOf(hex(fingerprint));
  if (first < 0) throw new ChainRefused("fingerprint-differs", "No root here has the fingerprint that was compared.");
  // (2)
  const root = await newestOf(roots.slice(first));
  if (now >= root.expires) throw new ChainRefused("root-expired", "The newest root has expired.");
  // (3)
  const read = await readTargets(targets, root);
  if (now >= read.expires) throw new ChainRefused("targets-expired", "The targets file has expired.");
  // (4)
  if (!(await isTarget(statement, read.targets.get(STATEMENT)))) {
    throw new ChainRefused("statement-hash", "The statement is not the one that was signed.");
  }
  return read.version;
}

async function newestOf(files) {
  try {
    let root = await readRoot(files[0]);
    for (const data of files.slice(1)) {
      const next = await readRoot(data);
      if (!(await isSignedBy(root, "root", next.file))) {
        throw new RootRefused("threshold", "A newer root is not signed by the one before.");
      }
      if (next.version !== root.version + 1) throw new RootRefused("version", "A newer root is not the next one.");
      root = next;
    }
    return root;
  } catch (error) {
    if (error instanceof RootRefused) throw new ChainRefused("root-chain", error.message);
    throw error;
  }
}

/** Return the root in `data` if it keeps rules a to e. Whether it has expired is the caller's question. */
export async function readRoot(data) {
  // (a)
  const file = readFile(data, MAX_ROOT, "root");
  const { signed } = file;
  if (signed.get("consistent_snapshot") !== true) {
    throw new RootRefused("not-consistent", "The repository does not keep consistent snapshots.");
  }
  const roles = rolesOf(signed.get("roles"));
  // (b)
  const keys = await readKeys(signed.get("keys"));
  // (d)
  const [root, targets, snapshot, timestamp] = ROLES.map((name) => roles.get(name));
  const online = new Set([...snapshot.keyids, ...timestamp.keyids]);
  if ([...root.keyids, ...targets.keyids].some((keyid) => online.has(keyid))) {
    throw new RootRefused("offline-key-online", "A key that belongs in a safe is used online.");
  }
  if ([...roles.values()].some((role) => role.threshold > role.keyids.length)) {
    throw new RootRefused("threshold", "A role asks for more signatures than it has keys.");
  }
  const made = Object.freeze({ file, keys, roles, version: signed.get("version"), expires: file.expires });
  // (e)
  if (!(await isSignedBy(made, "root", file))) {
    throw new RootRefused("threshold", "The root is not signed by its own keys.");
  }
  return made;
}

function rolesOf(roles) {
  demand(roles instanceof Map && roles.size === ROLES.length && ROLES.every((name) => roles.has(name)));
  return new Map(ROLES.map((name) => [name, roleOf(roles.get(name))]));
}

function roleOf(role) {
  demand(role instanceof Map);
  const [keyids, threshold] = [role.get("keyids"), role.get("threshold")];
  demand(Array.isArray(keyids) && keyids.every(isText) && new Set(keyids).size === keyids.length);
  demand(Number.isSafeInteger(threshold) && threshold >= 1);
  return { keyids, threshold };
}

/* The keys by their name in the file, by rules b and c. */
async function readKeys(entries) {
  demand(entries instanceof Map);
  const keys = new Map();
  for (const [keyid, entry] of entries) keys.set(keyid, await readKey(entry));
  const thumbprints = [...keys.values()].map((key) => key.thumbprint);
  // (c)
  if (new Set(thumbprints).size !== thumbprints.length) {
    throw new RootRefused("duplicate-key", "A key stands there under two names.");
  }
  if (thumbprints.some(isPublished)) {
    throw new RootRefused("test-key", "A key is printed in a standard: anybody can sign for it.");
  }
  return keys;
}

async function readKey(entry) {
  demand(entry instanceof Map && entry.get("keyval") instanceof Map && isText(entry.get("keyval").get("public")));
  const { public: text, private: secret } = Object.fromEntries(entry.get("keyval"));
  if (secret && (secret.size ?? secret.length ?? 1)) {
    throw new RootRefused("private-key", "A private key stands in the root.");
  }
  const kind = [entry.get("keytype"), entry.get("scheme")].join(" ");
  const read = { "ed25519 ed25519": jwkOfHex, "ecdsa ecdsa-sha2-nistp256": jwkOfPem }[kind];
  if (!read) throw new RootRefused("key-kind", "Only P-256 and Ed25519 keys sign for a city.");
  const jwk = read(text);
  if (!jwk) throw new RootRefused("key-form", "A key of the root cannot be read.");
  try {
    return await PublicKey.fromJwk(jwk);
  } catch (error) {
    if (error instanceof KeyRefused) throw new RootRefused("weak-key", error.message);
    throw error;
  }
}

/** Return the targets file in `data` if `root` believes it; throw `ChainRefused`. */
async function readTargets(data, root) {
  const [file, targets] = targetsFile(data);
  if (!(await isSignedBy(root, "targets", file))) throw unsignedTargets();
  return { targets, version: file.signed.get("version"), expires: file.expires };
}

function targetsFile(data) {
  try {
    const file = readFile(data, MAX_TARGETS, "targets");
    return [file, targetsIn(file.signed)];
  } catch (error) {
    if (error instanceof RootRefused) throw unsignedTargets();
    throw error;
  }
}

function unsignedTargets() {
  return new ChainRefused("targets-signature", "The targets file is not signed by the city's keys.");
}

function targetsIn(signed) {
  const targets = signed.get("targets");
  demand(targets instanceof Map);
  for (const target of targets.values()) {
    demand(target instanceof Map && Number.isSafeInteger(target.get("length")) && target.get("length") >= 0);
    const hashes = target.get("hashes");
    demand(hashes instanceof Map && hashes.size > 0 && [...hashes.values()].every(isText));
  }
  return targets;
}

/* Whether `data` is what the entry of a targets file promises: its length and its SHA-256. */
async function isTarget(data, target) {
  return target?.get("length") === data.length && target.get("hashes").get("sha256") === (await digest(data));
}

/* A metadata file of this type: what is signed, by whom, and when it ends. */
function readFile(data, atMost, type) {
  const document = strictly(data, atMost);
  demand(document instanceof Map && document.get("signed") instanceof Map && Array.isArray(document.get("signatures")));
  const signed = document.get("signed");
  const signatures = new Map();
  for (const each of document.get("signatures")) {
    demand(each instanceof Map && isText(each.get("keyid")) && isText(each.get("sig")));
    demand(!signatures.has(each.get("keyid")));
    signatures.set(each.get("keyid"), each.get("sig"));
  }
  const version = signed.get("version");
  demand(signed.get("_type") === type && Number.isSafeInteger(version) && version >= 1);
  demand(isText(signed.get("spec_version")) && /^1(\.[0-9]+){1,2}$/.test(signed.get("spec_version")));
  return Object.freeze({ signed, signatures, bytes: signedBytes(signed), expires: momentOf(signed.get("expires")) });
}

function strictly(data, atMost) {
  try {
    return readJson(data, { atMost });
  } catch (error) {
    if (error instanceof JsonRefused) throw new RootRefused(error.code, error.message);
    throw error;
  }
}

function signedBytes(signed) {
  try {
    return canonical(signed);
  } catch (error) {
    if (error instanceof JsonRefused) throw new RootRefused(error.code, error.message);
    throw error;
  }
}

/* The second of "YYYY-MM-DDTHH:MM:SSZ". */
function momentOf(text) {
  const found = isText(text) && /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/.exec(text);
  demand(found && exists(...found.slice(1, 4).map(Number)));
  return Date.parse(text) / 1000;
}

/* Whether `above` believes `file` to be of this role: signed by its threshold of distinct keys. */
async function isSignedBy(above, name, file) {
  const { keyids, threshold } = above.roles.get(name);
  let count = 0;
  let unable = null;
  for (const keyid of keyids) {
    const [key, signature] = [above.keys.get(keyid), file.signatures.get(keyid)];
    if (!key || signature === undefined) continue;
    try {
      if (await isGood(key, signature, file.bytes)) count++;
    } catch (error) {
      if (!(error instanceof ReaderUnable)) throw error;
      unable = error;
    }
    if (count >= threshold) return true;
  }
  if (unable) throw unable;
  return false;
}

async function isGood(key, text, message) {
  const bytes = bytesOfHex(text);
  const raw = bytes && key.curve === "P-256" ? rawSignature(bytes) : bytes;
  if (!raw) return false;
  try {
    await key.check(message, raw, key.algorithm);
    return true;
  } catch (error) {
    if (error instanceof KeyRefused) return false;
    throw error;
  }
}

function isText(value) {
  return typeof value === "string";
}

function demand(holds) {
  if (!holds) throw new RootRefused("not-a-root", "This has not the form of TUF's files.");
}
