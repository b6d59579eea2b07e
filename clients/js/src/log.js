/** A whole ledger: rebuilt from its entries, compared with its tiles, its signatures and its own account of itself. */
import { equal, hex } from './bytes.js';
import { requireNewerThan } from './continuity.js';
import { NOT_PROVEN, VerifyError, require } from './failure.js';
import { leafHash } from './hash.js';
import { History } from './history.js';
import { rootOfHashes } from './merkle.js';
import { MAX_NOTE_BYTES, parseCheckpoint, parseNote } from './note.js';
import { parsePolicy, verifyCheckpoint } from './policy.js';
import { MAX_BUNDLE_BYTES, MAX_TEXT_BYTES, MAX_TILE_BYTES, TILE_WIDTH, mustGet, splitBundle, tilePath, tilesOf } from './tiles.js';
import { epochOfSize, walkTrustChain } from './trust.js';

/**
 * Verifies all that a node serves, with the trust file alone; memory is 32 bytes a leaf plus one bundle. Answers
 * {verified, steps, facts} as verifyReceipt does; the first failed step names the first broken thing.
 *
 * @param source {get(path, maxBytes): bytes or null}, such as an HttpSource
 * @param options remembered: bytes of the note that was verified last, which the ledger must continue
 */
export async function verifyLog(source, trustFile, { remembered } = {}) {
  const audit = new Audit(source, trustFile, remembered);
  try {
    await audit.run();
  } catch (failure) {
    if (!(failure instanceof VerifyError)) throw failure;
    audit.steps.push({ name: audit.current, outcome: 'failed', detail: failure.message, code: failure.code });
    return { verified: false, steps: audit.steps, facts: null, fork: failure.fork };
  }
  const { checkpoint, history } = audit;
  return { verified: true, steps: audit.steps, facts: { ...checkpoint, note: audit.note, ledgerId: history.epoch.ledgerId, counts: history.counts } };
}

class Audit {
  constructor(source, trustFile, remembered) {
    this.remembered = remembered;
    this.source = source;
    this.trustFile = trustFile;
    this.steps = [];
    this.current = 'trust';
    this.tiles = []; // the level 0 tiles, compared with their entries
    this.tileRoots = []; // of the full ones
    this.history = new History(trustFile, (index) => this.leafHashAt(index));
  }

  leafHashAt(index) {
    const at = (index % TILE_WIDTH) * 32;
    return this.tiles[Math.floor(index / TILE_WIDTH)].subarray(at, at + 32);
  }

  async run() {
    await this.step('trust', () => this.readTrust());
    await this.step('checkpoint', () => this.checkCheckpoint());
    await this.step('entries', () => this.readEntries());
    await this.step('tiles', () => this.compareUpperTiles());
    await this.step('root', () => this.compareRoot());
    await this.step('history', () => this.checkHistory());
    if (this.remembered !== undefined) await this.step('memory', () => this.checkMemory());
  }

  async step(name, action) {
    this.current = name;
    this.steps.push({ name, outcome: 'ok', detail: await action() });
  }

  async readTrust() {
    const trust = await parsePolicy(this.trustFile);
    this.note = await mustGet(this.source, 'checkpoint', MAX_NOTE_BYTES);
    const { size } = parseCheckpoint(parseNote(this.note).text);
    require(size > 0, NOT_PROVEN, 'the checkpoint is of an empty ledger');
    const chain = await this.source.get('trust.chain', MAX_TEXT_BYTES);
    this.policy = trust;
    if (chain === null) return 'by the trust file itself, the node has no trust chain';
    const epochs = await walkTrustChain(chain, this.trustFile);
    const epoch = epochOfSize(epochs, size);
    this.policy = epoch.policy;
    return `ledger ${hex(epoch.ledgerId)}, epoch ${epoch.epoch} of 0 to ${epochs.length - 1}, from the trust file`;
  }

  async checkCheckpoint() {
    this.checkpoint = await verifyCheckpoint(this.note, this.policy);
    const { origin, size, cosigners } = this.checkpoint;
    return `${size} leaves, signed by log ${origin}, cosigned by ${cosigners.join(', ') || 'nobody'}: quorum '${this.policy.quorum}' is met`;
  }

  async readEntries() {
    const { size } = this.checkpoint;
    const tiles = tilesOf(size);
    for (const { n, width } of tiles) await this.readBundle(n, width);
    return `${size} leaves in ${tiles.length} entry bundles hash to the ${tiles.length} tiles of level 0, each leaf follows from those before it`;
  }

