/** RFC 6962 trees over SHA-256. */
import { equal } from './bytes.js';
import { leafHash, nodeHash, sha256 } from './hash.js';

export const MAX_PATH = 63; // a tree of 2^63 leaves

/** The level above: neighbours joined, an odd last hash carried up as it is. */
async function levelAbove(level) {
  const above = [];
  for (let i = 0; i + 1 < level.length; i += 2) above.push(nodeHash(level[i], level[i + 1]));
  if (level.length % 2 === 1) above.push(level[level.length - 1]);
  return Promise.all(above);
}

/** The tree hash over leaf hashes. Joining level by level splits where RFC 6962 does: at powers of two from the left. */
export async function rootOfHashes(leafHashes) {
  if (leafHashes.length === 0) return sha256();
  let level = leafHashes;
  while (level.length > 1) level = await levelAbove(level);
  return level[0];
}

/** MTH over entries. */
export async function rootOf(entries) {
  return rootOfHashes(await Promise.all(entries.map(leafHash)));
}

/** Whether `path` leads from the leaf at `index` to the root of `size` leaves; a path of another length never does. */
export async function isIncluded(leaf, index, size, path, root) {
  if (!(index >= 0 && index < size)) return false;
  let hash = leaf;
  let node = index;
  let last = size - 1;
  let used = 0;
  while (last > 0) {
    const isRight = node % 2 === 1;
    if (isRight || node < last) {
      if (used === path.length) return false;
      const sibling = path[used++];
      hash = isRight ? await nodeHash(sibling, hash) : await nodeHash(hash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return used === path.length && equal(hash, root);
}

/**
 * Whether the tree of `newSize` leaves begins with the tree of `oldSize` leaves (RFC 9162 section 2.1.4.2). A path of
 * another length never proves it, an empty tree proves nothing and is refused.
 */
export async function isConsistent(oldSize, oldRoot, newSize, newRoot, path) {
  if (!(oldSize > 0 && oldSize <= newSize)) return false;
  if (oldSize === newSize) return path.length === 0 && equal(oldRoot, newRoot);
  let node = oldSize - 1;
  let last = newSize - 1;
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  // An old tree that is one full subtree is not repeated in the path: it is the first hash.
  const [first, ...rest] = node === 0 ? [oldRoot, ...path] : path;
  if (first === undefined) return false;
  let [oldHash, newHash] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      [oldHash, newHash] = await Promise.all([nodeHash(sibling, oldHash), nodeHash(sibling, newHash)]);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      newHash = await nodeHash(newHash, sibling);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && equal(oldHash, oldRoot) && equal(newHash, newRoot);
}

/**
 * A tree over records kept in the order of their keys (ASCII strings of one length). Setting a record marks what it
 * changes; `root` hashes only that, so a ledger of many topics is not hashed anew for each block.
 */
export class SortedTree {
  #keys = [];
  #levels = [[]];
  #stale = [new Set()];

  get size() {
    return this.#keys.length;
  }

  set(key, record) {
    const at = this.#find(key);
    if (this.#keys[at] !== key) {
      this.#keys.splice(at, 0, key);
      this.#levels[0].splice(at, 0, null);
      // Everything right of it has moved by one: the inner hashes from here on are worthless.
      this.#levels = this.#levels.map((hashes, level) => (level === 0 ? hashes : hashes.slice(0, Math.floor(at / 2 ** level))));
    }
    this.#levels[0][at] = leafHash(record);
    this.#stale[0].add(at);
  }

  #find(key) {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#keys[middle] < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  async root() {
    let below = this.#levels[0];
    if (below.length === 0) return sha256();
    this.#levels[0] = below = await Promise.all(below);
    let changed = this.#stale[0];
    this.#stale = [new Set()];
    let depth = 0;
    while (below.length > 1) {
      const level = (this.#levels[++depth] ??= []);
      const width = Math.ceil(below.length / 2);
      const parents = new Set(Array.from(changed, (i) => i >> 1));
      for (let i = level.length; i < width; i++) parents.add(i);
      for (const i of parents) {
        const [left, right] = [below[2 * i], below[2 * i + 1]];
        level[i] = right === undefined ? left : nodeHash(left, right);
      }
      this.#levels[depth] = below = await Promise.all(level);
      changed = parents;
    }
    return below[0];
  }
}
