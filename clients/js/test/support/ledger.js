/**
 * A small consortium that writes a ledger for the tests: its own tree (by the recursion of RFC 6962), its own layouts
 * and signatures, nothing of the verifier under test. All keys are here, so it can also sign what no honest one would.
 */
import { createHash, createHmac, createPrivateKey, createPublicKey, sign } from 'node:crypto';

const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const ZERO = Buffer.alloc(32);

export const H = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
export const hmac = (key, ...parts) => createHmac('sha256', key).update(Buffer.concat(parts)).digest();
export const text = (s) => Buffer.from(s);
export const leafHash = (leaf) => H(Buffer.of(0), leaf);
export const int = (bytes, value) => Buffer.from(BigInt(value).toString(16).padStart(2 * bytes, '0'), 'hex');
const [u8, u16, u32, u64] = [1, 2, 4, 8].map((n) => (value) => int(n, value));
const split = (n) => 2 ** Math.ceil(Math.log2(n) - 1);

export function root(hashes) {
  if (hashes.length === 0) return H();
  if (hashes.length === 1) return hashes[0];
  const k = split(hashes.length);
  return H(Buffer.of(1), root(hashes.slice(0, k)), root(hashes.slice(k)));
}

export function path(hashes, i) {
  if (hashes.length === 1) return [];
  const k = split(hashes.length);
  return i < k
    ? [...path(hashes.slice(0, k), i), root(hashes.slice(k))]
    : [...path(hashes.slice(k), i - k), root(hashes.slice(0, k))];
}

export function keyOf(name) {
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8, H(text(name))]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32);
  return { publicKey, sign: (...parts) => sign(null, Buffer.concat(parts), secret) };
}

export function vkey(name, type, key) {
  const typed = Buffer.concat([Buffer.of(type), key]);
  const id = H(text(`${name}\n`), typed).subarray(0, 4);
  return { id, line: `${name}+${id.toString('hex')}+${typed.toString('base64')}` };
}

const quorumOf = (n) => Math.floor((n + Math.floor((n - 1) / 3)) / 2) + 1;

export class TestLedger {
  origin = 'test.example';

  /**
   * Members m1 .. mN, each with one origin of the same number, all in audience 1. `ceremony`: as several institutions
   * begin a ledger, with a log key and a node of each, the time of the first block and no approvals in the first leaf.
   */
  constructor(members = 4, { ceremony = false } = {}) {
    this.ceremony = ceremony;
    this.leaves = [];
    this.events = [];
    this.topics = new Map();
    this.lanes = new Map();
    this.height = 0;
    this.blockStart = 0;
    this.previousBlock = ZERO;
    this.time = 1_760_000_000_000;
    this.epochs = [];
    const ids = Array.from({ length: members }, (_, i) => i + 1);
    this.#config(ids, ceremony ? [] : ids);
    this.block();
  }

  get epoch() {
    return this.epochs.at(-1);
  }

