import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { hex } from '../src/bytes.js';
import { verifyReceipt } from '../src/receipt.js';
import { TestLedger, int, keyOf, path, leafHash, text, writeReceipt } from './support/ledger.js';

const data = (name) => readFile(new URL(`data/${name}`, import.meta.url));
const [nodeReceipt, nodeTrust, nodeChain] = await Promise.all(['event.tlog-proof', 'trust.policy', 'trust.chain'].map(data));

const ledger = new TestLedger(4);
ledger.batch(1, [['bank/settlement', ['one', 'two', 'three']], ['home/boiler', ['on']]]);
ledger.batch(2, [['home/boiler', ['off']]]);
ledger.block();
const event = ledger.events[1];
const trust = ledger.trustFile;
const receipt = ledger.receipt(event);

async function verified(bytes, policy = trust, options = {}) {
  const report = await verifyReceipt(bytes, policy, options);
  assert.ok(report.verified, report.steps.at(-1).detail);
  return report;
}

async function refused(bytes, step, policy = trust, options = {}) {
  const report = await verifyReceipt(bytes, policy, options);
  assert.ok(!report.verified, `verified, but should break at ${step}`);
  const last = report.steps.at(-1);
  if (step !== undefined) assert.equal(last.name, step, last.detail);
  assert.equal(last.outcome, 'failed');
  return last.detail;
}

/** Every byte changed, one at a time, in each of the bits given; none may still verify. */
async function eachFlip(bytes, verify, bits = [0x01]) {
  for (let at = 0; at < bytes.length; at++) {
    for (const bit of bits) {
      const changed = Buffer.from(bytes);
      changed[at] ^= bit;
      const report = await verify(changed);
      assert.ok(!report.verified, `byte ${at} xor ${bit} still verifies`);
    }
  }
}

const rebuilt = (change, options = {}) => {
  const size = options.size ?? ledger.leaves.length;
  const parts = change(ledger.receiptParts(event, options));
  return writeReceipt(parts, event.index, path(ledger.leaves.slice(0, size).map(leafHash), event.index), ledger.checkpoint(size));
};

test('a receipt of a running node verifies with its trust file alone', async () => {
  const { steps, facts } = await verified(nodeReceipt, nodeTrust);
  assert.deepEqual(steps.map((s) => s.name), ['parse', 'trust', 'checkpoint', 'index', 'inclusion', 'event', 'content', 'origin', 'block']);
  assert.equal(Buffer.from(facts.components[3]).toString(), 'hello waxwing');
  assert.equal(Buffer.from(facts.components[0]).toString(), 'home/boiler');
  assert.equal(facts.topicSeq, 3n);
});

test('with the trust chain of that node the signatures of its batch verify too', async () => {
  const { steps, facts } = await verified(nodeReceipt, nodeTrust, { chain: nodeChain });
  assert.match(steps.find((s) => s.name === 'origin').detail, /signed by local, held by 1/);
  assert.equal(facts.ledgerId.length, 32);
});

test('a receipt of four members says who signed, held and published', async () => {
  const { steps, facts } = await verified(receipt);
  assert.match(steps.find((s) => s.name === 'origin').detail, /signed by m1, held by 3/);
  assert.equal(hex(facts.publisher), keyOf('publisher').publicKey.toString('hex'));
  assert.equal(facts.topicSeq, 2n);
});

test('no byte of a receipt can change: node without trust chain', () => eachFlip(nodeReceipt, (r) => verifyReceipt(r, nodeTrust), [0x01, 0x80]));

test('no byte of a receipt can change: with trust chain and hidden component', () => {
  const solo = new TestLedger(1);
  solo.batch(1, [['a', ['x', 'y']]]);
  solo.block();
  return eachFlip(solo.receipt(solo.events[0], { hide: [1] }), (r) => verifyReceipt(r, solo.trustFile));
});

test('no byte of the trust file can change', () => eachFlip(nodeTrust, (t) => verifyReceipt(nodeReceipt, t), [0x01, 0x20, 0x80]));

test('no byte of the trust chain can change', () => eachFlip(nodeChain, (chain) => verifyReceipt(nodeReceipt, nodeTrust, { chain })));

