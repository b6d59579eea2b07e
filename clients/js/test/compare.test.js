/** Four institutions, a policy of three of them: checkpoints of one node and of two. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyCompare, verifyNode } from '../src/compare.js';
import { verifyLog } from '../src/log.js';
import { TestLedger, sourceOf, text } from './support/ledger.js';

/** The same ledger up to `shared` blocks, then with other payloads. */
function ledgerOf(blocks, { shared = blocks, payload = 'other' } = {}) {
  const ledger = new TestLedger(4, { ceremony: true });
  for (let i = 0; i < blocks; i++) {
    ledger.batch(1 + (i % 4), [['a', [i < shared ? `payload ${i}` : payload]]]);
    ledger.block();
  }
  return ledger;
}

const short = ledgerOf(3);
const long = ledgerOf(5);
const trust = short.trustFile;
const filesOf = (ledger, signed) => ledger.files().set('checkpoint', ledger.checkpoint(ledger.leaves.length, signed));
const node = (ledger, signed = {}) => sourceOf(filesOf(ledger, signed));
const compare = (first, second, options) => verifyCompare([first, second], trust, options);

async function holds(report, line) {
  const { verified, steps } = await report;
  assert.ok(verified, steps.at(-1).detail);
  if (line !== undefined) assert.match(steps.map((s) => s.detail).join('\n'), line);
}

async function refused(report, step, code, why) {
  const { verified, steps, fork } = await report;
  assert.ok(!verified, `verified, expected to break: ${why}`);
  const last = steps.at(-1);
  assert.deepEqual([last.name, last.code], [step, code], last.detail);
  assert.match(last.detail, why);
  return fork;
}

test('checkpoint: any 3 of 4 cosignatures verify, and all 4 do', async () => {
  for (const cosigners of [[1, 2, 3], [1, 2, 4], [1, 3, 4], [2, 3, 4], [1, 2, 3, 4]]) {
    await holds(verifyNode(node(short, { cosigners }), trust), new RegExp(`cosigned by m${cosigners[0]}`));
  }
});

test('checkpoint: 2 of 4 cosignatures are refused, the missing ones are named', async () => {
  const report = verifyNode(node(short, { cosigners: [2, 4] }), trust);
  await refused(report, 'checkpoint', 'UNTRUSTED', /not met, no cosignature of m1\.test\.example, m3\.test\.example/);
});

test('checkpoint: one institution twice is one, not two', async () => {
  await refused(verifyNode(node(short, { cosigners: [1, 2, 2] }), trust), 'checkpoint', 'UNTRUSTED', /not met/);
  await refused(verifyNode(node(short, { cosigners: [1, 1, 2, 2] }), trust), 'checkpoint', 'UNTRUSTED', /not met/);
});

test('checkpoint: the cosignature of a stranger is not counted', async () => {
  await refused(verifyNode(node(short, { cosigners: [1, 2, 5] }), trust), 'checkpoint', 'UNTRUSTED', /not met/);
  await holds(verifyNode(node(short, { cosigners: [1, 2, 3, 5] }), trust));
});

test('checkpoint: a stranger under the name and key id of a member spoils the note', async () => {
  const lines = short.checkpoint(undefined, { cosigners: [1, 2, 3] }).toString().split('\n');
  const [dash, name, mine] = lines[7].split(' ');
  const strangers = Buffer.from(short.checkpoint(undefined, { cosigners: [5] }).toString().split('\n')[5].split(' ')[2], 'base64');
  const posing = Buffer.concat([Buffer.from(mine, 'base64').subarray(0, 4), strangers.subarray(4)]);
  const note = text(lines.with(7, [dash, name, posing.toString('base64')].join(' ')).join('\n'));
  await refused(verifyNode(sourceOf(short.files().set('checkpoint', note)), trust), 'checkpoint', 'UNTRUSTED', /signature of m3\.test\.example is wrong/);
});

test('checkpoint: a forged size, root or origin under true signatures is refused', async () => {
  const lines = short.checkpoint().toString().split('\n');
  const forgeries = [lines.with(0, 'other.example'), lines.with(1, String(short.leaves.length - 1)), lines.with(2, Buffer.alloc(32, 7).toString('base64'))];
  for (const forged of forgeries) {
    const source = sourceOf(short.files().set('checkpoint', text(forged.join('\n'))));
    await refused(verifyNode(source, trust), 'checkpoint', 'UNTRUSTED', /signature of .* is wrong|no log of the policy signed/);
  }
});

test('two nodes: the same size and root, signed by different quorums, are one history', async () => {
  await holds(compare(node(short), node(short, { assembler: 3, cosigners: [2, 3, 4] })), /both have the same \d+ leaves/);
});

test('two nodes: one that is behind has the beginning of the other, in either order', async () => {
  await holds(compare(node(short), node(long)), new RegExp(`the ${long.leaves.length} leaves begin with the other's ${short.leaves.length}`));
  await holds(compare(node(long), node(short)), new RegExp(`the ${long.leaves.length} leaves begin with the other's ${short.leaves.length}`));
});

