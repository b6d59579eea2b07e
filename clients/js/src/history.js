/** Follows the leaves of a ledger from the first on and refuses whatever execution could not have written. */
import { concat, equal, hex } from './bytes.js';
import { NOT_PROVEN, UNTRUSTED, require } from './failure.js';
import { Grants } from './grants.js';
import { sha256 } from './hash.js';
import { ACK, BATCH, BLOCK, CONFIG, ERASE, GRANT, SEGMENT, VERDICT, ZERO_HASH, decodeLeaf, topicGenesis, verifyBatchSignatures, verifyEraseSignature, verifyGrantSignature } from './leaf.js';
import { SortedTree, rootOf } from './merkle.js';
import { holdersNeeded } from './registry.js';
import { firstEpoch, nextEpoch } from './trust.js';

export class History {
  /** `hashOf(index)` answers the leaf hash at an earlier index. */
  constructor(trustFile, hashOf) {
    this.trustFile = trustFile;
    this.hashOf = hashOf;
    this.size = 0;
    this.epochs = [];
    this.batches = new Map(); // batchId by the index of its BATCH leaf
    this.erasures = new Map();
    this.grants = new Grants();
    this.segments = new Map();
    this.counts = { SEGMENT: 0, BLOCK: 0, CONFIG: 0, ACK: 0, ERASE: 0, BATCH: 0, VERDICT: 0, GRANT: 0, events: 0 };
    this.topics = new Map(); // tag -> {seq, hash} of the last SEGMENT
    this.lanes = new Map(); // lane -> {batchSeq, originSeq} of the last BATCH
    this.topicTree = new SortedTree();
    this.laneTree = new SortedTree();
    this.lastBlock = { hash: ZERO_HASH, height: -1n, timeMs: -1n };
    this.#startBlock();
  }

