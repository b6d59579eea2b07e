/** Three epochs: institutions 1-4, then 2-5, then 3-6; the trust file is that of the first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyCompare, verifyNode } from '../src/compare.js';
import { verifyLog } from '../src/log.js';
import { verifyReceipt } from '../src/receipt.js';
import { walkTrustChain } from '../src/trust.js';
import { TestLedger, int, sourceOf, text } from './support/ledger.js';

/** One event in each epoch; only the first `epochs` of them, the last may have other members. */
function ledgerOf(epochs, { members = [[1, 2, 3, 4], [2, 3, 4, 5], [3, 4, 5, 6]], approvers } = {}) {
  const ledger = new TestLedger(4, { ceremony: true });
  for (let e = 0; e < epochs; e++) {
    if (e > 0) ledger.reconfigure(members[e], approvers);
    ledger.batch(members[e][0], [['a', [`event of epoch ${e}`]]]);
    ledger.block();
  }
  return ledger;
}

const ledger = ledgerOf(3);
const trust = ledger.trustFile;
const [firstEnd, secondEnd] = ledger.epochs.map((epoch) => epoch.lastSize);
const node = (of, note = of.checkpoint(), chain = of.trustChain()) => sourceOf(of.files().set('checkpoint', note).set('trust.chain', chain));

async function holds(report) {
  const { verified, steps } = await report;
  assert.ok(verified, steps.at(-1).detail);
}

async function refused(report, step, code, why) {
  const { verified, steps } = await report;
  assert.ok(!verified, `verified, expected to break: ${why}`);
  const last = steps.at(-1);
  assert.deepEqual([last.name, last.code], [step, code], last.detail);
  assert.match(last.detail, why);
}

test('epochs: the trust file of the first leads over two changes of members to the third', async () => {
  const epochs = await walkTrustChain(ledger.trustChain(), trust);
  assert.deepEqual(epochs.map((e) => e.lastSize), [firstEnd, secondEnd, undefined]);
  assert.deepEqual(epochs.map((e) => e.policy.witnesses.map((w) => w.name[1]).join('')), ['1234', '2345', '3456']);
  await holds(verifyNode(node(ledger), trust));
  await holds(verifyLog(node(ledger), trust));
});

test('epochs: a receipt of epoch 0 verifies after two changes, as it was and refreshed in each epoch', async () => {
  const [first] = ledger.events;
  const chain = ledger.trustChain();
  for (const size of [first.block + 1, firstEnd, firstEnd + 3, secondEnd, ledger.leaves.length]) {
    await holds(verifyReceipt(ledger.receipt(first, { size }), trust));
    await holds(verifyReceipt(ledger.receipt(first, { size, chain: false }), trust, { chain }));
  }
  const before = ledgerOf(1);
  await holds(verifyReceipt(before.receipt(before.events[0]), trust, { chain }));
});

test('epochs: a checkpoint of an epoch beyond its handover is refused, though its quorum signed it', async () => {
  for (const e of [0, 1]) {
    const [epoch, end] = [ledger.epochs[e], ledger.epochs[e].lastSize];
    await holds(verifyNode(node(ledger, ledger.checkpoint(end, { epoch })), trust));
    for (const size of [end + 3, ledger.leaves.length]) {
      await refused(verifyNode(node(ledger, ledger.checkpoint(size, { epoch })), trust), 'checkpoint', 'UNTRUSTED', /not met|no log/);
    }
  }
  const last = ledger.events.at(-1);
  const note = ledger.checkpoint(ledger.leaves.length, { epoch: ledger.epochs[0] });
  await refused(verifyReceipt(ledger.receipt(last, { note }), trust), 'checkpoint', 'UNTRUSTED', /not met|no log/);
});

test('epochs: a checkpoint of a later epoch before its handover is refused', async () => {
  for (const [e, size] of [[1, firstEnd], [2, secondEnd], [2, firstEnd]]) {
    const epoch = ledger.epochs[e];
    const note = ledger.checkpoint(size, { epoch, cosigners: epoch.ids.slice(1) });
    await refused(verifyNode(node(ledger, note), trust), 'checkpoint', 'UNTRUSTED', /not met|no log/);
  }
});

test('epochs: a chain that skips, repeats or reorders an epoch is refused', async () => {
  const entries = splitChain(ledger.trustChain());
  const [a, b, c] = entries;
  for (const order of [[a, c], [a, b, b, c], [a, c, b], [b, c], [a, a, b, c]]) {
    await assert.rejects(walkTrustChain(joinChain(order), trust), { name: 'VerifyError' }, `${order.map((e) => entries.indexOf(e))}`);
  }
  assert.equal((await walkTrustChain(joinChain([a, b]), trust)).length, 2);
});

