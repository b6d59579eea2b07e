import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { concat, hex, unhex } from '../src/bytes.js';
import * as commitment from '../src/commitment.js';
import { leafHash, sha256 } from '../src/hash.js';
import { decodeLeaf, topicGenesis, verifyBatchSignatures } from '../src/leaf.js';
import { isIncluded, rootOf } from '../src/merkle.js';

const v = JSON.parse(await readFile(new URL('vectors/evl1.json', import.meta.url), 'utf8'));

test('topic tag, component keys, commitments and payload commitment are those of the vectors', async () => {
  assert.equal(hex(await commitment.topicTag(unhex(v.topicKey), 1)), v.topicTag);
  for (const event of v.events) {
    for (let i = 0; i < commitment.COMPONENTS; i++) {
      const key = await commitment.componentKey(unhex(event.salt), i);
      assert.equal(hex(key), event.k[i]);
      assert.equal(hex(await commitment.componentCommitment(key, unhex(event.components[i]))), event.c[i]);
    }
    assert.equal(hex(await commitment.payloadCommit(event.c.map((c) => unhex(c)))), event.payloadCommit);
  }
});

test('an event disclosed in part commits to the same as one disclosed whole', async () => {
  const [event] = v.events;
  const disclosed = [0, 3].map((i) => ({ i, key: unhex(event.k[i]), bytes: unhex(event.components[i]) }));
  const undisclosed = [1, 2].map((i) => ({ i, commitment: unhex(event.c[i]) }));
  assert.equal(hex(await commitment.commitmentOf(disclosed, undisclosed)), event.payloadCommit);
});

test('the publisher of every vector event signed it, and a changed payload is not what it signed', async () => {
  for (const event of v.events) {
    const components = event.components.map((c) => unhex(c));
    assert.equal(hex(await commitment.verifyPublisher(components)), v.publisherPub);
    components[3] = concat(components[3], Uint8Array.of(0));
    await assert.rejects(commitment.verifyPublisher(components), { code: 'UNTRUSTED' });
  }
});

test('events lead to eventsRoot, the segment to segmentsRoot', async () => {
  const commits = v.events.map((event) => unhex(event.payloadCommit));
  assert.equal(hex(await rootOf(commits)), v.eventsRoot);
  const path = v.eventPathOf1.map((h) => unhex(h));
  assert.ok(await isIncluded(await leafHash(commits[1]), 1, 3, path, unhex(v.eventsRoot)));
  assert.equal(hex(await rootOf([unhex(v.segmentOriginPart)])), v.segmentsRoot);
});

test('the BATCH leaf decodes, and its origin and both holders signed it', async () => {
  const leaf = decodeLeaf(unhex(v.batchLeaf));
  assert.equal(hex(leaf.core), v.batchCore);
  assert.equal(hex(await sha256(leaf.core)), v.batchId);
  assert.equal(hex(await leafHash(leaf.bytes)), v.batchLeafHash);
  assert.deepEqual([leaf.originId, leaf.batchSeq, leaf.originSeqFirst, leaf.audienceId], [3, 9n, 41n, 1]);
  const others = [v.memberBPub, v.memberCPub].map((key) => unhex(key));
  const keys = new Map([[3, unhex(v.originPub)], ...leaf.holders.map(({ originId }, i) => [originId, others[i]])]);
  assert.equal(leaf.holders.length, 2);
  await verifyBatchSignatures(leaf, unhex(v.ledgerId), (id) => keys.get(id));
  const otherLedger = new Uint8Array(32);
  await assert.rejects(verifyBatchSignatures(leaf, otherLedger, (id) => keys.get(id)), { code: 'UNTRUSTED' });
});

test('the SEGMENT leaf decodes to what the note of the vectors says', async () => {
  const leaf = decodeLeaf(unhex(v.segmentLeaf));
  assert.equal(hex(await leafHash(leaf.bytes)), v.segmentLeafHash);
  assert.deepEqual([leaf.height, leaf.orderTimeMs, leaf.topicSeqFirst, leaf.count], [7n, 1760000000456n, 1n, 3]);
  assert.equal(hex(await topicGenesis(leaf.topicTag)), v.topicPrevGenesis);
  assert.equal(hex(leaf.topicPrev), v.topicPrevGenesis);
  assert.equal(hex(leaf.originPart), v.segmentOriginPart);
});

test('the BLOCK leaf decodes and its roots are those of the head records', async () => {
  const leaf = decodeLeaf(unhex(v.blockLeaf));
  assert.equal(hex(await leafHash(leaf.bytes)), v.blockLeafHash);
  assert.deepEqual([leaf.height, leaf.firstIndex, leaf.otherLeaves, leaf.headsCount], [7n, 5, 2, 1n]);
  assert.equal(hex(await rootOf([unhex(v.topicHeadRecord)])), hex(leaf.headsRoot));
  assert.equal(hex(await rootOf([unhex(v.originHeadRecord)])), hex(leaf.originsRoot));
});

test('a leaf cut off, with a byte more, of an unknown version, type or flag is refused', () => {
  for (const name of ['batchLeaf', 'segmentLeaf', 'blockLeaf']) {
    const bytes = unhex(v[name]);
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => decodeLeaf(bytes.subarray(0, length)), { code: 'MALFORMED' }, `${name} cut to ${length}`);
    }
    assert.throws(() => decodeLeaf(concat(bytes, Uint8Array.of(0))), { code: 'MALFORMED' });
    for (const [at, value] of [[0, 2], [1, 0], [1, 7], [2, 1], [3, 1]]) {
      const changed = bytes.slice();
      changed[at] = value;
      assert.throws(() => decodeLeaf(changed), { code: 'MALFORMED' }, `${name} byte ${at} = ${value}`);
    }
  }
});
