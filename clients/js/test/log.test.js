import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyLog } from '../src/log.js';
import { tilePath } from '../src/tiles.js';
import { TestLedger, int, sourceOf } from './support/ledger.js';

const SEGMENT = 1;
const BLOCK = 2;
const BATCH = 6;

function small() {
  const ledger = new TestLedger(4);
  ledger.batch(1, [['a', ['one', 'two']], ['b', ['three']]]);
  ledger.block();
  ledger.batch(1, [['a', ['four']]]);
  ledger.batch(2, [['a', ['five', 'six']]]);
  ledger.block();
  return ledger;
}

function large() {
  const ledger = new TestLedger(1);
  for (let i = 0; i < 175; i++) {
    ledger.batch(1, [[`topic ${(i * 7) % 31}`, [`payload ${i}`]]]);
    ledger.block();
  }
  return ledger;
}

const big = large();
const check = (ledger, files = ledger.files()) => verifyLog(sourceOf(files), ledger.trustFile);

async function broken(report, step, why) {
  const { verified, steps } = await report;
  assert.ok(!verified, `verified, expected to break: ${why}`);
  const last = steps.at(-1);
  assert.equal(last.name, step, last.detail);
  assert.match(last.detail, why);
}

/** Changes leaf bytes as one could who has all keys: tree, tiles and checkpoint are made anew and fit. */
async function forged(type, nth, at, bytes, why) {
  const ledger = small();
  const index = ledger.leaves.map((leaf, i) => [leaf, i]).filter(([leaf]) => leaf[1] === type)[nth][1];
  const leaf = Buffer.from(ledger.leaves[index]);
  bytes.copy(leaf, at);
  ledger.leaves[index] = leaf;
  await broken(check(ledger), 'entries', why);
}

test('a whole ledger verifies: entries, tiles, root, signatures and history', async () => {
  const { verified, steps, facts } = await check(small());
  assert.ok(verified, steps.at(-1).detail);
  assert.deepEqual(steps.map((s) => s.name), ['trust', 'checkpoint', 'entries', 'tiles', 'root', 'history']);
  assert.equal(facts.counts.events, 6);
  assert.equal(facts.counts.SEGMENT, 4);
});

test('an erased event keeps its place, and who erases it is checked', async () => {
  const erased = (change) => {
    const ledger = small();
    change(ledger);
    ledger.block();
    return ledger;
  };
  const good = erased((ledger) => {
    ledger.erase(1, ledger.events[1]);
    ledger.erase(2, ledger.events[4], { time: 5 });
  });
  const { verified, steps, facts } = await check(good);
  assert.ok(verified, steps.at(-1).detail);
  assert.equal(facts.counts.ERASE, 2);
  assert.match(steps.at(-1).detail, /2 erasures/);
  const bad = (change, why) => broken(check(erased(change)), 'entries', why);
  await bad((ledger) => ledger.erase(1, ledger.events[1], { signer: 2 }), /signature of origin 1 on an erasure is wrong/);
  await bad((ledger) => ledger.erase(2, ledger.events[1]), /another institution/);
  await bad((ledger) => ledger.erase(1, ledger.events[1], { position: 2 }), /which is not there/);
  await bad((ledger) => ledger.erase(1, { index: 0, i: 0 }), /which is not there/);
  await bad((ledger) => {
    ledger.erase(1, ledger.events[1]);
    ledger.erase(1, ledger.events[0]);
  }, /not later than the one before it/);
});