  #startBlock() {
    this.block = { firstIndex: this.size, segments: [], config: null };
    this.batch = null;
  }

  get epoch() {
    return this.epochs.at(-1);
  }

  /** Takes the next leaf. */
  async add(bytes, hash) {
    const leaf = decodeLeaf(bytes);
    require(this.size > 0 || leaf.type === CONFIG, NOT_PROVEN, `the ledger begins with a ${leaf.name} leaf, not with CONFIG`);
    const open = this.batch !== null;
    require(!open || leaf.type === SEGMENT, NOT_PROVEN, `a ${leaf.name} leaf stands inside a batch that lacks segments`);
    if (leaf.type === BATCH) await this.#addBatch(leaf, hash);
    else if (leaf.type === SEGMENT) await this.#addSegment(leaf, hash);
    else if (leaf.type === CONFIG) await this.#addConfig(leaf);
    else if (leaf.type === ERASE) await this.#addErase(leaf);
    else if (leaf.type === GRANT) await this.#addGrant(leaf);
    else if (leaf.type === VERDICT) this.#addVerdict(leaf);
    else if (leaf.type === ACK) require(this.#origin(leaf).isActive, NOT_PROVEN, `an ACK of origin ${leaf.originId}, which is retired`);
    this.counts[leaf.name]++;
    if (leaf.type === BLOCK) await this.#addBlock(leaf, hash);
    else this.size++;
  }

  #origin({ originId, name }) {
    const origin = this.epoch.registry.origin.get(originId);
    require(origin !== undefined, UNTRUSTED, `a ${name} leaf of origin ${originId}, which the registry does not have`);
    return origin;
  }

  async #addConfig(leaf) {
    require(this.block.config === null, NOT_PROVEN, 'a block with two CONFIG leaves');
    this.block.config = leaf;
    if (this.size === 0) this.epochs.push(await firstEpoch(leaf, this.trustFile));
    else this.block.nextEpoch = await nextEpoch(leaf, this.epoch);
  }

  async #addBatch(leaf, hash) {
    const { registry, ledgerId } = this.epoch;
    const what = `batch ${leaf.batchSeq} of origin ${leaf.originId} for audience ${leaf.audienceId}`;
    require(this.#origin(leaf).isActive, UNTRUSTED, `${what}: the origin is retired`);
    await verifyBatchSignatures(leaf, ledgerId, (id) => registry.origin.get(id)?.key);
    this.#requireHeld(leaf, what);
    const key = hex(leaf.core.subarray(0, 2)) + hex(leaf.core.subarray(26, 30));
    const last = this.lanes.get(key) ?? { batchSeq: 0n, originSeq: 0n };
    require(leaf.batchSeq === last.batchSeq + 1n, NOT_PROVEN, `${what} follows batch ${last.batchSeq} of its lane`);
    require(leaf.originSeqFirst === last.originSeq + 1n, NOT_PROVEN, `${what} begins at originSeq ${leaf.originSeqFirst} after ${last.originSeq}`);
    const originSeq = last.originSeq + BigInt(leaf.eventCount);
    this.lanes.set(key, { batchSeq: leaf.batchSeq, originSeq });
    const lane = concat(leaf.core.subarray(0, 2), leaf.core.subarray(26, 30));
    this.laneTree.set(key, concat(lane, leaf.core.subarray(2, 10), u64(originSeq), hash));
    this.batches.set(this.size, await sha256(leaf.core));
    this.batch = { leaf, what, parts: [], nextSeq: leaf.originSeqFirst };
  }

  /** Distinct institutions of the audience, the origin's included, at least as many as its policy asks for. */
  #requireHeld(leaf, what) {
    const { registry } = this.epoch;
    const audience = registry.audience.get(leaf.audienceId);
    require(audience !== undefined, UNTRUSTED, `${what}: the registry does not have this audience`);
    const ids = [leaf, ...leaf.holders].map(({ originId }) => registry.origin.get(originId).institution);
    const members = new Set(ids.filter((id) => audience.institutions.includes(id)));
    const needed = holdersNeeded(audience);
    require(members.size >= needed, UNTRUSTED, `${what} is held by ${members.size} of its audience, needed are ${needed}`);
  }

  async #addSegment(leaf, hash) {
    const { batch } = this;
    const tag = hex(leaf.topicTag);
    require(batch !== null, NOT_PROVEN, 'a SEGMENT leaf stands outside a batch');
    require(leaf.originId === batch.leaf.originId, NOT_PROVEN, `${batch.what} has a segment of origin ${leaf.originId}`);
    require(leaf.originSeq === batch.nextSeq, NOT_PROVEN, `${batch.what} has a segment at originSeq ${leaf.originSeq}, expected ${batch.nextSeq}`);
    const topic = this.epoch.registry.topic.get(tag);
    const isAllowed = topic === undefined || (topic.isActive && topic.audience === batch.leaf.audienceId);
    require(isAllowed, NOT_PROVEN, `topic ${tag} is retired or belongs to another audience`);
    const last = this.topics.get(tag) ?? { seq: 0n, hash: await topicGenesis(leaf.topicTag) };
    require(leaf.topicSeqFirst === last.seq + 1n, NOT_PROVEN, `topic ${tag} goes from topicSeq ${last.seq} to ${leaf.topicSeqFirst}`);
    require(equal(leaf.topicPrev, last.hash), NOT_PROVEN, `topicPrev of topic ${tag} at topicSeq ${leaf.topicSeqFirst} is not its previous SEGMENT`);
    const seq = last.seq + BigInt(leaf.count);
    this.topics.set(tag, { seq, hash });
    this.topicTree.set(tag, concat(leaf.topicTag, u64(seq), hash, u64(BigInt(this.size))));
    this.segments.set(this.size, { originId: leaf.originId, count: leaf.count });
    this.block.segments.push({ height: leaf.height, timeMs: leaf.orderTimeMs });
    this.counts.events += leaf.count;
    batch.nextSeq += BigInt(leaf.count);
    batch.parts.push(leaf.originPart);
    if (batch.parts.length === batch.leaf.segmentCount) await this.#closeBatch(batch);
  }

  async #closeBatch({ leaf, what, parts, nextSeq }) {
    const events = nextSeq - leaf.originSeqFirst;
    require(events === BigInt(leaf.eventCount), NOT_PROVEN, `${what} says ${leaf.eventCount} events, its segments have ${events}`);
    require(equal(await rootOf(parts), leaf.segmentsRoot), NOT_PROVEN, `segmentsRoot of ${what} is not that of its segments`);
    this.batch = null;
  }

  /** The event's place stays proven; what is said here is that its content goes, by its origin, and not said twice. */
  async #addErase(leaf) {
    const origin = this.#origin(leaf);
    require(origin.isActive, UNTRUSTED, `an ERASE leaf of origin ${leaf.originId}, which is retired`);
    await verifyEraseSignature(leaf, this.epoch.ledgerId, origin.key);
    const last = this.erasures.get(leaf.originId) ?? 0n;
    require(BigInt(leaf.timeMs) > last, NOT_PROVEN, `an ERASE leaf of origin ${leaf.originId} is not later than the one before it`);
    this.erasures.set(leaf.originId, BigInt(leaf.timeMs));
    const isThere = leaf.targetIndex < this.size && equal(this.hashOf(leaf.targetIndex), leaf.targetHash);
    require(isThere, NOT_PROVEN, `an ERASE leaf names leaf ${leaf.targetIndex} with a hash it does not have`);
    const target = this.segments.get(leaf.targetIndex);
    require(target !== undefined && leaf.position < target.count, NOT_PROVEN, `an ERASE leaf names event ${leaf.position} of leaf ${leaf.targetIndex}, which is not there`);
    const of = this.epoch.registry.origin.get(target.originId);
    const isOwn = target.originId === leaf.originId || of?.institution === origin.institution;
    require(isOwn, UNTRUSTED, `origin ${leaf.originId} erases an event of origin ${target.originId}, another institution`);
  }

  /** Said by an origin of the institution, and nothing that execution would not have taken. */
  async #addGrant(leaf) {
    const origin = this.#origin(leaf);
    require(origin.isActive, UNTRUSTED, `a GRANT leaf of origin ${leaf.originId}, which is retired`);
    await verifyGrantSignature(leaf, this.epoch.ledgerId, origin.key);
    this.grants.add(leaf, this.size, this.epoch.registry);
  }

  /** What a verdict finds rests on challenges in blocks, which are not in the log; that its batch is there is checked. */
  #addVerdict(leaf) {
    this.#origin(leaf);
    const batch = this.batches.get(leaf.targetIndex);
    const isThere = batch !== undefined && equal(batch, leaf.batchId);
    require(isThere, NOT_PROVEN, `a VERDICT leaf names leaf ${leaf.targetIndex} as batch ${leaf.batchSeq}, which it is not`);
  }

  async #addBlock(leaf, hash) {
    const what = `block ${leaf.height}`;
    const { block, lastBlock } = this;
    const isFirst = lastBlock.height < 0n;
    require(isFirst ? leaf.height === 0n : leaf.height > lastBlock.height, NOT_PROVEN, `${what} follows block ${lastBlock.height}`);
    require(leaf.blockTimeMs > lastBlock.timeMs, NOT_PROVEN, `${what} is not later than the block before it`);
    require(equal(leaf.previousBlock, lastBlock.hash), NOT_PROVEN, `${what} does not name the BLOCK leaf before it`);
    require(leaf.firstIndex === block.firstIndex, NOT_PROVEN, `${what} says it begins at leaf ${leaf.firstIndex}, it does at ${block.firstIndex}`);
    const others = this.size - block.firstIndex;
    require(leaf.otherLeaves === others, NOT_PROVEN, `${what} says it has ${leaf.otherLeaves} other leaves, it has ${others}`);
    const fits = block.segments.every((s) => s.height === leaf.height && s.timeMs === leaf.blockTimeMs);
    require(fits, NOT_PROVEN, `${what} has a segment of another height or time`);
    require(leaf.epoch === this.epoch.epoch, NOT_PROVEN, `${what} runs under epoch ${leaf.epoch}, in force is ${this.epoch.epoch}`);
    await this.#requireHeads(leaf, what);
    this.size++;
    if (block.nextEpoch !== undefined) {
      require(block.config.firstHeight === leaf.height + 1n, NOT_PROVEN, `epoch ${block.config.epoch} does not begin after ${what}`);
      this.epoch.lastSize = this.size;
      this.epochs.push(block.nextEpoch);
    }
    require(equal(leaf.configHash, this.epoch.configHash), NOT_PROVEN, `configHash of ${what} is not that of the CONFIG leaf in force`);
    this.lastBlock = { hash, height: leaf.height, timeMs: leaf.blockTimeMs };
    this.#startBlock();
  }

  async #requireHeads(leaf, what) {
    require(leaf.headsCount === BigInt(this.topicTree.size), NOT_PROVEN, `${what} counts ${leaf.headsCount} topics, there are ${this.topicTree.size}`);
    require(equal(leaf.headsRoot, await this.topicTree.root()), NOT_PROVEN, `headsRoot of ${what} is not that of its topic heads`);
    require(equal(leaf.originsRoot, await this.laneTree.root()), NOT_PROVEN, `originsRoot of ${what} is not that of its origin heads`);
  }

  /** Every checkpoint ends just after a BLOCK leaf. */
  finish() {
    require(this.size > 0 && this.size === this.block.firstIndex, NOT_PROVEN, `the checkpoint of ${this.size} leaves does not end with a BLOCK leaf`);
  }
}

function u64(value) {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, value);
  return out;
}
