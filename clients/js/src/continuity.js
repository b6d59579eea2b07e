/** Whether two signed checkpoints are of one history: the later one holds the earlier one, or the ledger has forked. */
import { equal, hex } from './bytes.js';
import { FORKED, NOT_PROVEN, ROLLED_BACK, VerifyError, require } from './failure.js';
import { isConsistent } from './merkle.js';
import { parseCheckpoint, parseNote } from './note.js';
import { verifyCheckpoint } from './policy.js';
import { TileTree } from './tree.js';
import { epochOfSize } from './trust.js';

/**
 * Requires that `newer` begins with `older`; both are {size, root, cosigners, note} with their quorum already verified.
 * Answers the consistency path. A FORKED failure carries the proof: {size, notes, roots, signers, doubleSigners, path},
 * where `roots` are the two roots of `size` leaves, and `path` leads from the second one to the root of the newer note.
 *
 * @param source serves the tiles of `newer`
 */
export async function requireContinues(older, newer, source) {
  require(older.origin === newer.origin, NOT_PROVEN, `the checkpoints are of two logs, '${older.origin}' and '${newer.origin}'`);
  if (older.size === newer.size) {
    if (!equal(older.root, newer.root)) throw forked(older, newer, newer.root, []);
    return [];
  }
  const tree = new TileTree(source, newer.size);
  const [rootThen, path] = [await tree.root(older.size), await tree.consistencyPath(older.size)];
  // Tiles that do not lead to the signed root prove nothing about the ledger, only that they are not its own.
  const isTrue = await isConsistent(older.size, rootThen, newer.size, newer.root, path);
  require(isTrue, NOT_PROVEN, `the tiles do not lead to the signed root of ${newer.size} leaves, so they prove no consistency`);
  if (!equal(rootThen, older.root)) throw forked(older, newer, rootThen, path);
  return path;
}

function forked(older, newer, otherRoot, path) {
  const { size } = older;
  const doubleSigners = older.cosigners.filter((name) => newer.cosigners.includes(name));
  const under = newer.size === size ? '' : ` under a checkpoint of ${newer.size} leaves`;
  return new VerifyError(
    FORKED,
    `the ledger has forked: ${size} leaves have root ${hex(older.root)} cosigned by ${older.cosigners.join(', ')}, ` +
      `and root ${hex(otherRoot)}${under} cosigned by ${newer.cosigners.join(', ')}; both by ${doubleSigners.join(', ') || 'nobody'}`,
    { size, notes: [older.note, newer.note], roots: [older.root, otherRoot], signers: [older.cosigners, newer.cosigners], doubleSigners, path },
  );
}

/** The checkpoint of a note under the policy of its epoch, with the note itself. */
export async function checkpointOf(note, epochs) {
  const { size } = parseCheckpoint(parseNote(note).text);
  require(size > 0, NOT_PROVEN, 'the checkpoint is of an empty ledger');
  return { ...(await verifyCheckpoint(note, epochOfSize(epochs, size).policy)), note };
}

/**
 * Requires that `checkpoint` is not older than the one remembered and continues it; answers a line for people.
 * The remembered note is verified anew: a state file that others can write proves nothing by itself.
 *
 * @param remembered bytes of the note verified last, or undefined if none is
 */
export async function requireNewerThan(remembered, checkpoint, epochs, source) {
  if (remembered === undefined) return { absent: 'no checkpoint is remembered yet' };
  const before = parseCheckpoint(parseNote(remembered).text);
  require(before.origin === checkpoint.origin, NOT_PROVEN, `the remembered checkpoint is of another log, '${before.origin}'`);
  // Before its signatures: a ledger rolled back beyond a change of epoch no longer has the keys to verify them with.
  const isOlder = checkpoint.size < before.size;
  require(!isOlder, ROLLED_BACK, `the ledger was rolled back: it has ${checkpoint.size} leaves, ${before.size} were seen before`);
  const older = await checkpointOf(remembered, epochs);
  const path = await requireContinues(older, checkpoint, source);
  if (older.size === checkpoint.size) return `the same ${older.size} leaves as remembered`;
  return `begins with the ${older.size} leaves remembered, by ${path.length} hashes`;
}
