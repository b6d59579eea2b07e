/** A receipt: one C2SP tlog-proof file whose extra data names the event (ledger.md section 8). */
import { Reader, base64, decimal, equal, hex, octetText } from './bytes.js';
import { COMPONENTS, PAYLOAD, commitmentOf, verifyPublisher } from './commitment.js';
import { MALFORMED, NOT_PROVEN, VerifyError, require } from './failure.js';
import { leafHash } from './hash.js';
import { BATCH, BLOCK, SEGMENT, decodeLeafOf, verifyBatchSignatures } from './leaf.js';
import { MAX_PATH, isIncluded } from './merkle.js';
import { parseCheckpoint, parseNote } from './note.js';
import { parsePolicy, verifyCheckpoint } from './policy.js';
import { epochOfSize, walkTrustChain } from './trust.js';

export const MAX_RECEIPT_BYTES = 1 << 26;

const MAGIC = 'c2sp.org/tlog-proof@v1';
const EXTRA = 'extra ';
const INDEX = 'index ';
const TAGS = { segment: 1, disclosed: 2, undisclosed: 3, chain: 4, block: 5, position: 6, batch: 7 };
const ONCE = [TAGS.segment, TAGS.chain, TAGS.block, TAGS.position, TAGS.batch];
const MAX_TAG = 7;

/** Answers {extra, index, path, note}, nothing of it trusted. */
export function parseReceipt(bytes) {
  require(bytes.length <= MAX_RECEIPT_BYTES, MALFORMED, `a receipt of ${bytes.length} bytes, at most ${MAX_RECEIPT_BYTES} are read`);
  const text = octetText(bytes);
  const split = text.indexOf('\n\n');
  require(split >= 0, MALFORMED, 'the receipt has no empty line before its checkpoint');
  const [magic, extraLine, indexLine, ...pathLines] = text.slice(0, split).split('\n');
  require(magic === MAGIC, MALFORMED, `the receipt does not begin with ${MAGIC}`);
  require(extraLine?.startsWith(EXTRA), MALFORMED, 'the receipt has no extra line');
  require(indexLine?.startsWith(INDEX), MALFORMED, 'the receipt has no index line');
  require(pathLines.length <= MAX_PATH, MALFORMED, `more than ${MAX_PATH} hashes in the path`);
  return {
    extra: parseExtra(base64(extraLine.slice(EXTRA.length), 'the extra line')),
    index: decimal(indexLine.slice(INDEX.length), 'the index'),
    path: pathLines.map(hashLine),
    note: bytes.subarray(split + 2),
  };
}

function hashLine(line) {
  const hash = base64(line, 'a hash of the path');
  require(hash.length === 32, MALFORMED, 'a hash of the path is not 32 bytes');
  return hash;
}

/** Repeated u8 tag, u32 length, value, in rising order of tags. */
function parseExtra(bytes) {
  const extra = { disclosed: [], undisclosed: [], unknown: [] };
  const reader = new Reader(bytes, 'the extra data');
  let last = 0;
  while (reader.left > 0) {
    const tag = reader.u8();
    const value = new Reader(reader.take(reader.u32()), `part ${tag} of the extra data`);
    require(tag >= last, MALFORMED, 'the parts of the extra data are not in rising order');
    require(tag !== last || !ONCE.includes(tag), MALFORMED, `part ${tag} of the extra data stands there twice`);
    last = tag;
    if (tag === 0 || tag > MAX_TAG) extra.unknown.push(tag);
    else readPart(extra, tag, value);
  }
  require(extra.segment !== undefined, MALFORMED, 'the receipt has no SEGMENT leaf');
  // Later versions add parts and keep these. An unknown part where a known one is missing is a changed tag.
  const isWhole = ['chain', 'block', 'position', 'batch'].every((part) => extra[part] !== undefined);
  require(extra.unknown.length === 0 || isWhole, MALFORMED, `the receipt has unknown parts ${extra.unknown} in place of known ones`);
  return extra;
}

