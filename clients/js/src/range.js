/** Range proofs: the segments of one topic, whole and in order, up to the topic's head (ledger.md section 9). */
import { Reader, equal, hex } from './bytes.js';
import { checkpointOf } from './continuity.js';
import { NOT_PROVEN, VerifyError, require } from './failure.js';
import { leafHash } from './hash.js';
import { BLOCK, SEGMENT, decodeLeafOf, topicGenesis } from './leaf.js';
import { isIncluded } from './merkle.js';
import { parsePolicy } from './policy.js';
import { walkTrustChain } from './trust.js';

/**
 * Verifies that events `from` to `to` (topicSeq, BigInt, both included) of a topic are in `segments`: nothing was
 * dropped, reordered or replaced. Answers {verified, steps, facts} as verifyReceipt does; `facts.headSeq` is the topic's
 * last topicSeq at `facts.size` leaves, so a range up to it also proves that nothing came after.
 *
 * @param proof {note, chain?, block: {bytes, path}, head: {record, index, path}, segments: [bytes]}; the BLOCK leaf is
 *     the last one under the note, the head record is under its headsRoot, the last segment is the head's
 * @param range {tag: 32 bytes, from, to}
 */
export async function verifyRange(proof, trustFile, range) {
  const run = { steps: [], current: 'trust' };
  const step = async (name, action) => {
    run.current = name;
    run.steps.push({ name, outcome: 'ok', detail: await action(run) });
  };
  try {
    await step('trust', () => readTrust(run, proof, trustFile));
    await step('checkpoint', () => checkCheckpoint(run, proof));
    await step('block', () => checkBlock(run, proof));
    await step('head', () => checkHead(run, proof, range));
    await step('segments', () => checkSegments(run, proof, range));
  } catch (failure) {
    if (!(failure instanceof VerifyError)) throw failure;
    run.steps.push({ name: run.current, outcome: 'failed', detail: failure.message, code: failure.code });
    return { verified: false, steps: run.steps, facts: null };
  }
  const { checkpoint, head, segments } = run;
  return { verified: true, steps: run.steps, facts: { size: checkpoint.size, headSeq: head.topicSeq, segments } };
}

async function readTrust(run, { chain }, trustFile) {
  const policy = await parsePolicy(trustFile);
  run.epochs = chain === undefined ? [{ epoch: 0, policy }] : await walkTrustChain(chain, trustFile);
  return chain === undefined ? 'by the trust file itself, there is no trust chain' : `epochs 0 to ${run.epochs.length - 1}, from the trust file`;
}

async function checkCheckpoint(run, { note }) {
  run.checkpoint = await checkpointOf(note, run.epochs);
  return `${run.checkpoint.size} leaves, cosigned by ${run.checkpoint.cosigners.join(', ') || 'nobody'}`;
}

async function checkBlock(run, { block }) {
  const { size, root } = run.checkpoint;
  run.block = decodeLeafOf(BLOCK, block.bytes);
  const isLast = await isIncluded(await leafHash(block.bytes), size - 1, size, block.path, root);
  require(isLast, NOT_PROVEN, 'the BLOCK leaf is not the last leaf of the checkpoint');
  return `height ${run.block.height} with ${run.block.headsCount} topics ends the checkpoint`;
}

async function checkHead(run, { head }, { tag }) {
  const reader = new Reader(head.record, 'a topic head record');
  run.head = { tag: reader.hash(), topicSeq: reader.u64(), hash: reader.hash(), index: reader.index() };
  reader.end();
  require(equal(run.head.tag, tag), NOT_PROVEN, `the head is of topic ${hex(run.head.tag)}, asked for is ${hex(tag)}`);
  const { headsRoot, headsCount } = run.block;
  const isThere = await isIncluded(await leafHash(head.record), head.index, Number(headsCount), head.path, headsRoot);
  require(isThere, NOT_PROVEN, "the topic's head is not under headsRoot of the BLOCK leaf");
  return `topicSeq ${run.head.topicSeq} is the last of topic ${hex(tag)}`;
}

async function checkSegments(run, { segments }, { from, to }) {
  require(segments.length > 0, NOT_PROVEN, 'the range has no segments');
  run.segments = segments.map((bytes) => decodeLeafOf(SEGMENT, bytes));
  const [first] = run.segments;
  let next = { seq: first.topicSeqFirst, hash: first.topicPrev };
  const isGenesis = next.seq !== 1n || equal(next.hash, await topicGenesis(run.head.tag));
  require(isGenesis, NOT_PROVEN, 'the first segment of the topic names a segment before it');
  for (const segment of run.segments) {
    require(equal(segment.topicTag, run.head.tag), NOT_PROVEN, `a segment is of topic ${hex(segment.topicTag)}`);
    require(segment.topicSeqFirst === next.seq, NOT_PROVEN, `a segment begins at topicSeq ${segment.topicSeqFirst}, expected is ${next.seq}`);
    require(equal(segment.topicPrev, next.hash), NOT_PROVEN, `the segment at topicSeq ${next.seq} does not follow from the one before it`);
    next = { seq: next.seq + BigInt(segment.count), hash: await leafHash(segment.bytes) };
  }
  const isWhole = next.seq === run.head.topicSeq + 1n && equal(next.hash, run.head.hash);
  require(isWhole, NOT_PROVEN, `the segments end at topicSeq ${next.seq - 1n} with another leaf than the topic's head at ${run.head.topicSeq}`);
  const isAsked = first.topicSeqFirst <= from && from <= to && to < next.seq;
  require(isAsked, NOT_PROVEN, `the segments hold topicSeq ${first.topicSeqFirst} to ${next.seq - 1n}, asked for is ${from} to ${to}`);
  return `topicSeq ${from} to ${to} in ${run.segments.length} segments: nothing dropped, reordered or replaced`;
}
