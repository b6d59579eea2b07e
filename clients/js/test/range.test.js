import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyRange } from '../src/range.js';
import { TestLedger, int, leafHash } from './support/ledger.js';

/** Topic a: topicSeq 1-2, 3, 4-6, 7 in four segments of three blocks; b and c beside it. */
function ledgerOf(last = 'seven') {
  const ledger = new TestLedger(4, { ceremony: true });
  ledger.batch(1, [['a', ['one', 'two']], ['b', ['x']]]);
  ledger.block();
  ledger.batch(2, [['a', ['three']], ['c', ['y', 'z']]]);
  ledger.batch(3, [['a', ['four', 'five', 'six']]]);
  ledger.block();
  ledger.batch(1, [['a', [last]]]);
  ledger.block();
  return ledger;
}

const ledger = ledgerOf();
const trust = ledger.trustFile;
const tag = ledger.tagOf('a');
const whole = ledger.rangeProof('a');
const check = (proof, from = 1n, to = 7n, topic = tag) => verifyRange(proof, trust, { tag: topic, from, to });

async function refused(report, step, why) {
  const { verified, steps } = await report;
  assert.ok(!verified, `verified, expected to break: ${why}`);
  assert.equal(steps.at(-1).name, step, steps.at(-1).detail);
  assert.match(steps.at(-1).detail, why);
}

test('range: gapless segments up to the head verify, and the head says that nothing came after', async () => {
  const { verified, steps, facts } = await check(whole);
  assert.ok(verified, steps.at(-1).detail);
  assert.equal(facts.headSeq, 7n);
  assert.equal(facts.size, ledger.leaves.length);
  assert.deepEqual(facts.segments.map((s) => [s.topicSeqFirst, s.count]), [[1n, 2], [3n, 1], [4n, 3], [7n, 1]]);
});

test('range: a part of the topic verifies with the segments from its first event on', async () => {
  for (const [skip, from, to] of [[0, 2n, 3n], [1, 3n, 7n], [2, 5n, 5n], [3, 7n, 7n]]) {
    const { verified, steps } = await check(ledger.rangeProof('a', { skip }), from, to);
    assert.ok(verified, steps.at(-1).detail);
  }
});

test('range: events that the segments do not hold are refused', async () => {
  await refused(check(whole, 1n, 8n), 'segments', /hold topicSeq 1 to 7, asked for is 1 to 8/);
  await refused(check(whole, 0n, 3n), 'segments', /asked for is 0 to 3/);
  await refused(check(whole, 5n, 4n), 'segments', /asked for is 5 to 4/);
  await refused(check(ledger.rangeProof('a', { skip: 1 }), 2n, 7n), 'segments', /hold topicSeq 3 to 7/);
});

test('range: a dropped segment is refused, wherever it was', async () => {
  const without = (i) => ({ ...whole, segments: whole.segments.toSpliced(i, 1) });
  await refused(check(without(0)), 'segments', /hold topicSeq 3 to 7, asked for is 1 to 7/);
  await refused(check(without(1)), 'segments', /begins at topicSeq 4, expected is 3/);
  await refused(check(without(2)), 'segments', /begins at topicSeq 7, expected is 4/);
  await refused(check(without(3), 1n, 6n), 'segments', /end at topicSeq 6 with another leaf than the topic's head at 7/);
  await refused(check({ ...whole, segments: [] }), 'segments', /no segments/);
});

test('range: a dropped segment hidden by renumbering is refused by the chain', async () => {
  const renumbered = Buffer.from(whole.segments[2]);
  int(8, 3).copy(renumbered, 20);
  await refused(check({ ...whole, segments: [whole.segments[0], renumbered, whole.segments[3]] }), 'segments', /at topicSeq 3 does not follow/);
});

test('range: reordered segments are refused', async () => {
  const [a, b, c, d] = whole.segments;
  for (const segments of [[b, a, c, d], [a, c, b, d], [a, b, d, c], [d, c, b, a]]) {
    await refused(check({ ...whole, segments }), 'segments', /begins at topicSeq \d, expected is \d/);
  }
});

test('range: a replaced segment is refused, in the middle by the next one, at the end by the head', async () => {
  for (let i = 0; i < 4; i++) {
    const replaced = Buffer.from(whole.segments[i]);
    replaced[145] ^= 1; // another eventsRoot: other payloads
    const why = i < 3 ? /does not follow from the one before it/ : /another leaf than the topic's head/;
    await refused(check({ ...whole, segments: whole.segments.with(i, replaced) }), 'segments', why);
  }
  const other = ledgerOf('changed').rangeProof('a');
  await refused(check({ ...whole, segments: other.segments }), 'segments', /another leaf than the topic's head/);
});

test('range: a segment of another topic, or twice, is refused', async () => {
  const foreign = ledger.rangeProof('b').segments[0];
  await refused(check({ ...whole, segments: whole.segments.with(1, foreign) }), 'segments', /a segment is of topic/);
  await refused(check({ ...whole, segments: whole.segments.toSpliced(1, 0, whole.segments[0]) }), 'segments', /begins at topicSeq 1, expected is 3/);
  await refused(check(ledger.rangeProof('b')), 'head', /the head is of topic/);
});

test('range: a first segment that names one before it is refused', async () => {
  const first = Buffer.from(whole.segments[0]);
  first[28] ^= 1;
  await refused(check({ ...whole, segments: whole.segments.with(0, first) }), 'segments', /names a segment before it/);
});

test('range: an older head, or one made to fit, is not under headsRoot', async () => {
  const record = Buffer.concat([tag, int(8, 6), leafHash(whole.segments[2]), whole.head.record.subarray(72)]);
  const cut = { ...whole, segments: whole.segments.slice(0, 3), head: { ...whole.head, record } };
  await refused(check(cut, 1n, 6n), 'head', /not under headsRoot/);
  await refused(check({ ...whole, head: { ...whole.head, index: whole.head.index + 1 } }), 'head', /not under headsRoot/);
});

test('range: the BLOCK leaf must be the last of the checkpoint, under three of four cosignatures', async () => {
  const earlier = ledger.leaves.findIndex((leaf, i) => i > 2 && leaf[1] === 2);
  await refused(check({ ...whole, block: { ...whole.block, bytes: ledger.leaves[earlier] } }), 'block', /not the last leaf/);
  const poor = ledger.checkpoint(undefined, { cosigners: [1, 2] });
  await refused(check({ ...whole, note: poor }), 'checkpoint', /not met/);
  await refused(check({ ...whole, note: ledgerOf('changed').checkpoint() }), 'block', /not the last leaf/);
});

test('range: after a change of members it verifies by the trust chain only', async () => {
  const changed = ledgerOf();
  changed.reconfigure([4, 5, 6, 7]);
  changed.batch(5, [['a', ['eight']]]);
  changed.block();
  const { verified, steps } = await check(changed.rangeProof('a', { chain: true }), 1n, 8n);
  assert.ok(verified, steps.at(-1).detail);
  await refused(check(changed.rangeProof('a'), 1n, 8n), 'checkpoint', /quorum 'all-members' is not met/);
});
