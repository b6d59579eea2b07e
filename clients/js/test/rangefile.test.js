import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { verifyRangeFile } from '../src/rangefile.js';
import { TestLedger, int } from './support/ledger.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'range-'));
after(() => rmSync(folder, { recursive: true }));

const ledger = new TestLedger(4, { ceremony: true });
ledger.batch(1, [['a', ['one', 'two']], ['b', ['x']]]);
ledger.block();
ledger.batch(2, [['a', ['three']], ['c', ['y', 'z']]]);
ledger.block();
const sized = (bytes) => Buffer.concat([int(4, bytes.length), bytes]);
const path = (hashes) => Buffer.concat([Buffer.from([hashes.length]), ...hashes]);

function encode({ note, chain, block, head, segments }, heads = 3) {
  const parts = [Buffer.from('evl/range/v1\n'), sized(note), sized(chain ?? Buffer.alloc(0)), sized(block.bytes), path(block.path)];
  return Buffer.concat([...parts, head.record, int(8, head.index), int(8, heads), path(head.path), int(4, segments.length), ...segments]);
}

const whole = encode(ledger.rangeProof('a', { chain: true }));
const broken = async (bytes, why) => {
  const { verified, steps } = await verifyRangeFile(bytes, ledger.trustFile);
  assert.ok(!verified);
  assert.match(steps.at(-1).detail, why);
};

test('range file: proves what it says, and what was asked for', async () => {
  const { verified, facts } = await verifyRangeFile(whole, ledger.trustFile);
  assert.ok(verified);
  assert.equal(facts.headSeq, 3n);
  assert.ok((await verifyRangeFile(whole, ledger.trustFile, { tag: ledger.tagOf('a'), from: 2n, to: 3n })).verified);
  assert.ok(!(await verifyRangeFile(whole, ledger.trustFile, { from: 2n, to: 4n })).verified);
  assert.ok(!(await verifyRangeFile(whole, ledger.trustFile, { tag: ledger.tagOf('b') })).verified);
  assert.ok((await verifyRangeFile(encode(ledger.rangeProof('a')), ledger.trustFile)).verified);
});

test('range file: cut, longer, of another form or with another number of heads it is refused', async () => {
  for (let length = 0; length < whole.length; length += 97) await broken(whole.subarray(0, length), /cut off|its name/);
  await broken(Buffer.concat([whole, Buffer.from([0])]), /1 bytes too many/);
  await broken(encode(ledger.rangeProof('a'), 4), /different heads/);
  await broken(encode({ ...ledger.rangeProof('a'), segments: [] }), /no segments/);
});

test('range file: no bit of it can be changed without being noticed', async () => {
  for (let at = 0; at < whole.length; at += 31) {
    const changed = Buffer.from(whole);
    changed[at] ^= 0x10;
    const { verified } = await verifyRangeFile(changed, ledger.trustFile);
    assert.ok(!verified, `byte ${at}`);
  }
});

test('range file: the one that a node served verifies, from the command line', () => {
  const file = here('data/topic.range');
  const trust = here('data/range.policy');
  const run = (...args) => spawnSync(process.execPath, [here('../bin/waxwing-verify.js'), 'range', file, '--trust', trust, ...args], { encoding: 'utf8' });
  assert.match(run().stdout, /VERIFIED\n$/);
  assert.equal(run('--from', '2', '--to', '5').status, 0);
  assert.match(run('--from', '1', '--to', '999').stdout, /NOT VERIFIED: segments/);
  assert.equal(run('--tag', 'xy').status, 1);
  const dropped = readFileSync(file);
  writeFileSync(join(folder, 'dropped.range'), dropped.subarray(0, dropped.length - 146));
  assert.throws(() => execFileSync(process.execPath, [here('../bin/waxwing-verify.js'), 'range', join(folder, 'dropped.range'), '--trust', trust]), { status: 3 });
});
