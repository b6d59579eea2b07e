import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { TestLedger } from './support/ledger.js';

const program = fileURLToPath(new URL('../bin/waxwing-verify.js', import.meta.url));
const data = (name) => fileURLToPath(new URL(`data/${name}`, import.meta.url));
const ledger = new TestLedger(4);
ledger.batch(3, [['a', ['x']]]);
ledger.block();
const files = ledger.files();
let server;
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waxwing-verify-'));
  await writeFile(join(folder, 'trust.policy'), ledger.trustFile);
  server = createServer((request, response) => {
    const file = files.get(request.url.replace(/^\/ledger\//, ''));
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
});

after(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const url = () => `http://127.0.0.1:${server.address().port}`;
const run = (...args) =>
  new Promise((done) => {
    execFile(process.execPath, [program, ...args], (error, out, err) => done({ code: error?.code ?? 0, out, err }));
  });

test('a receipt that verifies ends with 0 and each step told', async () => {
  const { code, out } = await run('receipt', data('event.tlog-proof'), '--trust', data('trust.policy'), '--chain', data('trust.chain'));
  assert.equal(code, 0);
  for (const step of ['parse', 'trust', 'checkpoint', 'index', 'inclusion', 'event', 'content', 'origin', 'block']) {
    assert.match(out, new RegExp(`^ok +${step} `, 'm'));
  }
  assert.match(out, /^VERIFIED$/m);
});

test('a receipt that does not verify ends with 3 and the broken step named', async () => {
  const { code, out } = await run('receipt', data('event.tlog-proof'), '--trust', join(folder, 'trust.policy'));
  assert.equal(code, 3);
  assert.match(out, /^FAILED checkpoint .*\nNOT VERIFIED: checkpoint \(UNTRUSTED\)$/m);
});

test('a log over HTTP that verifies ends with 0, one with a broken file with 3', async () => {
  const good = await run('log', url(), '--trust', join(folder, 'trust.policy'));
  assert.equal(good.code, 0, good.out + good.err);
  assert.match(good.out, /1 events in 1 segments of 1 topics/);
  const name = [...files.keys()].find((key) => key.startsWith('tile/0/'));
  const whole = files.get(name);
  files.set(name, Buffer.concat([whole.subarray(0, -1), Buffer.of(whole.at(-1) ^ 1)]));
  const bad = await run('log', `${url()}/`, '--trust', join(folder, 'trust.policy'));
  files.set(name, whole);
  assert.equal(bad.code, 3);
  assert.match(bad.out, /does not hash to its place in tile\/0\/000/);
});

test('a node that does not answer is not verified', async () => {
  const { code, out } = await run('log', 'http://127.0.0.1:1', '--trust', join(folder, 'trust.policy'));
  assert.equal(code, 3);
  assert.match(out, /UNREACHABLE/);
});

test('wrong usage and unreadable files end with 1', async () => {
  const trust = ['--trust', data('trust.policy')];
  const wrong = [[], ['receipt'], ['receipt', 'x'], ['receipt', 'x', 'y', ...trust], ['receipt', join(folder, 'none'), ...trust], ['log', 'not a url', ...trust]];
  wrong.push(['log', 'ftp://x', ...trust], ['verify', 'x', ...trust], ['receipt', data('event.tlog-proof'), '--colour', ...trust]);
  for (const args of wrong) {
    const { code, err } = await run(...args);
    assert.equal(code, 1, args.join(' '));
    assert.match(err, /^usage: waxwing-verify/m);
  }
});
