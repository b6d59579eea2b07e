import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isConsistent } from '../src/merkle.js';
import { TileTree } from '../src/tree.js';
import { H, int, root, sourceOf } from './support/ledger.js';

const leaves = Array.from({ length: 600 }, (_, i) => H(int(4, i)));
const SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 32, 33];

/** The tiles of the first `size` leaves by the roots of the test's own tree. */
function tilesOf(size) {
  const files = new Map();
  let hashes = leaves.slice(0, size);
  for (let level = 0; hashes.length > 0; level++) {
    const tiles = Array.from({ length: Math.ceil(hashes.length / 256) }, (_, n) => hashes.slice(256 * n, 256 * n + 256));
    tiles.forEach((tile, n) => files.set(`tile/${level}/00${n}${tile.length < 256 ? `.p/${tile.length}` : ''}`, Buffer.concat(tile)));
    hashes = tiles.filter((tile) => tile.length === 256).map(root);
  }
  return sourceOf(files);
}

const rootOf = (size) => root(leaves.slice(0, size));
const proofOf = (from, to) => new TileTree(tilesOf(to), to).consistencyPath(from);

test('consistency: each tree begins with each smaller one, by the path that its tiles give', async () => {
  for (const to of SIZES) {
    for (let from = 1; from <= to; from++) {
      assert.ok(await isConsistent(from, rootOf(from), to, rootOf(to), await proofOf(from, to)), `${from} in ${to}`);
    }
  }
});

test('consistency: across tiles and levels, at both sides of every full tile', async () => {
  for (const [from, to] of [[1, 257], [255, 256], [256, 257], [256, 512], [257, 600], [511, 513], [512, 600], [300, 599]]) {
    assert.deepEqual(Buffer.from(await new TileTree(tilesOf(to), to).root(from)), rootOf(from), `root of ${from} from the tiles of ${to}`);
    assert.ok(await isConsistent(from, rootOf(from), to, rootOf(to), await proofOf(from, to)), `${from} in ${to}`);
  }
});

test('consistency: a path with a hash changed, left out, added or moved proves nothing', async () => {
  for (const [from, to] of [[3, 7], [4, 7], [6, 8], [8, 33], [17, 33], [257, 600]]) {
    const path = await proofOf(from, to);
    const holds = (other) => isConsistent(from, rootOf(from), to, rootOf(to), other);
    for (let i = 0; i < path.length; i++) {
      assert.ok(!(await holds(path.with(i, H(path[i])))), `${from} in ${to}: hash ${i} changed`);
      assert.ok(!(await holds(path.toSpliced(i, 1))), `${from} in ${to}: hash ${i} left out`);
      assert.ok(!(await holds(path.toSpliced(i, 0, path[i]))), `${from} in ${to}: hash ${i} twice`);
    }
    assert.ok(!(await holds([...path, H()])), `${from} in ${to}: one more`);
    if (path.length > 1) assert.ok(!(await holds(path.toReversed())), `${from} in ${to}: reversed`);
  }
});

test('consistency: another root or size on either side is refused, and so is the empty tree', async () => {
  const path = await proofOf(5, 9);
  assert.ok(!(await isConsistent(5, rootOf(4), 9, rootOf(9), path)), 'another old root');
  assert.ok(!(await isConsistent(5, rootOf(5), 9, rootOf(8), path)), 'another new root');
  assert.ok(!(await isConsistent(6, rootOf(5), 9, rootOf(9), path)), 'another old size');
  assert.ok(!(await isConsistent(5, rootOf(5), 17, rootOf(9), path)), 'another new size');
  assert.ok(!(await isConsistent(9, rootOf(9), 5, rootOf(5), path)), 'the smaller one as the newer');
  assert.ok(!(await isConsistent(9, rootOf(9), 9, rootOf(8), [])), 'one size, two roots');
  assert.ok(!(await isConsistent(9, rootOf(9), 9, rootOf(9), path)), 'one size with a path');
  assert.ok(!(await isConsistent(0, H(), 9, rootOf(9), [])), 'the empty tree');
  assert.ok(!(await isConsistent(8, rootOf(8), 9, rootOf(9), [])), 'no path');
});
