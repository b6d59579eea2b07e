/** SHA-256 and HMAC-SHA-256 by WebCrypto, so that the same code runs in Node and in a browser. */
import { concat } from './bytes.js';

const subtle = globalThis.crypto.subtle;
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export async function sha256(...parts) {
  return new Uint8Array(await subtle.digest('SHA-256', concat(...parts)));
}

/** RFC 6962: H(0x00 || entry). */
export function leafHash(entry) {
  return sha256(LEAF, entry);
}

/** RFC 6962: H(0x01 || left || right). */
export function nodeHash(left, right) {
  return sha256(NODE, left, right);
}

export async function hmac(key, ...parts) {
  const imported = await subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await subtle.sign('HMAC', imported, concat(...parts)));
}
