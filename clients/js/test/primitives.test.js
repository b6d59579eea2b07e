import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base64, concat, decimal, hex, octets, unhex } from '../src/bytes.js';
import { requireKey, verify } from '../src/ed25519.js';
import { leafHash } from '../src/hash.js';
import { SortedTree, isIncluded, rootOf } from '../src/merkle.js';
import { parseRegistry, quorum } from '../src/registry.js';
import * as own from './support/ledger.js';

// The entries and root that Certificate Transparency implementations test themselves with.
const CT_ENTRIES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const CT_ROOT = '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328';
const EMPTY_ROOT = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const P = 2n ** 255n - 19n;

const bytesOf = (number) => Uint8Array.from({ length: 32 }, (_, i) => Number((number >> BigInt(8 * i)) & 255n));

test('published RFC 6962 roots', async () => {
  assert.equal(hex(await rootOf([])), EMPTY_ROOT);
  assert.equal(hex(await rootOf(CT_ENTRIES.map((e) => unhex(e)))), CT_ROOT);
});

test('every leaf of every tree up to 40 leaves is included by its own path and by no other', async () => {
  for (let size = 1; size <= 40; size++) {
    const hashes = Array.from({ length: size }, (_, i) => own.leafHash(Buffer.of(i)));
    const root = own.root(hashes);
    assert.equal(hex(await rootOf(hashes.map((_, i) => Uint8Array.of(i)))), hex(root));
    for (let i = 0; i < size; i++) {
      const path = own.path(hashes, i);
      assert.ok(await isIncluded(hashes[i], i, size, path, root), `${i} of ${size}`);
      assert.ok(!(await isIncluded(hashes[i], i, size, [...path, root], root)));
      assert.ok(!(await isIncluded(hashes[i], size, size, path, root)));
      if (path.length > 0) assert.ok(!(await isIncluded(hashes[i], i, size, path.slice(1), root)));
      if (size > 1) assert.ok(!(await isIncluded(hashes[i], (i + 1) % size, size, path, root)));
    }
  }
});

test('a sorted tree has the root of its records in order after any sets, in any order', async () => {
  const tree = new SortedTree();
  const records = new Map();
  assert.equal(hex(await tree.root()), EMPTY_ROOT);
  let random = 1;
  for (let round = 0; round < 120; round++) {
    for (let sets = 0; sets <= round % 3; sets++) {
      random = (random * 48271) % 2147483647;
      const key = String(random % 64).padStart(2, '0');
      const record = Uint8Array.of(round, sets);
      records.set(key, record);
      tree.set(key, record);
    }
    const ordered = [...records].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => own.leafHash(record));
    assert.equal(hex(await tree.root()), hex(own.root(ordered)), `round ${round}`);
    assert.equal(tree.size, records.size);
  }
});

test('the first test of RFC 8032 verifies; its signature with L added to S does not', async () => {
  const key = unhex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
  const signature = unhex('e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b');
  const nothing = new Uint8Array(0);
  assert.ok(await verify(key, nothing, signature));
  const s = signature.subarray(32).reduceRight((sum, b) => (sum << 8n) | BigInt(b), 0n);
  assert.ok(!(await verify(key, nothing, concat(signature.subarray(0, 32), bytesOf(s + L)))));
  assert.ok(!(await verify(key, Uint8Array.of(0), signature)));
  assert.ok(!(await verify(key, nothing, signature.subarray(0, 63))));
  for (let at = 0; at < 64; at++) {
    const changed = signature.slice();
    changed[at] ^= 1;
    assert.ok(!(await verify(key, nothing, changed)), `byte ${at}`);
  }
});

test('keys of small order and keys that are not canonical are refused', async () => {
  const order8 = ['c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'];
  const small = [bytesOf(1n), bytesOf(P - 1n), bytesOf(0n), ...order8.map((k) => unhex(k))];
  const signed = small.map((key) => Uint8Array.from(key, (b, i) => (i === 31 ? b | 0x80 : b)));
  const notCanonical = [bytesOf(P), bytesOf(P + 1n), bytesOf(2n ** 255n - 1n)];
  for (const key of [...small, ...signed, ...notCanonical]) {
    assert.throws(() => requireKey(key, 'the key'), { code: 'MALFORMED' }, hex(key));
    // R = A, S = 0 holds for some of them under a lax verifier, whatever the message.
    assert.ok(!(await verify(key, Uint8Array.of(1), concat(key, new Uint8Array(32)))), hex(key));
  }
  requireKey(own.keyOf('a sound one').publicKey, 'the key');
});

test('32 bytes that are no point of the curve verify nothing', async () => {
  const { publicKey, sign } = own.keyOf('a sound one');
  const signature = sign(Buffer.of(1));
  assert.ok(await verify(publicKey, Uint8Array.of(1), signature));
  for (let y = 2n; y < 12n; y++) assert.ok(!(await verify(bytesOf(y), Uint8Array.of(1), signature)));
});

test('base64 has one form', () => {
  assert.deepEqual(base64('AAE=', 'x'), Uint8Array.of(0, 1));
  for (const wrong of ['AAF=', 'AAE', 'AAE==', 'AA E', 'AAE=\n', 'AAE=AAE=', '_-8=', 'A===', '====', '=AAA']) {
    assert.throws(() => base64(wrong, 'x'), { code: 'MALFORMED' }, JSON.stringify(wrong));
  }
});

test('decimal numbers have one form and stay exact', () => {
  assert.equal(decimal('9007199254740991', 'x'), Number.MAX_SAFE_INTEGER);
  for (const wrong of ['', '00', '01', '-1', '+1', '1e3', ' 1', '0x1', '9007199254740992', '\u0661']) {
    assert.throws(() => decimal(wrong, 'x'), { code: 'MALFORMED' }, JSON.stringify(wrong));
  }
  assert.throws(() => unhex('AB'), { code: 'MALFORMED' });
  assert.deepEqual(octets('\u00ff'), Uint8Array.of(255));
});

test('two quorums share an honest validator, and the honest ones are a quorum', () => {
  for (let n = 1; n <= 40; n++) {
    const f = Math.floor((n - 1) / 3);
    assert.ok(2 * quorum(n) - n > f && n - f >= quorum(n), `n = ${n}`);
  }
});

test('node lines and the time of the first block are read, and nothing like them', () => {
  const pin = '11'.repeat(32);
  const registry = parseRegistry(own.text(`node 2 bank-a.example:7400 ${pin}\nparameter time 1760000000000\n`));
  assert.equal(registry.node.get(2).address, 'bank-a.example:7400');
  assert.equal(registry.parameter.get('time'), 1_760_000_000_000);
  const wrong = [
    `node 2 bank-a.example ${pin}`, `node 2 bank-a.example:07 ${pin}`, `node 2 a b:1 ${pin}`, `node 2 a:1 ${pin}11`, 'node 2 a:1',
    'parameter time', 'parameter time soon', 'parameter colour 1',
  ];
  for (const line of wrong) assert.throws(() => parseRegistry(own.text(`${line}\n`)), { code: 'MALFORMED' }, line);
});
