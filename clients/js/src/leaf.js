/** The leaves of the ledger (ledger.md section 5): fixed layouts, big-endian, no flags known. */
import { MALFORMED, UNTRUSTED, VerifyError, require } from './failure.js';
import { Reader, ascii, concat } from './bytes.js';
import { statement } from './grants.js';
import { sha256 } from './hash.js';
import { verify } from './ed25519.js';

export const SEGMENT = 1;
export const BLOCK = 2;
export const CONFIG = 3;
export const ACK = 4;
export const ERASE = 5;
export const BATCH = 6;
export const VERDICT = 7;
export const GRANT = 8;
export const ORIGIN_PART_AT = 60; // bytes[60..146) of a SEGMENT are the origin's own
export const ZERO_HASH = new Uint8Array(32);

const DECODERS = { [SEGMENT]: segment, [BLOCK]: block, [CONFIG]: config, [ACK]: ack, [ERASE]: erase, [BATCH]: batch, [VERDICT]: verdict, [GRANT]: grant };
const NAMES = ['', 'SEGMENT', 'BLOCK', 'CONFIG', 'ACK', 'ERASE', 'BATCH', 'VERDICT', 'GRANT'];
const MAX_HOLDER = 64; // the bitmap of an availability certificate has 64 bits

/** Any leaf: {type, bytes, ...fields}. u64 fields are BigInt but for leaf indexes. */
export function decodeLeaf(bytes) {
  const reader = new Reader(bytes, 'a leaf');
  const version = reader.u8();
  const type = reader.u8();
  require(version === 1, MALFORMED, `a leaf of version ${version}, only 1 is known`);
  require(Object.hasOwn(DECODERS, type), MALFORMED, `a leaf of unknown type ${type}`);
  reader.what = `a ${NAMES[type]} leaf`;
  const flags = reader.u16();
  require(flags === 0, MALFORMED, `${reader.what} with unknown flags ${flags}`);
  const fields = DECODERS[type](reader, bytes);
  reader.end();
  return { type, name: NAMES[type], bytes, ...fields };
}

export function decodeLeafOf(type, bytes) {
  const leaf = decodeLeaf(bytes);
  require(leaf.type === type, MALFORMED, `a ${leaf.name} leaf stands where a ${NAMES[type]} leaf belongs`);
  return leaf;
}

function segment(r, bytes) {
  const fields = {
    height: r.u64(),
    orderTimeMs: r.u64(),
    topicSeqFirst: r.u64(),
    topicPrev: r.hash(),
    originId: r.u16(),
    originSeq: r.u64(),
    count: r.u32(),
    originTimeMs: r.u64(),
    topicTag: r.hash(),
    eventsRoot: r.hash(),
    originPart: bytes.subarray(ORIGIN_PART_AT),
  };
  require(fields.count > 0, MALFORMED, 'a SEGMENT leaf without events');
  return fields;
}

function block(r) {
  return {
    height: r.u64(),
    blockTimeMs: r.u64(),
    firstIndex: r.index(),
    otherLeaves: r.u32(),
    epoch: r.u32(),
    previousBlock: r.hash(),
    headsRoot: r.hash(),
    headsCount: r.u64(),
    originsRoot: r.hash(),
    configHash: r.hash(),
  };
}

function config(r, bytes) {
  const fields = { epoch: r.u32(), firstHeight: r.u64(), previousConfig: r.hash() };
  fields.policy = r.take(r.u32());
  fields.registry = r.take(r.u32());
  fields.unapproved = bytes.subarray(0, r.at);
  const length = r.u32();
  require(length % 66 === 0, MALFORMED, 'the approvals of a CONFIG leaf have a wrong length');
  fields.approvals = Array.from({ length: length / 66 }, () => ({ originId: r.u16(), signature: r.take(64) }));
  return fields;
}

function ack(r) {
  return {
    originId: r.u16(),
    status: r.u8(),
    topicTag: r.hash(),
    fromSeq: r.u64(),
    toSeq: r.u64(),
    runningHash: r.hash(),
    signature: r.take(64),
  };
}

