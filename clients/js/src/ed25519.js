/**
 * Strict Ed25519: S < L, canonical A and R, keys of small order refused. The group equation is left to WebCrypto; what
 * libraries disagree about is decided here, on the bytes, so that every platform gives the same answer.
 */
import { MALFORMED, require } from './failure.js';

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = mod(-121665n * inverse(121666n));
const SIGN_BIT = 1n << 255n;
const SMALL_ORDER_DOUBLINGS = 3; // the cofactor is 8
const MAX_KEYS = 1024; // imported keys remembered; a ledger has few

const subtle = globalThis.crypto.subtle;
const imported = new Map();

function mod(value) {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function inverse(value) {
  let result = 1n;
  let base = mod(value);
  for (let e = P - 2n; e > 0n; e >>= 1n) {
    if (e & 1n) result = mod(result * base);
    base = mod(base * base);
  }
  return result;
}

function littleEndian(bytes) {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** y below P, and no sign on x = 0, which is where y is 1 or -1. */
function isCanonicalPoint(bytes) {
  const number = littleEndian(bytes);
  const y = number & (SIGN_BIT - 1n);
  const isNegative = (number & SIGN_BIT) !== 0n;
  return y < P && !(isNegative && (y === 1n || y === P - 1n));
}

/**
 * Whether [8]A is the neutral element, by doubling y alone: x^2 follows from the curve, and y = 1 only there. y is kept
 * as a fraction, so that nothing has to be inverted.
 */
function isSmallOrder(bytes) {
  let y = littleEndian(bytes) & (SIGN_BIT - 1n);
  let z = 1n;
  for (let i = 0; i < SMALL_ORDER_DOUBLINGS; i++) {
    const [yy, zz] = [mod(y * y), mod(z * z)];
    const [xx, ww] = [yy - zz, mod(D * yy + zz)]; // x^2 = xx / ww
    y = mod(yy * ww + xx * zz);
    z = mod(zz * ww - D * mod(xx * yy));
  }
  return z !== 0n && y === z;
}

/** Refuses a public key that no honest signer has. */
export function requireKey(key, what) {
  require(key.length === 32, MALFORMED, `${what} is not a key of 32 bytes`);
  require(isCanonicalPoint(key), MALFORMED, `${what} is not a canonical Ed25519 key`);
  require(!isSmallOrder(key), MALFORMED, `${what} is an Ed25519 key of small order`);
}

/** The key ready for use, or null if it is no sound key; remembered, because telling costs more than a signature. */
async function importKey(key) {
  const name = key.join();
  let known = imported.get(name);
  if (known === undefined) {
    known = await importNewKey(key);
    if (imported.size >= MAX_KEYS) imported.clear();
    imported.set(name, known);
  }
  return known;
}

async function importNewKey(key) {
  if (!isCanonicalPoint(key) || isSmallOrder(key)) return null;
  try {
    return await subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify']);
  } catch {
    return null; // 32 bytes that are no point of the curve
  }
}

/** False for anything but a strict signature by a sound key. */
export async function verify(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  if (!isCanonicalPoint(signature.subarray(0, 32))) return false;
  if (littleEndian(signature.subarray(32)) >= L) return false;
  const verifier = await importKey(key);
  return verifier !== null && subtle.verify('Ed25519', verifier, signature, message);
}