function readPart(extra, tag, value) {
  if (tag === TAGS.segment) {
    extra.segment = decodeLeafOf(SEGMENT, value.take(value.left));
  } else if (tag === TAGS.disclosed) {
    extra.disclosed.push({ i: value.u8(), key: value.hash(), bytes: value.take(value.left) });
  } else if (tag === TAGS.undisclosed) {
    extra.undisclosed.push({ i: value.u8(), commitment: value.hash() });
    value.end();
  } else if (tag === TAGS.chain) {
    extra.chain = value.take(value.left);
  } else if (tag === TAGS.block) {
    const leaf = decodeLeafOf(BLOCK, value.take(172));
    extra.block = { leaf, index: value.index(), path: value.restAsHashes(MAX_PATH) };
  } else if (tag === TAGS.position) {
    extra.position = { i: value.u32(), count: value.u32(), path: value.restAsHashes(MAX_PATH) };
  } else {
    const leaf = decodeLeafOf(BATCH, value.take(value.u32()));
    const index = value.index();
    const length = value.u8();
    require(length <= MAX_PATH, MALFORMED, 'the path of the BATCH leaf is too long');
    const path = value.hashes(length);
    extra.batch = { leaf, index, path, segment: value.u32(), segmentPath: value.restAsHashes(MAX_PATH) };
  }
}

/**
 * Verifies a receipt with the trust file alone. Never throws for what is in the files: answers {verified, steps, facts},
 * each step {name, outcome: 'ok' | 'absent' | 'failed', detail, code?}; the first failed step is the last one.
 *
 * @param receipt bytes of the .tlog-proof file
 * @param trustFile bytes of the tlog-policy file
 * @param options payload: bytes that travel beside the receipt; chain: a trust.chain for a receipt without one
 */
export async function verifyReceipt(receipt, trustFile, { payload, chain } = {}) {
  const run = { steps: [], current: 'parse', payload, chain, facts: {} };
  try {
    await verifySteps(run, receipt, trustFile);
  } catch (failure) {
    if (!(failure instanceof VerifyError)) throw failure;
    run.steps.push({ name: run.current, outcome: 'failed', detail: failure.message, code: failure.code });
    return { verified: false, steps: run.steps, facts: null };
  }
  return { verified: true, steps: run.steps, facts: run.facts };
}

async function step(run, name, action) {
  run.current = name;
  const detail = await action();
  if (detail === null) return;
  const { absent } = detail;
  run.steps.push(absent ? { name, outcome: 'absent', detail: absent } : { name, outcome: 'ok', detail });
}

async function verifySteps(run, bytes, trustFile) {
  await step(run, 'parse', async () => {
    run.trust = await parsePolicy(trustFile);
    run.receipt = parseReceipt(bytes);
    run.claimed = parseCheckpoint(parseNote(run.receipt.note).text);
    return `receipt of leaf ${run.receipt.index} under a checkpoint of ${run.claimed.size} leaves`;
  });
  const { extra, index, path } = run.receipt;
  await step(run, 'trust', () => findPolicy(run, trustFile));
  await step(run, 'checkpoint', async () => {
    run.checkpoint = await verifyCheckpoint(run.receipt.note, run.policy);
    const { origin, cosigners } = run.checkpoint;
    return `signed by log ${origin}, cosigned by ${cosigners.join(', ') || 'nobody'}: quorum '${run.policy.quorum}' is met`;
  });
  await step(run, 'index', () => {
    require(index < run.checkpoint.size, NOT_PROVEN, `leaf ${index} is beyond the ${run.checkpoint.size} leaves`);
    return `leaf ${index} of ${run.checkpoint.size}`;
  });
  await step(run, 'inclusion', async () => {
    await requireIncluded(run, { leaf: extra.segment, index, path });
    return `SEGMENT leaf and ${path.length} hashes lead to root ${hex(run.checkpoint.root)}`;
  });
  await step(run, 'event', () => verifyEvent(run, extra));
  await step(run, 'content', () => verifyContent(run, extra));
  await step(run, 'origin', () => verifyOrigin(run, extra, index));
  await step(run, 'block', () => verifyBlock(run, extra, index));
}

async function findPolicy(run, trustFile) {
  const chain = run.receipt.extra.chain ?? run.chain;
  run.policy = run.trust;
  if (chain === undefined) return 'by the trust file itself, the receipt has no trust chain';
  const epochs = await walkTrustChain(chain, trustFile);
  const epoch = epochOfSize(epochs, run.claimed.size);
  run.epochs = epochs;
  run.policy = epoch.policy;
  run.facts.ledgerId = epoch.ledgerId;
  return `ledger ${hex(epoch.ledgerId)}, epoch ${epoch.epoch} of 0 to ${epochs.length - 1}, from the trust file`;
}

async function requireIncluded(run, { leaf, index, path }) {
  const { size, root } = run.checkpoint;
  const isThere = await isIncluded(await leafHash(leaf.bytes), index, size, path, root);
  require(isThere, NOT_PROVEN, `the ${leaf.name} leaf and its path do not lead to the signed root`);
}