  #policy(ids) {
    const logs = this.ceremony ? ids : ids.slice(0, 1);
    const log = logs.map((i) => `log ${vkey(this.origin, 1, keyOf(`log ${i}`).publicKey).line}\n`).join('');
    const witnesses = ids.map((i) => `witness m${i} ${vkey(`m${i}.${this.origin}`, 4, keyOf(`cosigner ${i}`).publicKey).line}\n`);
    return text(`${log}${witnesses.join('')}group all-members ${quorumOf(ids.length)} ${ids.map((i) => `m${i}`).join(' ')}\nquorum all-members\n`);
  }

  #registry(ids) {
    const key = (name) => keyOf(name).publicKey.toString('hex');
    const institutions = ids.map((i) => `institution ${i} m${i} validator ${key(`vote ${i}`)} ${key(`cosigner ${i}`)} ${key(`log ${i}`)}\n`);
    const origins = ids.map((i) => `origin ${i} ${i} active ${key(`origin ${i}`)}\n`);
    const audience = `audience 1 quorum ${ids.join(',')}\n`;
    if (!this.ceremony) return text(`${institutions.join('')}${origins.join('')}${audience}`);
    const nodes = ids.map((i) => `node ${i} m${i}.example:7400 ${H(text(`tls ${i}`)).toString('hex')}\n`);
    return text(`${institutions.join('')}${origins.join('')}${nodes.join('')}${audience}parameter time ${this.time}\n`);
  }

  #config(ids, approvers = ids) {
    const last = this.epochs.at(-1);
    const policy = this.#policy(ids);
    const registry = this.#registry(ids);
    const number = this.epochs.length;
    const bare = Buffer.concat([
      Buffer.from('01030000', 'hex'), u32(number), u64(last === undefined ? 0 : this.height + 1), last?.configHash ?? ZERO,
      u32(policy.length), policy, u32(registry.length), registry,
    ]);
    const approvals = approvers.map((i) => Buffer.concat([u16(i), keyOf(`origin ${i}`).sign(text('evl/config/v1\n'), last?.ledgerId ?? ZERO, bare)]));
    const leaf = Buffer.concat([bare, u32(66 * approvals.length), ...approvals]);
    const configHash = H(leaf);
    this.leaves.push(leaf);
    const epoch = { number, ids, policy, configHash, ledgerId: last?.ledgerId ?? configHash, index: this.leaves.length - 1 };
    if (last === undefined) this.epochs.push(epoch);
    else this.next = epoch;
  }

  get trustFile() {
    return this.epochs[0].policy;
  }

  /** Orders a CONFIG leaf of new members, approved by `approvers` of today's. */
  reconfigure(ids, approvers = this.epoch.ids) {
    this.#config(ids, approvers);
    return this.block();
  }

  /** One batch of `origin`: segments = [[topic, [payload, ...]], ...]. */
  batch(origin, segments, { holders } = {}) {
    const lane = this.lanes.get(origin) ?? { batchSeq: 0, originSeq: 0 };
    let originSeq = lane.originSeq + 1;
    const made = segments.map(([topic, payloads]) => {
      const events = payloads.map((payload, i) => this.#event(topic, payload, `${origin} ${originSeq + i}`));
      const tag = this.tagOf(topic);
      const eventsRoot = root(events.map((e) => leafHash(e.commit)));
      const part = Buffer.concat([u16(origin), u64(originSeq), u32(events.length), u64(this.time), tag, eventsRoot]);
      originSeq += events.length;
      return { tag, events, part };
    });
    const parts = made.map((m) => leafHash(m.part));
    const eventCount = originSeq - 1 - lane.originSeq;
    const signed = Buffer.concat([u16(origin), u64(lane.batchSeq + 1), u64(lane.originSeq + 1), u32(made.length), u32(eventCount), u32(1), root(parts)]);
    const others = holders ?? this.epoch.ids.filter((i) => i !== origin).slice(0, this.epoch.ids.length - 1 - Math.floor((this.epoch.ids.length - 1) / 3));
    const leaf = this.signBatch(signed, origin, others);
    const batchIndex = this.leaves.push(leaf) - 1;
    this.lanes.set(origin, { batchSeq: lane.batchSeq + 1, originSeq: originSeq - 1, hash: leafHash(leaf) });
    made.forEach((m, i) => this.#segment(m, { batchIndex, i, parts }));
  }

  /** An ERASE leaf of `origin` about an event, as its institution orders it. */
  erase(origin, event, { time = this.time, signer = origin, position = event.i } = {}) {
    const bare = Buffer.concat([
      Buffer.from('01050000', 'hex'), u16(origin), u8(0), u8(0b1110), u64(event.index), u32(position), leafHash(this.leaves[event.index]), u64(time),
    ]);
    const signature = keyOf(`origin ${signer}`).sign(text('evl/erase/v1\n'), this.epoch.ledgerId, bare);
    return this.leaves.push(Buffer.concat([bare, signature])) - 1;
  }

  /** A GRANT leaf of `origin`: what a claim, a rule or an end says. */
  grant(origin, said, { time = this.time, signer = origin } = {}) {
    const words = (value) => Buffer.concat([u8(text(value).length), text(value)]);
    const { verb, institution = origin, ends = 0, audience = 1, id = '', filter = '', grantee = 0, user = '', actions = 3 } = said;
    const code = ['', 'claim', 'allow', 'deny', 'end'].indexOf(verb);
    const parts = [Buffer.from('01080000', 'hex'), u16(origin), u64(time), u8(code), u16(institution), u64(ends)];
    if (code < 4) parts.push(u32(audience), words(id), words(filter));
    if (code === 2 || code === 3) parts.push(u16(grantee), words(user), u8(actions));
    const bare = Buffer.concat(parts);
    const signature = keyOf(`origin ${signer}`).sign(text('evl/grant/v1\n'), this.epoch.ledgerId, bare);
    return this.leaves.push(Buffer.concat([bare, signature])) - 1;
  }

  signBatch(signed, origin, holders) {
    const { ledgerId } = this.epoch;
    const core = Buffer.concat([signed, keyOf(`origin ${origin}`).sign(text('evl/batch/v1\n'), ledgerId, signed)]);
    const held = holders.map((i) => keyOf(`origin ${i}`).sign(text('evl/avail/v1\n'), ledgerId, H(core)));
    const bitmap = holders.reduce((bits, i) => bits | (1n << BigInt(i)), 0n);
    return Buffer.concat([Buffer.from('01060000', 'hex'), core, u16(8 + 64 * held.length), u64(bitmap), ...held]);
  }

  #event(topic, payload, name) {
    const salt = H(text(`salt ${name}`));
    const keys = [0, 1, 2, 3].map((i) => hmac(salt, text('evl/comp/v1'), u8(i)));
    const [c0, c1, c3] = [text(topic), text('content-type: text/plain\n'), text(payload)];
    const publisher = keyOf('publisher');
    const signature = publisher.sign(text('evl/publish/v1\n'), u32(c0.length), c0, u32(c1.length), c1, H(c3));
    const components = [c0, c1, Buffer.concat([publisher.publicKey, signature]), c3];
    const commitments = components.map((c, i) => hmac(keys[i], c));
    return { components, keys, commitments, commit: root(commitments.map(leafHash)) };
  }

  #segment({ tag, events, part }, inBatch) {
    const name = tag.toString('hex');
    const last = this.topics.get(name) ?? { seq: 0, hash: H(text('evl/topic-genesis/v1'), tag) };
    const leaf = Buffer.concat([Buffer.from('01010000', 'hex'), u64(this.height), u64(this.time), u64(last.seq + 1), last.hash, part]);
    const index = this.leaves.push(leaf) - 1;
    this.topics.set(name, { seq: last.seq + events.length, hash: leafHash(leaf), index });
    const commits = events.map((e) => leafHash(e.commit));
    events.forEach((event, i) => this.events.push({ ...event, index, i, commits, inBatch, block: null }));
  }

  #heads() {
    const sorted = [...this.topics].sort(([a], [b]) => (a < b ? -1 : 1));
    return sorted.map(([tag, h]) => Buffer.concat([Buffer.from(tag, 'hex'), u64(h.seq), h.hash, u64(h.index)]));
  }

  /** Ends the block; answers the tree size, at which a checkpoint can be. */
  block() {
    const heads = this.#heads();
    const lanes = [...this.lanes].sort(([a], [b]) => a - b).map(([id, l]) => Buffer.concat([u16(id), u32(1), u64(l.batchSeq), u64(l.originSeq), l.hash]));
    const leaf = Buffer.concat([
      Buffer.from('01020000', 'hex'), u64(this.height), u64(this.time), u64(this.blockStart), u32(this.leaves.length - this.blockStart), u32(this.epoch.number),
      this.previousBlock, root(heads.map(leafHash)), u64(heads.length), root(lanes.map(leafHash)), (this.next ?? this.epoch).configHash,
    ]);
    const index = this.leaves.push(leaf) - 1;
    for (const event of this.events) event.block ??= index;
    this.previousBlock = leafHash(leaf);
    this.blockStart = this.leaves.length;
    this.height += 1;
    this.time += 7;
    if (this.next !== undefined) {
      this.epoch.lastSize = this.leaves.length;
      this.epochs.push(this.next);
      this.next = undefined;
    }
    return this.leaves.length;
  }

  #hashes(size) {
    return this.leaves.slice(0, size).map(leafHash);
  }

  /** A signed checkpoint; by default cosigned by exactly Q of the epoch that its size belongs to. */
  checkpoint(size = this.leaves.length, { epoch, cosigners, assembler } = {}) {
    const signers = epoch ?? this.epochs.find((e) => e.lastSize === undefined || size <= e.lastSize);
    const ids = cosigners ?? signers.ids.slice(0, quorumOf(signers.ids.length));
    const body = `${this.origin}\n${size}\n${root(this.#hashes(size)).toString('base64')}\n`;
    const log = keyOf(`log ${assembler ?? signers.ids[0]}`);
    const lines = [signatureLine(this.origin, vkey(this.origin, 1, log.publicKey).id, log.sign(text(body)))];
    for (const i of ids) {
      const key = keyOf(`cosigner ${i}`);
      const name = `m${i}.${this.origin}`;
      const time = 1_760_000_000 + i;
      const signature = key.sign(text(`cosignature/v1\ntime ${time}\n${body}`));
      lines.push(signatureLine(name, vkey(name, 4, key.publicKey).id, u64(time), signature));
    }
    return text(`${body}\n${lines.join('')}`);
  }

  /** `notes[i]`: another note in place of the one under which the CONFIG leaf of epoch i is proven, of sizes[i] leaves. */
  trustChain(notes = [], { sizes = [] } = {}) {
    const entries = this.epochs.map((epoch, i) => {
      const size = sizes[i] ?? (i === 0 ? 2 : this.epochs[i - 1].lastSize);
      const proof = path(this.#hashes(size), epoch.index);
      const note = notes[i] ?? this.checkpoint(size);
      const leaf = this.leaves[epoch.index];
      return Buffer.concat([u32(leaf.length), leaf, u64(epoch.index), u8(proof.length), ...proof, u32(note.length), note]);
    });
    return Buffer.concat([text('evl/trust-chain/v1\n'), u16(entries.length), ...entries]);
  }

  /** The parts [tag, value] of a receipt's extra data. `hide` = components not disclosed. */
  receiptParts(event, { size = this.leaves.length, hide = [], chain = true } = {}) {
    const hashes = this.#hashes(size);
    const { batchIndex, i, parts } = event.inBatch;
    const batchPath = path(hashes, batchIndex);
    const shown = [0, 1, 2, 3].filter((c) => !hide.includes(c));
    const batch = this.leaves[batchIndex];
    return [
      [1, this.leaves[event.index]],
      ...shown.map((c) => [2, Buffer.concat([u8(c), event.keys[c], event.components[c]])]),
      ...hide.map((c) => [3, Buffer.concat([u8(c), event.commitments[c]])]),
      ...(chain ? [[4, this.trustChain()]] : []),
      [5, Buffer.concat([this.leaves[event.block], u64(event.block), ...path(hashes, event.block)])],
      [6, Buffer.concat([u32(event.i), u32(event.commits.length), ...path(event.commits, event.i)])],
      [7, Buffer.concat([u32(batch.length), batch, u64(batchIndex), u8(batchPath.length), ...batchPath, u32(i), ...path(parts, i)])],
    ];
  }

  receipt(event, options = {}) {
    const size = options.size ?? this.leaves.length;
    const note = options.note ?? this.checkpoint(size);
    return writeReceipt(this.receiptParts(event, options), event.index, path(this.#hashes(size), event.index), note);
  }

  /** The tag of a topic. */
  tagOf(topic) {
    return hmac(H(text(`key of ${topic}`)), text('evl/topic/v1'), u32(0));
  }

  /** The proof of a topic's segments from the `skip`-th on, under today's checkpoint. */
  rangeProof(topic, { skip = 0, chain } = {}) {
    const tag = this.tagOf(topic);
    const heads = this.#heads();
    const index = heads.findIndex((record) => record.subarray(0, 32).equals(tag));
    const segments = this.leaves.filter((leaf) => leaf[1] === 1 && leaf.subarray(82, 114).equals(tag)).slice(skip);
    return {
      note: this.checkpoint(),
      chain: chain ? this.trustChain() : undefined,
      block: { bytes: this.leaves.at(-1), path: path(this.#hashes(this.leaves.length), this.leaves.length - 1) },
      head: { record: heads[index], index, path: path(heads.map(leafHash), index) },
      segments,
    };
  }

  /** All that a node would serve, by path. */
  files() {
    const files = new Map([['checkpoint', this.checkpoint()], ['trust.chain', this.trustChain()]]);
    for (const epoch of this.epochs) if (epoch.lastSize) files.set(`checkpoint/${epoch.lastSize}`, this.checkpoint(epoch.lastSize));
    const name = (prefix, n, width) => `tile/${prefix}/${String(n).padStart(3, '0')}${width < 256 ? `.p/${width}` : ''}`;
    const bundles = chunks(this.leaves);
    bundles.forEach((b, n) => files.set(name('entries', n, b.length), Buffer.concat(b.flatMap((leaf) => [u16(leaf.length), leaf]))));
    let level = 0;
    for (let hashes = this.#hashes(); hashes.length > 0; level++) {
      const tiles = chunks(hashes);
      tiles.forEach((tile, n) => files.set(name(level, n, tile.length), Buffer.concat(tile)));
      hashes = tiles.filter((tile) => tile.length === 256).map(root);
    }
    return files;
  }
}

function chunks(list) {
  return Array.from({ length: Math.ceil(list.length / 256) }, (_, n) => list.slice(256 * n, 256 * n + 256));
}

function signatureLine(name, id, ...signature) {
  return `\u2014 ${name} ${Buffer.concat([id, ...signature]).toString('base64')}\n`;
}

export function writeReceipt(parts, index, proof, note) {
  const extra = Buffer.concat(parts.flatMap(([tag, value]) => [u8(tag), u32(value.length), value]));
  const lines = ['c2sp.org/tlog-proof@v1', `extra ${extra.toString('base64')}`, `index ${index}`, ...proof.map((h) => h.toString('base64')), '', ''];
  return Buffer.concat([text(lines.join('\n')), note]);
}

/** Serves files from memory, as a node does over HTTP. */
export function sourceOf(files) {
  return { get: async (name) => files.get(name) ?? null };
}