test('two nodes: other roots at one size are a fork, named with both signer sets and those who signed both', async () => {
  const other = ledgerOf(3, { shared: 2 });
  const fork = await refused(
    compare(node(short, { cosigners: [1, 2, 3] }), node(other, { cosigners: [2, 3, 4] })),
    'history', 'FORKED', /cosigned by m1\S+ m2\S+ m3\S+ and root .* cosigned by m2\S+ m3\S+ m4\S+ both by m2\.test\.example, m3\.test\.example$/,
  );
  const named = (ids) => ids.map((i) => `m${i}.test.example`);
  assert.deepEqual(fork.signers, [named([1, 2, 3]), named([2, 3, 4])]);
  assert.deepEqual(fork.doubleSigners, named([2, 3]));
  assert.equal(fork.size, short.leaves.length);
  assert.notDeepEqual(fork.roots[0], fork.roots[1]);
  assert.deepEqual(fork.notes.map(String), [short.checkpoint(undefined, { cosigners: [1, 2, 3] }), other.checkpoint(undefined, { cosigners: [2, 3, 4] })].map(String));
});

test('two nodes: a longer one that does not begin with the shorter one is a fork, in either order', async () => {
  const other = ledgerOf(5, { shared: 2 });
  for (const pair of [[node(short), node(other)], [node(other), node(short)]]) {
    const fork = await refused(compare(...pair), 'history', 'FORKED', /under a checkpoint of \d+ leaves/);
    assert.equal(fork.size, short.leaves.length);
    assert.ok(fork.path.length > 0);
    assert.equal(fork.doubleSigners.length, 3);
  }
});

test('two nodes: a fork that only 2 of 4 cosigned is no fork, but a refused checkpoint', async () => {
  const other = ledgerOf(3, { shared: 2 });
  const fork = await refused(compare(node(short), node(other, { cosigners: [3, 4] })), 'second', 'UNTRUSTED', /not met/);
  assert.equal(fork, undefined);
});

test('two nodes: a consistency path from changed tiles proves nothing, and accuses nobody', async () => {
  const files = filesOf(long);
  const name = [...files.keys()].find((key) => key.startsWith('tile/0/'));
  for (const at of [0, short.leaves.length * 32, files.get(name).length - 1]) {
    const tile = Buffer.from(files.get(name));
    tile[at] ^= 1;
    const fork = await refused(compare(node(short), sourceOf(new Map(files).set(name, tile))), 'history', 'NOT_PROVEN', /do not lead to the signed root/);
    assert.equal(fork, undefined);
  }
  const gone = new Map(files);
  gone.delete(name);
  await refused(compare(node(short), sourceOf(gone)), 'history', 'UNREACHABLE', /does not have tile/);
});

test('two nodes: ledgers with another beginning are refused by the trust file', async () => {
  await refused(compare(node(short), node(new TestLedger(4))), 'trust', 'UNTRUSTED', /not the policy in the genesis/);
});

test('memory: the same, or a longer ledger that begins with the remembered one, is accepted', async () => {
  const remembered = short.checkpoint();
  await holds(verifyNode(node(short), trust, { remembered }), /the same \d+ leaves as remembered/);
  await holds(verifyNode(node(long), trust, { remembered }), /begins with the \d+ leaves remembered/);
  await holds(verifyLog(node(long), trust, { remembered }), /begins with the \d+ leaves remembered/);
  await holds(compare(node(short), node(long), { remembered: long.checkpoint() }), /the same \d+ leaves as remembered/);
});

test('memory: a ledger older than the one seen before is refused as rolled back', async () => {
  const remembered = long.checkpoint();
  const why = new RegExp(`rolled back: it has ${short.leaves.length} leaves, ${long.leaves.length} were seen before`);
  await refused(verifyNode(node(short), trust, { remembered }), 'memory', 'ROLLED_BACK', why);
  await refused(verifyLog(node(short), trust, { remembered }), 'memory', 'ROLLED_BACK', why);
  await refused(compare(node(short), node(short), { remembered }), 'memory', 'ROLLED_BACK', why);
});

test('memory: a ledger rolled back over a change of epoch is still named rolled back', async () => {
  const later = ledgerOf(3);
  later.reconfigure([4, 5, 6, 7]);
  later.batch(5, [['a', ['later']]]);
  later.block();
  await refused(verifyNode(node(short), trust, { remembered: later.checkpoint() }), 'memory', 'ROLLED_BACK', /rolled back/);
});

test('memory: a ledger that rewrote what was seen is a fork, whether it is longer or not', async () => {
  const remembered = short.checkpoint();
  for (const other of [ledgerOf(3, { shared: 1 }), ledgerOf(5, { shared: 1 })]) {
    const fork = await refused(verifyNode(node(other), trust, { remembered }), 'memory', 'FORKED', /the ledger has forked/);
    assert.deepEqual(fork.doubleSigners, ['m1.test.example', 'm2.test.example', 'm3.test.example']);
  }
});

test('memory: a remembered checkpoint that was changed, or is of another log, is refused', async () => {
  const forged = text(short.checkpoint().toString().replace(/\n[^\n]{43}=\n/, `\n${Buffer.alloc(32, 7).toString('base64')}\n`));
  await refused(verifyNode(node(short), trust, { remembered: forged }), 'memory', 'UNTRUSTED', /signature of .* is wrong/);
  const other = text(short.checkpoint().toString().replace('test.example', 'other.example'));
  await refused(verifyNode(node(short), trust, { remembered: other }), 'memory', 'NOT_PROVEN', /of another log/);
  await refused(verifyNode(node(short), trust, { remembered: text('') }), 'memory', 'MALFORMED', /newline/);
});
