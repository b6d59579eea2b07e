/** Range proofs as nodes serve them: `/ledger/topic/<tag>/range/<a>-<b>`, or the same in a file. */
import { Reader, ascii, equal } from './bytes.js';
import { MALFORMED, VerifyError, require } from './failure.js';
import { BLOCK, SEGMENT, decodeLeafOf } from './leaf.js';
import { MAX_PATH } from './merkle.js';
import { verifyRange } from './range.js';

export const MAX_RANGE_BYTES = 32 << 20;
const MAGIC = ascii('evl/range/v1\n');
const MAX_SEGMENTS = 16_384;
const SEGMENT_BYTES = 146;

/** The proof in the form that verifyRange takes; throws VerifyError for anything that is not exactly one. */
export function decodeRange(bytes) {
  require(bytes.length <= MAX_RANGE_BYTES, MALFORMED, `a range proof has at most ${MAX_RANGE_BYTES} bytes`);
  const reader = new Reader(bytes, 'the range proof');
  require(equal(reader.take(MAGIC.length), MAGIC), MALFORMED, 'the range proof does not begin with its name');
  const note = reader.take(reader.u32());
  const chain = reader.take(reader.u32());
  const block = { bytes: reader.take(reader.u32()), path: pathOf(reader) };
  const head = { record: reader.take(80), index: reader.index() };
  const heads = reader.u64();
  head.path = pathOf(reader);
  const count = reader.u32();
  require(count <= MAX_SEGMENTS, MALFORMED, `a range proof has at most ${MAX_SEGMENTS} segments`);
  const segments = Array.from({ length: count }, () => reader.take(SEGMENT_BYTES));
  reader.end();
  require(heads === decodeLeafOf(BLOCK, block.bytes).headsCount, MALFORMED, 'the range proof and its BLOCK leaf count different heads');
  return { note, chain: chain.length === 0 ? undefined : chain, block, head, segments };
}

function pathOf(reader) {
  const length = reader.u8();
  require(length <= MAX_PATH, MALFORMED, 'a path of the range proof is too long');
  return reader.hashes(length);
}

/**
 * Verifies the bytes of a range proof. What is not asked for is what the proof says: its topic, its first event, its
 * head. Answers as verifyRange does.
 *
 * @param asked {tag?, from?, to?}
 */
export async function verifyRangeFile(bytes, trustFile, asked = {}) {
  let proof;
  let range;
  try {
    proof = decodeRange(bytes);
    require(proof.segments.length > 0, MALFORMED, 'the range proof has no segments');
    const record = new Reader(proof.head.record, 'a topic head record');
    range = { tag: record.hash(), to: record.u64(), from: decodeLeafOf(SEGMENT, proof.segments[0]).topicSeqFirst };
  } catch (failure) {
    if (!(failure instanceof VerifyError)) throw failure;
    return { verified: false, steps: [{ name: 'parse', outcome: 'failed', detail: failure.message, code: failure.code }], facts: null };
  }
  return verifyRange(proof, trustFile, { ...range, ...asked });
}