test('a receipt, trust file or trust chain cut off anywhere does not verify', async () => {
  for (let length = 0; length < nodeReceipt.length; length++) await refused(nodeReceipt.subarray(0, length), undefined, nodeTrust);
  for (let length = 0; length < nodeTrust.length; length++) await refused(nodeReceipt, 'parse', nodeTrust.subarray(0, length));
  for (let length = 0; length < nodeChain.length; length++) {
    await refused(nodeReceipt, 'trust', nodeTrust, { chain: nodeChain.subarray(0, length) });
  }
});

test('bytes added at the end do not verify', async () => {
  await refused(Buffer.concat([receipt, text('\n')]));
  await refused(Buffer.concat([receipt, text('x')]));
});

test('the trust file of another ledger does not verify', async () => {
  await refused(nodeReceipt, 'checkpoint', trust);
  await refused(receipt, 'trust', nodeTrust);
  await refused(ledger.receipt(event, { chain: false }), 'checkpoint', nodeTrust);
});

test('fewer cosignatures than the quorum do not verify', async () => {
  const note = ledger.checkpoint(ledger.leaves.length, { cosigners: [1, 2] });
  assert.match(await refused(ledger.receipt(event, { note }), 'checkpoint'), /quorum 'all-members' is not met/);
});

test('a checkpoint signed by keys the policy does not know does not verify', async () => {
  const strangers = { number: 0, ids: [9, 10, 11, 12] };
  const note = ledger.checkpoint(ledger.leaves.length, { epoch: strangers });
  await refused(ledger.receipt(event, { note }), 'checkpoint');
});

test('non-canonical base64, numbers and line order are refused', async () => {
  const whole = receipt.toString();
  const index = `index ${event.index}`;
  const hash = whole.split('\n')[3];
  const lines = whole.split('\n');
  const spare = hash.replace(/(.)=$/, (_, c) => `${String.fromCharCode(c.charCodeAt(0) + 1)}=`);
  for (const bad of [
    whole.replace(hash, spare), whole.replace(hash, hash.slice(0, -1)), whole.replace(hash, `${hash} `), whole.replace(hash, hash.replace(/.$/, '-')),
    whole.replace(index, `index 0${event.index}`), whole.replace(index, `index +${event.index}`), whole.replace(index, `INDEX ${event.index}`),
    whole.replace(/\nextra .*/, ''), [lines[0], lines[2], lines[1], ...lines.slice(3)].join('\n'), whole.replace('\nindex', '\n\nindex'),
    whole.replace('@v1', '@v2'), `\ufeff${whole}`, whole.replaceAll('\n', '\r\n'),
  ]) await refused(text(bad), 'parse');
});

test('another index, or an index beyond the tree, is refused', async () => {
  const whole = receipt.toString();
  const at = (i) => text(whole.replace(`index ${event.index}`, `index ${i}`));
  await refused(at(event.index + 1), 'inclusion');
  await refused(at(ledger.leaves.length), 'index');
  await refused(at(Number.MAX_SAFE_INTEGER), 'index');
});

test('components may stay hidden; the rest still verifies', async () => {
  for (const hide of [[0], [3], [0, 1, 2, 3], [2, 3]]) {
    const { facts } = await verified(ledger.receipt(event, { hide }));
    for (const i of hide) assert.equal(facts.components[i], undefined);
  }
});

test('a component missing, twice, unknown or changed is refused', async () => {
  const swap = (i, change) => rebuilt((parts) => parts.map((part) => (part[0] === 2 && part[1][0] === i ? change(part) : part)));
  await refused(rebuilt((parts) => parts.filter(([tag, value]) => tag !== 2 || value[0] !== 1)), 'event');
  await refused(rebuilt((parts) => parts.flatMap((part) => (part[0] === 2 && part[1][0] === 1 ? [part, part] : [part]))), 'event');
  await refused(swap(3, ([tag, value]) => [tag, Buffer.concat([Buffer.of(4), value.subarray(1)])]), 'event');
  await refused(swap(3, ([tag, value]) => [tag, Buffer.concat([value, text('!')])]), 'event');
});

test('a payload beside the receipt must be the one committed to', async () => {
  const beside = rebuilt((parts) => parts.map(([tag, value]) => (tag === 2 && value[0] === 3 ? [tag, value.subarray(0, 33)] : [tag, value])));
  await verified(beside, trust, { payload: text('two') });
  assert.match(await refused(beside, 'event'), /travels beside/);
  await refused(beside, 'event', trust, { payload: text('three') });
  await refused(receipt, 'content', trust, { payload: text('three') });
  await verified(receipt, trust, { payload: text('two') });
});