function erase(r, bytes) {
  return {
    originId: r.u16(),
    reason: r.u8(),
    components: r.u8(),
    targetIndex: r.index(),
    position: r.u32(),
    targetHash: r.hash(),
    timeMs: r.u64(),
    beforeSignature: bytes.subarray(0, bytes.length - 64),
    signature: r.take(64),
  };
}

function grant(r, bytes) {
  const fields = { originId: r.u16(), timeMs: r.u64(), said: statement(r), beforeSignature: bytes.subarray(0, bytes.length - 64) };
  return { ...fields, signature: r.take(64) };
}

function batch(r, bytes) {
  const fields = {
    originId: r.u16(),
    batchSeq: r.u64(),
    originSeqFirst: r.u64(),
    segmentCount: r.u32(),
    eventCount: r.u32(),
    audienceId: r.u32(),
    segmentsRoot: r.hash(),
    signedPart: bytes.subarray(4, 66),
    originSignature: r.take(64),
    core: bytes.subarray(4, 130),
  };
  const certificateEnd = r.u16() + r.at;
  const bitmap = r.u64();
  fields.holders = [];
  for (let id = 0; id < MAX_HOLDER; id++) {
    if ((bitmap >> BigInt(id)) & 1n) fields.holders.push({ originId: id, signature: r.take(64) });
  }
  require(r.at === certificateEnd, MALFORMED, 'the availability certificate of a BATCH leaf has a wrong length');
  require(!fields.holders.some((h) => h.originId === fields.originId), MALFORMED, 'a BATCH leaf counts its origin as another holder');
  require(fields.segmentCount > 0 && fields.eventCount >= fields.segmentCount, MALFORMED, 'a BATCH leaf with impossible counts');
  return fields;
}

/** What execution found about missing payloads: finding 1, the batch is void; 2, somebody published something else as it. */
function verdict(r) {
  const fields = {
    finding: r.u8(),
    originId: r.u16(),
    audienceId: r.u32(),
    batchSeq: r.u64(),
    batchId: r.hash(),
    targetIndex: r.index(),
    holders: r.u64(),
    challengerId: r.u16(),
    challengeNumber: r.u64(),
    culpritId: r.u16(),
  };
  require(fields.finding === 1 || fields.finding === 2, MALFORMED, `a VERDICT leaf with unknown finding ${fields.finding}`);
  const isConsistent = fields.finding === 1 ? fields.culpritId === fields.originId : fields.holders === 0n;
  require(isConsistent, MALFORMED, 'a VERDICT leaf convicts others than its finding does');
  return fields;
}

/** topicPrev of a topic's first SEGMENT. */
export function topicGenesis(topicTag) {
  return sha256(ascii('evl/topic-genesis/v1'), topicTag);
}

/** Checks who made the batch and who holds it; `keyOf(originId)` answers a key or undefined. */
export async function verifyBatchSignatures(leaf, ledgerId, keyOf) {
  const message = concat(ascii('evl/batch/v1\n'), ledgerId, leaf.signedPart);
  await requireSigned(keyOf(leaf.originId), message, leaf.originSignature, `origin ${leaf.originId} on a batch`);
  const held = concat(ascii('evl/avail/v1\n'), ledgerId, await sha256(leaf.core));
  for (const { originId, signature } of leaf.holders) {
    await requireSigned(keyOf(originId), held, signature, `holder ${originId} of a batch`);
  }
}

export async function verifyEraseSignature(leaf, ledgerId, key) {
  const message = concat(ascii('evl/erase/v1\n'), ledgerId, leaf.beforeSignature);
  await requireSigned(key, message, leaf.signature, `origin ${leaf.originId} on an erasure`);
}

export async function verifyGrantSignature(leaf, ledgerId, key) {
  const message = concat(ascii('evl/grant/v1\n'), ledgerId, leaf.beforeSignature);
  await requireSigned(key, message, leaf.signature, `origin ${leaf.originId} on a grant`);
}

export async function requireSigned(key, message, signature, who) {
  if (key === undefined) throw new VerifyError(UNTRUSTED, `the registry has no key for ${who}`);
  require(await verify(key, message, signature), UNTRUSTED, `the signature of ${who} is wrong`);
}