async function verifyEvent(run, extra) {
  const { segment, position } = extra;
  run.facts.segment = segment;
  if (position === undefined) {
    const isBare = extra.disclosed.length === 0 && extra.undisclosed.length === 0;
    require(isBare, NOT_PROVEN, 'the receipt discloses an event, but not which of the segment it is');
    return { absent: 'the receipt proves the segment, not one event of it' };
  }
  const { i, count, path } = position;
  require(count === segment.count && i < count, NOT_PROVEN, `event ${i} of ${count} in a segment of ${segment.count}`);
  const disclosed = extra.disclosed.map((part) => (isBeside(run, part) ? { ...part, bytes: run.payload } : part));
  run.commitment = await commitmentOf(disclosed, extra.undisclosed);
  const isThere = await isIncluded(await leafHash(run.commitment), i, count, path, segment.eventsRoot);
  const beside = extra.disclosed.some((part) => part.i === PAYLOAD && part.bytes.length === 0) && run.payload === undefined;
  const hint = beside ? ', or its payload travels beside the receipt and was not given' : '';
  require(isThere, NOT_PROVEN, `the event does not lead to the segment's eventsRoot: a part, a key or the path was changed${hint}`);
  run.components = new Array(COMPONENTS).fill(undefined);
  for (const part of disclosed) run.components[part.i] = part.bytes;
  run.facts.components = run.components;
  run.facts.topicSeq = segment.topicSeqFirst + BigInt(i);
  return `event ${i + 1} of ${count}, topicSeq ${run.facts.topicSeq}, ${path.length} hashes lead to the segment's eventsRoot`;
}

function isBeside(run, part) {
  return part.i === PAYLOAD && part.bytes.length === 0 && run.payload !== undefined;
}

async function verifyContent(run, extra) {
  if (extra.position === undefined) return null;
  if (run.payload !== undefined) {
    const shown = run.components[PAYLOAD];
    require(shown !== undefined && equal(shown, run.payload), NOT_PROVEN, 'the payload given is not the one of the receipt');
  }
  const key = await verifyPublisher(run.components);
  run.facts.publisher = key;
  const by = key === null ? '' : `, signed by publisher key ${hex(key)}`;
  const shown = run.components.filter((part) => part !== undefined).length;
  return `commitment ${hex(run.commitment)}, ${shown} of ${COMPONENTS} components disclosed${by}`;
}

async function verifyOrigin(run, { batch, segment }, segmentIndex) {
  if (batch === undefined) return { absent: 'the receipt has no BATCH leaf' };
  await requireIncluded(run, batch);
  const { leaf } = batch;
  require(batch.index + 1 + batch.segment === segmentIndex, NOT_PROVEN, 'the SEGMENT leaf does not stand at its place after the BATCH leaf');
  require(leaf.originId === segment.originId, NOT_PROVEN, 'SEGMENT and BATCH leaf name different origins');
  const part = await leafHash(segment.originPart);
  const isThere = await isIncluded(part, batch.segment, leaf.segmentCount, batch.segmentPath, leaf.segmentsRoot);
  require(isThere, NOT_PROVEN, "the segment is not under the batch's segmentsRoot");
  const what = `batch ${leaf.batchSeq} of origin ${leaf.originId} for audience ${leaf.audienceId}`;
  if (run.epochs === undefined) return `${what} is under the signed root (its signatures are not checked: no trust chain with the keys)`;
  // The keys of the epoch that ordered the batch; a receipt refreshed in a later epoch has a checkpoint of that one.
  const { registry, ledgerId } = epochOfSize(run.epochs, batch.index + 1);
  await verifyBatchSignatures(leaf, ledgerId, (id) => registry.origin.get(id)?.key);
  const member = registry.institution.get(registry.origin.get(leaf.originId).institution);
  return `${what}, signed by ${member?.name ?? '?'}, held by ${leaf.holders.length + 1}`;
}

async function verifyBlock(run, { block, segment }, segmentIndex) {
  if (block === undefined) return { absent: 'the receipt has no BLOCK leaf' };
  await requireIncluded(run, block);
  const { leaf, index } = block;
  require(leaf.firstIndex + leaf.otherLeaves === index, NOT_PROVEN, 'the BLOCK leaf does not stand at the end of its block');
  require(leaf.firstIndex <= segmentIndex && segmentIndex < index, NOT_PROVEN, 'the SEGMENT leaf is not inside the block');
  const agree = leaf.height === segment.height && leaf.blockTimeMs === segment.orderTimeMs;
  require(agree, NOT_PROVEN, 'SEGMENT and BLOCK leaf disagree about height or time');
  return `height ${leaf.height}, ordered at ${leaf.blockTimeMs} ms since 1970`;
}
