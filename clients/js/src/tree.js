/** The tree of a log, read from its tiles: roots of earlier sizes and consistency paths. Nothing read is trusted here. */
import { NOT_PROVEN, require } from './failure.js';
import { nodeHash } from './hash.js';
import { rootOfHashes } from './merkle.js';
import { MAX_TILE_BYTES, TILE_WIDTH, mustGet, tilePath } from './tiles.js';

const TILE_HEIGHT = 8;

export class TileTree {
  #tiles = new Map();

  /** The first `size` leaves of what `source` serves. */
  constructor(source, size) {
    this.source = source;
    this.size = size;
  }

  /** The root of the first `size` leaves. */
  root(size = this.size) {
    return this.#rangeRoot(0, size);
  }

  /** RFC 6962 section 2.1.2: the hashes that lead from the root of the first `oldSize` leaves to that of all. */
  consistencyPath(oldSize) {
    return this.#path(oldSize, 0, this.size, true);
  }

  async #path(oldSize, from, to, isOldRoot) {
    const width = to - from;
    if (oldSize === width) return isOldRoot ? [] : [await this.#rangeRoot(from, to)];
    const left = splitOf(width);
    if (oldSize <= left) return [...(await this.#path(oldSize, from, from + left, isOldRoot)), await this.#rangeRoot(from + left, to)];
    return [...(await this.#path(oldSize - left, from + left, to, false)), await this.#rangeRoot(from, from + left)];
  }

  /** Of leaves [from, to), where `from` is a multiple of the smallest power of two that holds them. */
  async #rangeRoot(from, to) {
    const level = Math.log2(to - from);
    if (Number.isInteger(level)) return this.#node(level, from / 2 ** level);
    const middle = from + splitOf(to - from);
    return nodeHash(await this.#rangeRoot(from, middle), await this.#rangeRoot(middle, to));
  }

  /** The root of the full subtree of 2^level leaves, the index-th of its kind. */
  async #node(level, index) {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const count = 2 ** (level % TILE_HEIGHT);
    const first = index * count;
    const n = Math.floor(first / TILE_WIDTH);
    const tile = await this.#tile(tileLevel, n);
    const at = first % TILE_WIDTH;
    return rootOfHashes(Array.from({ length: count }, (_, i) => tile.subarray(32 * (at + i), 32 * (at + i + 1))));
  }

  async #tile(level, n) {
    const width = Math.min(TILE_WIDTH, Math.floor(this.size / TILE_WIDTH ** level) - n * TILE_WIDTH);
    const path = tilePath(level, n, width);
    if (!this.#tiles.has(path)) {
      const bytes = await mustGet(this.source, path, MAX_TILE_BYTES);
      require(bytes.length === 32 * width, NOT_PROVEN, `${path} has ${bytes.length} bytes, not ${32 * width}`);
      this.#tiles.set(path, bytes);
    }
    return this.#tiles.get(path);
  }
}

/** The largest power of two below `width`, for whole numbers of any size that is exact here. */
function splitOf(width) {
  let power = 1;
  while (power * 2 < width) power *= 2;
  return power;
}