test('claims and grants are followed: what holds is told, and what could not be said is found', async () => {
  const claim = { verb: 'claim', id: 'mine', filter: 'orders/#' };
  const allow = { verb: 'allow', id: 'in', filter: 'orders/in/+', grantee: 2, actions: 1 };
  const said = (...all) => {
    const ledger = small();
    for (const [origin, statement, options] of all) {
      ledger.grant(origin, statement, options);
      ledger.block();
    }
    return ledger;
  };
  const good = said([1, claim], [1, allow], [2, { verb: 'claim', id: 'theirs', filter: 'bills' }]);
  const first = good.leaves.findIndex((leaf) => leaf[1] === 8);
  const { verified, steps, facts } = await check(good);
  assert.ok(verified, steps.at(-1).detail);
  assert.equal(facts.counts.GRANT, 3);
  assert.match(steps.at(-1).detail, new RegExp(`leaf ${first}: m1 claims orders/# in audience 1 \\(mine\\); leaf ${first + 2}: m1 allows to m2 publish orders/in/\\+`));
  const ended = said([1, claim], [1, allow], [1, { verb: 'end', ends: first + 2 }]);
  const after = await check(ended);
  assert.ok(after.verified, after.steps.at(-1).detail);
  assert.doesNotMatch(after.steps.at(-1).detail, /allows/);
  const bad = (why, ...all) => broken(check(said(...all)), 'entries', why);
  await bad(/signature of origin 1 on a grant is wrong/, [1, claim, { signer: 2 }]);
  await bad(/speaks for institution 2/, [1, { ...claim, institution: 2 }]);
  await bad(/claims what is claimed/, [1, claim], [2, { verb: 'claim', id: 'x', filter: 'orders/+/y' }]);
  await bad(/outside of what the institution has claimed/, [1, claim], [2, { ...allow, grantee: 1 }]);
  await bad(/gives the name in twice/, [1, claim], [1, allow], [1, { ...allow, verb: 'deny' }]);
  await bad(/in which a rule holds/, [1, claim], [1, allow], [1, { verb: 'end', ends: first }]);
  await bad(/ends what institution 1 said/, [1, claim], [2, { verb: 'end', ends: first }]);
  await bad(/which says nothing that holds/, [1, claim], [1, { verb: 'end', ends: 3 }]);
  await bad(/not later than the one before it/, [1, claim], [1, allow, { time: 5 }]);
  await bad(/with the filter/, [1, { ...claim, filter: '#' }]);
  await bad(/about its own institution/, [1, claim], [1, { ...allow, grantee: 1 }]);
});

test('a ledger of more than one tile verifies, its upper tiles are compared', async () => {
  assert.ok(big.leaves.length > 2 * 256);
  const { verified, steps } = await check(big);
  assert.ok(verified, steps.at(-1).detail);
  assert.match(steps.find((s) => s.name === 'tiles').detail, /^1 tiles of levels 1 to 1/);
});

test('a ledger that changed its members verifies over its handover', async () => {
  const ledger = small();
  const size = ledger.reconfigure([3, 4, 5, 6]);
  assert.ok((await check(ledger)).verified, 'at the handover');
  ledger.batch(5, [['a', ['seven']]]);
  ledger.block();
  assert.ok((await check(ledger)).verified, 'beyond it');
  const files = ledger.files();
  files.delete('trust.chain');
  await broken(check(ledger, files), 'checkpoint', /no log of the policy signed/);
  const gone = ledger.files();
  gone.delete(`checkpoint/${size}`);
  await broken(check(ledger, gone), 'history', /does not have checkpoint/);
});

test('a flipped byte in any tile or entry bundle is found and named', async () => {
  const files = big.files();
  const steps = { [tilePath('entries', 0, 256)]: ['entries', /leaf 1 does not hash/], [tilePath(0, 1, 256)]: ['entries', /tile\/0\/001/] };
  steps[tilePath(1, 0, 2)] = ['tiles', /hash 1 of tile\/1\/000\.p\/2/];
  for (const [name, [step, why]] of Object.entries(steps)) {
    const changed = Buffer.from(files.get(name));
    const at = name.includes('entries') ? changed.readUInt16BE(0) + 2 + 10 : name.includes('/1/') ? 40 : 7;
    changed[at] ^= 1;
    await broken(check(big, new Map(files).set(name, changed)), step, why);
  }
});

test('a missing, short or long file is found and named', async () => {
  const files = big.files();
  for (const name of files.keys()) {
    if (name.startsWith('trust')) continue;
    const without = new Map(files);
    without.delete(name);
    const report = await check(big, without);
    assert.ok(!report.verified && report.steps.at(-1).detail.includes(name), name);
    for (const wrong of [files.get(name).subarray(1), files.get(name).subarray(0, -1), Buffer.concat([files.get(name), Buffer.of(0)])]) {
      assert.ok(!(await check(big, new Map(files).set(name, wrong))).verified, name);
    }
  }
});

test('every byte of the checkpoint counts', async () => {
  const ledger = new TestLedger(1);
  const files = ledger.files();
  const note = files.get('checkpoint');
  for (let at = 0; at < note.length; at++) {
    const changed = Buffer.from(note);
    changed[at] ^= 1;
    assert.ok(!(await check(ledger, new Map(files).set('checkpoint', changed))).verified, `byte ${at}`);
  }
});

test('a checkpoint without quorum, or of another ledger, is refused', async () => {
  const ledger = small();
  const size = ledger.leaves.length;
  const poor = new Map(ledger.files()).set('checkpoint', ledger.checkpoint(size, { cosigners: [1, 2] }));
  await broken(check(ledger, poor), 'checkpoint', /quorum 'all-members' is not met/);
  await broken(verifyLog(sourceOf(ledger.files()), big.trustFile), 'trust', /trust file is not the policy/);
});

