/** Bytes, text and numbers, read strictly: one value has one encoding, anything else is refused. */
import { MALFORMED, VerifyError, require } from './failure.js';

const DECIMAL = /^(0|[1-9][0-9]*)$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const HEX = /^([0-9a-f]{2})*$/;
const CHUNK = 0x8000; // String.fromCharCode takes its bytes as arguments, and those are bounded

export function ascii(text) {
  return new TextEncoder().encode(text);
}

export function utf8Text(bytes, what) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new VerifyError(MALFORMED, `${what} is not valid UTF-8`);
  }
}

/** One character per octet, U+0000 to U+00FF. */
export function octetText(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return text;
}

export function octets(text) {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function equal(a, b) {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function hex(bytes) {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

export function unhex(text, what = 'a value') {
  require(HEX.test(text), MALFORMED, `${what} is not lower-case hexadecimal`);
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

/** RFC 4648 section 4 with padding; unused bits must be zero. */
export function base64(text, what) {
  require(BASE64.test(text) && text.length % 4 === 0, MALFORMED, `${what} is not base64`);
  const decoded = atob(text);
  require(btoa(decoded) === text, MALFORMED, `${what} is not canonical base64`);
  return octets(decoded);
}

/** ASCII decimal without leading zeroes, at most 2^53 - 1, the largest whole number that is exact here. */
export function decimal(text, what) {
  require(DECIMAL.test(text), MALFORMED, `${what} is not a decimal number without leading zeroes`);
  const value = Number(text);
  require(Number.isSafeInteger(value), MALFORMED, `${what} is larger than this verifier counts`);
  return value;
}

export function u32(value) {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}

/** Reads big-endian fields from front to back; every read beyond the end is a MALFORMED failure. */
export class Reader {
  constructor(bytes, what) {
    this.bytes = bytes;
    this.what = what;
    this.at = 0;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left() {
    return this.bytes.length - this.at;
  }

  skip(length) {
    require(length <= this.left, MALFORMED, `${this.what} is cut off at byte ${this.bytes.length}`);
    this.at += length;
    return this.at - length;
  }

  take(length) {
    const from = this.skip(length);
    return this.bytes.subarray(from, from + length);
  }

  u8() {
    return this.view.getUint8(this.skip(1));
  }

  u16() {
    return this.view.getUint16(this.skip(2));
  }

  u32() {
    return this.view.getUint32(this.skip(4));
  }

  /** A BigInt. */
  u64() {
    return this.view.getBigUint64(this.skip(8));
  }

  /** A u64 that counts leaves, as a number. */
  index() {
    const value = Number(this.u64());
    require(Number.isSafeInteger(value), MALFORMED, `${this.what} has a leaf index beyond what can be counted`);
    return value;
  }

  hash() {
    return this.take(32);
  }

  hashes(count) {
    return Array.from({ length: count }, () => this.hash());
  }

  /** The rest as hashes, at most `max`. */
  restAsHashes(max) {
    require(this.left % 32 === 0 && this.left <= 32 * max, MALFORMED, `${this.what} ends with a path of a wrong length`);
    return this.hashes(this.left / 32);
  }

  end() {
    require(this.left === 0, MALFORMED, `${this.what} has ${this.left} bytes too many`);
  }
}