test('parts that are left out are named as absent, the SEGMENT leaf cannot be left out', async () => {
  const without = (...tags) => rebuilt((parts) => parts.filter(([tag]) => !tags.includes(tag)));
  const { steps } = await verified(without(2, 4, 5, 6, 7));
  assert.deepEqual(steps.filter((s) => s.outcome === 'absent').map((s) => s.name), ['event', 'origin', 'block']);
  await refused(without(1), 'parse');
  await refused(without(6), 'event');
});

test('parts of a later version are skipped, but do not stand in for those of this one', async () => {
  const later = [8, text('of a later version')];
  await verified(rebuilt((parts) => [...parts, later]));
  await refused(rebuilt((parts) => [...parts.filter(([tag]) => tag !== 5), later]), 'parse');
  await refused(rebuilt((parts) => [later, ...parts]), 'parse');
  await refused(rebuilt((parts) => [...parts, parts.at(-1)]), 'parse');
});

test('a true part of another event is refused', async () => {
  const other = ledger.receiptParts(ledger.events[4]);
  const took = (tag) => rebuilt((parts) => parts.map((part) => (part[0] === tag ? other.find(([t]) => t === tag) : part)));
  await refused(took(1), 'inclusion');
  await refused(took(6), 'event');
  await refused(took(7), 'origin');
});

test('epochs: the policy of the epoch counts, and a departed quorum is refused beyond its handover', async () => {
  const old = new TestLedger(4);
  old.batch(1, [['a', ['before']]]);
  const before = old.block();
  const handover = old.reconfigure([4, 5, 6, 7]);
  old.batch(5, [['a', ['after']]]);
  old.block();
  const [first, second] = old.events;
  await verified(old.receipt(second), old.trustFile);
  await verified(old.receipt(first, { size: before }), old.trustFile);
  await verified(old.receipt(first, { size: handover }), old.trustFile);
  await verified(old.receipt(first), old.trustFile); // refreshed: today's tree, keys of then
  const stolen = old.checkpoint(old.leaves.length, { epoch: old.epochs[0] });
  await refused(old.receipt(second, { note: stolen }), 'checkpoint', old.trustFile);
  const early = old.checkpoint(before, { epoch: old.epochs[1] });
  await refused(old.receipt(first, { size: before, note: early }), 'checkpoint', old.trustFile);
});

test('a ledger begun by several institutions together is followed from the trust file alone', async () => {
  const joint = new TestLedger(4, { ceremony: true });
  joint.batch(2, [['a', ['x']]]);
  joint.block();
  joint.reconfigure([1, 2, 3, 4], [2, 3, 4]);
  joint.batch(3, [['a', ['y']]]);
  joint.block();
  for (const event of joint.events) await verified(joint.receipt(event), joint.trustFile);
});

test('an epoch without the approval of a quorum of the one before is refused', async () => {
  const ledgerOf = (approvers) => {
    const built = new TestLedger(4);
    built.reconfigure([4, 5, 6, 7], approvers);
    built.batch(5, [['a', ['x']]]);
    built.block();
    return built;
  };
  const good = ledgerOf([1, 2, 3]);
  await verified(good.receipt(good.events[0]), good.trustFile);
  for (const approvers of [[1, 2], [1, 1, 1], [4, 5, 6, 7]]) {
    const bad = ledgerOf(approvers);
    await refused(bad.receipt(bad.events[0]), 'trust', bad.trustFile);
  }
});

test('sizes and positions at the edge of their fields do not confuse the verifier', async () => {
  const edge = (tag, at, bytes) =>
    rebuilt((parts) => parts.map(([t, value]) => {
      if (t !== tag) return [t, value];
      const changed = Buffer.from(value);
      bytes.copy(changed, at);
      return [t, changed];
    }));
  await refused(edge(5, 172, int(8, 2n ** 64n - 1n)), 'parse');
  await refused(edge(5, 172, int(8, 2n ** 53n - 1n)), 'block');
  await refused(edge(6, 0, int(4, 0xffffffff)), 'event');
  await refused(edge(7, 0, int(4, 0xffffffff)), 'parse');
});