  /** One entry bundle with the level 0 tile it belongs to. */
  async readBundle(n, width) {
    const bundle = await mustGet(this.source, tilePath('entries', n, width), MAX_BUNDLE_BYTES);
    const entries = splitBundle(bundle, width, `entry bundle ${n}`);
    const tile = await this.tile(0, n, width);
    const hashes = await Promise.all(entries.map(leafHash));
    const wrong = hashes.findIndex((hash, i) => !equal(hash, tile.subarray(32 * i, 32 * i + 32)));
    require(wrong < 0, NOT_PROVEN, `leaf ${n * TILE_WIDTH + wrong} does not hash to its place in ${tilePath(0, n, width)}`);
    this.tiles.push(tile);
    for (let i = 0; i < width; i++) {
      try {
        await this.history.add(entries[i], hashes[i]);
      } catch (failure) {
        throw failure instanceof VerifyError ? new VerifyError(failure.code, `leaf ${n * TILE_WIDTH + i}: ${failure.message}`) : failure;
      }
    }
    const root = await rootOfHashes(hashes);
    if (width === TILE_WIDTH) this.tileRoots.push(root);
    else this.partialRoot = root;
  }

  async tile(level, n, width) {
    const path = tilePath(level, n, width);
    const bytes = await mustGet(this.source, path, MAX_TILE_BYTES);
    require(bytes.length === 32 * width, NOT_PROVEN, `${path} has ${bytes.length} bytes, not ${32 * width}`);
    return bytes;
  }

  async compareUpperTiles() {
    let hashes = this.tileRoots;
    let compared = 0;
    let level = 1;
    for (; hashes.length > 0; level++) {
      const above = [];
      for (const { n, width } of tilesOf(hashes.length)) {
        const tile = await this.tile(level, n, width);
        const own = hashes.slice(n * TILE_WIDTH, n * TILE_WIDTH + width);
        const wrong = own.findIndex((hash, i) => !equal(hash, tile.subarray(32 * i, 32 * i + 32)));
        require(wrong < 0, NOT_PROVEN, `hash ${wrong} of ${tilePath(level, n, width)} is not that of the tile below`);
        if (width === TILE_WIDTH) above.push(await rootOfHashes(own));
        compared++;
      }
      hashes = above;
    }
    return compared === 0 ? 'no tiles above level 0 yet' : `${compared} tiles of levels 1 to ${level - 1} follow from level 0`;
  }

  async compareRoot() {
    // A tile is a subtree of 256 leaves, so joining their roots level by level is joining the leaves from level 8 on.
    const roots = this.partialRoot === undefined ? this.tileRoots : [...this.tileRoots, this.partialRoot];
    const root = await rootOfHashes(roots);
    require(equal(root, this.checkpoint.root), NOT_PROVEN, `the entries lead to root ${hex(root)}, signed is ${hex(this.checkpoint.root)}`);
    return `the entries lead to the signed root ${hex(root)}`;
  }

  async checkHistory() {
    const { history, checkpoint } = this;
    history.finish();
    const { policy } = epochOfSize(history.epochs, checkpoint.size);
    require(equal(policy.bytes, this.policy.bytes), NOT_PROVEN, 'the checkpoint is signed under another epoch than the ledger is in');
    for (const epoch of history.epochs.slice(0, -1)) await this.checkHandover(epoch);
    const { counts, topics, lanes } = history;
    return (
      `${counts.events} events in ${counts.SEGMENT} segments of ${topics.size} topics and ${counts.BATCH} batches of ${lanes.size} lanes, ` +
      `${counts.BLOCK} blocks up to height ${history.lastBlock.height}, ${counts.CONFIG} epochs: block chain, topic chains, ` +
      'sequence numbers, batch roots and signatures, head roots and approvals fit' +
      (counts.ACK > 0 ? ` (signatures of ${counts.ACK} ACK leaves not checked)` : '') +
      (counts.ERASE > 0 ? `, ${counts.ERASE} erasures` : '') +
      (counts.VERDICT > 0 ? `, ${counts.VERDICT} verdicts` : '') +
      (counts.GRANT > 0 ? `, ${counts.GRANT} statements about grants; of them hold: ${history.grants.lines(history.epoch.registry).join('; ') || 'none'}` : '')
    );
  }

  checkMemory() {
    const newest = { ...this.checkpoint, note: this.note };
    return requireNewerThan(this.remembered, newest, this.history.epochs, this.source);
  }

  /** The checkpoint at which an epoch ended, signed by that epoch. */
  async checkHandover(epoch) {
    const path = `checkpoint/${epoch.lastSize}`;
    const handover = await verifyCheckpoint(await mustGet(this.source, path, MAX_NOTE_BYTES), epoch.policy);
    require(handover.size === epoch.lastSize, NOT_PROVEN, `${path} is of ${handover.size} leaves`);
    const hashes = [];
    for (let i = 0; i < handover.size; i++) hashes.push(this.leafHashAt(i));
    require(equal(await rootOfHashes(hashes), handover.root), NOT_PROVEN, `${path} has a root the entries do not lead to`);
  }
}
