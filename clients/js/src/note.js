/** C2SP signed-note, tlog-checkpoint and tlog-cosignature. */
import { ascii, base64, concat, decimal, equal, octets, Reader, unhex, utf8Text } from './bytes.js';
import { requireKey, verify } from './ed25519.js';
import { MALFORMED, require } from './failure.js';
import { sha256 } from './hash.js';

export const LOG_KEY = 0x01; // plain Ed25519 over the note's text
export const COSIGNER_KEY = 0x04; // u64 time || Ed25519 over the timed text
export const MAX_SIGNATURES = 64; // the specification asks for at least 16
export const MAX_NOTE_BYTES = 1 << 16;

const MAX_TIME = 2n ** 63n - 1n;
const KEY_NAME = /^[^\s\u0085+]+$/u; // no Unicode space, no plus
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

/**
 * A verifier key `<name>+<key id>+<base64(type || key)>`, given as octets in text (a policy file is octets).
 * Answers {name, id, type, key}.
 */
export async function parseVerifierKey(vkey, type) {
  const [name8, idHex, ...rest] = vkey.split('+');
  require(rest.length > 0, MALFORMED, `'${vkey}' is not a verifier key`);
  const name = utf8Text(octets(name8), 'a key name');
  require(KEY_NAME.test(name), MALFORMED, `'${name}' cannot be a key name`);
  require(idHex.length === 8, MALFORMED, `the key id of ${name} is not 8 hexadecimal digits`);
  const id = unhex(idHex, `the key id of ${name}`);
  const typed = base64(rest.join('+'), `the key of ${name}`);
  require(typed[0] === type, MALFORMED, `the key of ${name} has type ${typed[0]}, needed here is ${type}`);
  const key = typed.subarray(1);
  requireKey(key, `the key of ${name}`);
  const expected = await sha256(octets(name8), ascii('\n'), typed);
  require(equal(expected.subarray(0, 4), id), MALFORMED, `the key id of ${name} does not belong to its key`);
  return { name, id, type, key };
}

/** Answers {text, signatures: [{name, id, bytes}]}; text is the signed octets with their final newline. */
export function parseNote(bytes) {
  require(bytes.length <= MAX_NOTE_BYTES, MALFORMED, `a note of ${bytes.length} bytes, at most ${MAX_NOTE_BYTES} are read`);
  const whole = utf8Text(bytes, 'the checkpoint');
  require(!CONTROL.test(whole), MALFORMED, 'the checkpoint has a control character');
  require(whole.endsWith('\n'), MALFORMED, 'the checkpoint does not end with a newline');
  const split = whole.lastIndexOf('\n\n');
  require(split > 0, MALFORMED, 'the checkpoint has no empty line before its signatures');
  const lines = whole.slice(split + 2, -1).split('\n');
  require(lines.length <= MAX_SIGNATURES, MALFORMED, `more than ${MAX_SIGNATURES} signature lines`);
  return { text: new TextEncoder().encode(whole.slice(0, split + 1)), signatures: lines.map(parseSignatureLine) };
}

function parseSignatureLine(line) {
  const parts = line.split(' ');
  require(parts.length === 3 && parts[0] === '\u2014', MALFORMED, `'${line}' is not a signature line`);
  require(KEY_NAME.test(parts[1]), MALFORMED, `'${parts[1]}' cannot be a key name`);
  const bytes = base64(parts[2], `the signature of ${parts[1]}`);
  require(bytes.length > 4, MALFORMED, `the signature of ${parts[1]} is too short`);
  return { name: parts[1], id: bytes.subarray(0, 4), bytes: bytes.subarray(4) };
}

/** The three lines {origin, size, root}. Extension lines, which nobody can audit, are refused. */
export function parseCheckpoint(text) {
  const lines = utf8Text(text, 'the checkpoint').split('\n');
  require(lines.length === 4 && lines[3] === '', MALFORMED, 'a checkpoint has three lines: origin, size, root');
  const [origin, size, root] = lines;
  require(origin !== '', MALFORMED, 'the checkpoint has no origin line');
  const hash = base64(root, 'the root hash');
  require(hash.length === 32, MALFORMED, 'the root hash is not 32 bytes');
  return { origin, size: decimal(size, 'the tree size'), root: hash };
}

export function isBy(signature, key) {
  return signature.name === key.name && equal(signature.id, key.id);
}

/** Whether the log key signed the text. */
export function verifyLogSignature(key, text, signature) {
  return verify(key.key, text, signature.bytes);
}

/** Whether the cosigner signed the text, at the time that stands in the signature. */
export async function verifyCosignature(key, text, signature) {
  if (signature.bytes.length !== 72) return false;
  const reader = new Reader(signature.bytes, 'a cosignature');
  const time = reader.u64();
  if (time > MAX_TIME) return false;
  return verify(key.key, concat(ascii(`cosignature/v1\ntime ${time}\n`), text), reader.take(64));
}