test('a signed root that the entries do not lead to is refused', async () => {
  const ledger = small();
  const other = small();
  other.leaves[3] = Buffer.from(other.leaves[3]).fill(7, 120);
  await broken(check(ledger, new Map(ledger.files()).set('checkpoint', other.checkpoint())), 'root', /the entries lead to root/);
});

test('SEGMENT leaves that execution could not have written are refused', async () => {
  await forged(SEGMENT, 2, 20, int(8, 4), /topic \w+ goes from topicSeq 2 to 4/);
  await forged(SEGMENT, 0, 20, int(8, 0), /goes from topicSeq 0 to 0/);
  await forged(SEGMENT, 2, 28, Buffer.alloc(4), /topicPrev/);
  await forged(SEGMENT, 0, 28, Buffer.alloc(4), /topicPrev/);
  await forged(SEGMENT, 0, 4, int(8, 9), /another height or time/);
  await forged(SEGMENT, 0, 12, int(8, 9), /another height or time/);
  await forged(SEGMENT, 1, 62, int(8, 4), /at originSeq 4, expected 3/);
  await forged(SEGMENT, 0, 60, int(2, 2), /segment of origin 2/);
  await forged(SEGMENT, 2, 114, Buffer.alloc(4), /segmentsRoot/);
  await forged(SEGMENT, 2, 74, Buffer.alloc(4), /segmentsRoot/);
  await forged(SEGMENT, 2, 70, int(4, 2), /says 1 events, its segments have 2/);
});

test('BATCH leaves with wrong signatures are refused', async () => {
  await forged(BATCH, 0, 66, Buffer.alloc(4), /signature of origin 1 on a batch is wrong/);
  await forged(BATCH, 0, 6, int(8, 2), /signature of origin 1 on a batch is wrong/);
  await forged(BATCH, 0, 140, Buffer.alloc(4), /signature of holder 2 of a batch is wrong/);
  await forged(BATCH, 0, 4, int(2, 9), /origin 9, which the registry does not have/);
});

test('a well signed batch out of its lane, or held by too few, is refused', async () => {
  const again = small();
  again.lanes.get(1).batchSeq = 4;
  again.batch(1, [['a', ['x']]]);
  again.block();
  await broken(check(again), 'entries', /batch 5 of origin 1 for audience 1 follows batch 2/);
  const gap = small();
  gap.lanes.get(1).originSeq += 3;
  gap.batch(1, [['a', ['x']]]);
  gap.block();
  await broken(check(gap), 'entries', /begins at originSeq 8 after 4/);
  const poor = small();
  poor.batch(1, [['a', ['x']]], { holders: [2] });
  poor.block();
  await broken(check(poor), 'entries', /held by 2 of its audience, needed are 3/);
});

test('BLOCK leaves that do not give a true account are refused', async () => {
  await forged(BLOCK, 1, 4, int(8, 0), /block 0 follows block 0/);
  await forged(BLOCK, 1, 12, int(8, 5), /not later/);
  await forged(BLOCK, 1, 20, int(8, 3), /says it begins at leaf 3/);
  await forged(BLOCK, 1, 28, int(4, 4), /says it has 4 other leaves/);
  await forged(BLOCK, 1, 32, int(4, 1), /runs under epoch 1/);
  await forged(BLOCK, 2, 36, Buffer.alloc(4), /does not name the BLOCK leaf before it/);
  await forged(BLOCK, 2, 68, Buffer.alloc(4), /headsRoot/);
  await forged(BLOCK, 2, 100, int(8, 3), /counts 3 topics/);
  await forged(BLOCK, 2, 108, Buffer.alloc(4), /originsRoot/);
  await forged(BLOCK, 2, 140, Buffer.alloc(4), /configHash/);
});

test('leaves left out or out of place are refused', async () => {
  const cut = (from, count, step, why) => {
    const ledger = small();
    ledger.leaves.splice(from, count);
    return broken(check(ledger), step, why);
  };
  const { length } = small().leaves;
  await cut(length - 1, 1, 'history', /does not end with a BLOCK leaf/);
  await cut(3, 1, 'entries', /leaf 3: batch 1 of origin 1 .* at originSeq 3, expected 1/);
  await cut(4, 1, 'entries', /leaf 4: a BLOCK leaf stands inside a batch that lacks segments/);
  await cut(2, 1, 'entries', /leaf 2: a SEGMENT leaf stands outside a batch/);
  await cut(1, 1, 'entries', /block 1 follows block -1/);
});

test('tile paths are those of the specification', () => {
  assert.equal(tilePath(0, 0, 256), 'tile/0/000');
  assert.equal(tilePath('entries', 1234067, 256), 'tile/entries/x001/x234/067');
  assert.equal(tilePath(1, 273, 17), 'tile/1/273.p/17');
  assert.equal(tilePath(2, 1000, 1), 'tile/2/x001/000.p/1');
});