test('epochs: a handover that the epoch before did not sign, or only two of its four, is refused', async () => {
  const chainWith = (signed) => ledger.trustChain([undefined, ledger.checkpoint(firstEnd, signed)]);
  for (const signed of [{ cosigners: [3, 4, 5] }, { epoch: ledger.epochs[2] }, { cosigners: [1, 4] }, { cosigners: [1, 1, 4] }]) {
    await assert.rejects(walkTrustChain(chainWith(signed), trust), { code: 'UNTRUSTED' });
  }
  assert.equal((await walkTrustChain(chainWith({ cosigners: [1, 3, 4] }), trust)).length, 3);
});

test('epochs: a change that only two of four approve, or that newcomers approve, is refused', async () => {
  for (const approvers of [[1, 2], [1, 2, 2], [1, 2, 5]]) {
    const members = [[1, 2, 3, 4], [2, 3, 4, 5]];
    const changed = ledgerOf(2, { members, approvers });
    await refused(verifyNode(node(changed), trust), 'trust', 'UNTRUSTED', /epoch 1 is approved by 2 of 4, needed are 3|no key for origin 5/);
  }
});

test('epochs: a node that has not seen the change yet has the beginning of one that has', async () => {
  for (const [behind, ahead] of [[1, 2], [1, 3], [2, 3]]) {
    await holds(verifyCompare([node(ledgerOf(behind)), node(ledgerOf(ahead))], trust));
    await holds(verifyCompare([node(ledgerOf(ahead)), node(ledgerOf(behind))], trust));
  }
});

test('epochs: a departed quorum that goes on alone is refused as soon as another node shows the handover', async () => {
  const departed = ledgerOf(1);
  for (let i = 0; i < 4; i++) {
    departed.batch(1, [['a', [`alone ${i}`]]]);
    departed.block();
  }
  assert.ok(departed.leaves.length > firstEnd);
  await holds(verifyNode(node(departed), trust)); // nothing here shows that it departed
  await refused(verifyCompare([node(departed), node(ledger)], trust), 'first', 'UNTRUSTED', /not met|no log/);
  await refused(verifyCompare([node(ledger), node(departed)], trust), 'second', 'UNTRUSTED', /not met|no log/);
});

test('epochs: two CONFIG leaves of one epoch are a fork, named with those who approved both', async () => {
  const other = ledgerOf(2, { members: [[1, 2, 3, 4], [1, 2, 3, 6]], approvers: [1, 2, 4] });
  const why = /two CONFIG leaves of epoch 1, approved by m1, m2, m3, m4 and by m1, m2, m4/;
  await refused(verifyCompare([node(ledger), node(other)], trust), 'epochs', 'FORKED', why);
});

test('epochs: nodes that disagree about where an epoch ended are refused', async () => {
  const longer = ledger.checkpoint(firstEnd + 3, { epoch: ledger.epochs[0] });
  const entries = splitChain(ledger.trustChain());
  const moved = splitChain(ledger.trustChain([undefined, longer], { sizes: [undefined, firstEnd + 3] }));
  const chain = joinChain([entries[0], moved[1], entries[2]]);
  await refused(verifyCompare([node(ledger), node(ledger, undefined, chain)], trust), 'epochs', 'NOT_PROVEN', /epoch 0 ended at \d+ and at \d+ leaves/);
});

test('epochs: what was remembered in one epoch binds the node in the next', async () => {
  for (const size of [firstEnd - 2, firstEnd, secondEnd, ledger.leaves.length]) {
    await holds(verifyNode(node(ledger), trust, { remembered: ledger.checkpoint(size) }));
  }
  const stolen = ledger.checkpoint(secondEnd, { epoch: ledger.epochs[0] });
  await refused(verifyNode(node(ledger), trust, { remembered: stolen }), 'memory', 'UNTRUSTED', /not met|no log/);
});

const MAGIC = text('evl/trust-chain/v1\n');

/** The entries of a chain: u32 len, leaf, u64 index, u8 count, hashes, u32 len, note. */
function splitChain(chain) {
  const entries = [];
  for (let at = MAGIC.length + 2; at < chain.length; ) {
    const from = at;
    at += 4 + chain.readUInt32BE(at) + 8;
    at += 1 + 32 * chain[at];
    at += 4 + chain.readUInt32BE(at);
    entries.push(chain.subarray(from, at));
  }
  return entries;
}

function joinChain(entries) {
  return Buffer.concat([MAGIC, int(2, entries.length), ...entries]);
}
