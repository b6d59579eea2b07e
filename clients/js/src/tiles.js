/** C2SP tlog-tiles: where a log's checkpoint, hashes and entries lie, and how they are read. */
import { Reader } from './bytes.js';
import { MALFORMED, UNREACHABLE, VerifyError, require } from './failure.js';

export const TILE_WIDTH = 256;
export const MAX_TILE_BYTES = TILE_WIDTH * 32;
export const MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + 0xffff);
export const MAX_TEXT_BYTES = 1 << 24; // checkpoint, trust chain
const FETCH_TIMEOUT_MS = 30_000;

/** 1234067 is x001/x234/067. */
function number(n) {
  const digits = String(n);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g);
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
}

export function tilePath(level, n, width) {
  return `tile/${level}/${number(n)}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

/** The tiles {n, width} of a level that a tree of this size has; `hashes` = floor(size / 256^level). */
export function tilesOf(hashes) {
  const tiles = [];
  for (let n = 0; n * TILE_WIDTH < hashes; n++) tiles.push({ n, width: Math.min(TILE_WIDTH, hashes - n * TILE_WIDTH) });
  return tiles;
}

/** Splits an entry bundle into exactly `width` entries. */
export function splitBundle(bytes, width, what) {
  const reader = new Reader(bytes, what);
  const entries = Array.from({ length: width }, () => reader.take(reader.u16()));
  reader.end();
  return entries;
}

/** Reads a log over HTTP. `url` is the node's address; the log lies under /ledger. */
export class HttpSource {
  constructor(url) {
    this.base = `${url.replace(/\/+$/, '')}/ledger/`;
  }

  /** The bytes at `path`, or null if the node has none. */
  async get(path, maxBytes) {
    const url = this.base + path;
    let response;
    try {
      response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
      if (response.ok) return await readBounded(response, maxBytes, url);
      await response.body?.cancel();
    } catch (e) {
      if (e instanceof VerifyError) throw e;
      throw new VerifyError(UNREACHABLE, `${url} cannot be read: ${e.cause?.message ?? e.message}`);
    }
    require(response.status === 404 || response.status === 410, UNREACHABLE, `${url} answers ${response.status}`);
    return null;
  }
}

async function readBounded(response, maxBytes, url) {
  const parts = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    require(length <= maxBytes, MALFORMED, `${url} is longer than ${maxBytes} bytes`);
    parts.push(part);
  }
  const whole = new Uint8Array(length);
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

/** What must be there. */
export async function mustGet(source, path, maxBytes) {
  const bytes = await source.get(path, maxBytes);
  require(bytes !== null, UNREACHABLE, `the node does not have ${path}`);
  return bytes;
}
