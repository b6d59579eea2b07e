import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
const servers = [];
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waxwing-verify-'));
  await writeFile(join(folder, 'trust.policy'), ledger.trustFile);
  await serve(files);
});

after(async () => {
  for (const server of servers) server.close();
  await rm(folder, { recursive: true });
});

/** Answers the address of a node with these files. */
async function serve(served) {
  const server = createServer((request, response) => {
    const file = served.get(request.url.replace(/^\/ledger\//, ''));
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  servers.push(server);
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${server.address().port}`;
}

const url = () => `http://127.0.0.1:${servers[0].address().port}`;

/** What a ledger of these payloads serves; the first is ordered before all forks. */
function filesOf(...payloads) {
  const other = new TestLedger(4);
  for (const payload of payloads) {
    other.batch(3, [['a', [payload]]]);
    other.block();
  }
  return other.files();
}

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

test('two nodes of one history end with 0, of a fork with 3 and both signed checkpoints shown', async () => {
  const trust = ['--trust', join(folder, 'trust.policy')];
  const longer = filesOf('x', 'y');
  const good = await run('compare', url(), await serve(longer), ...trust);
  assert.equal(good.code, 0, good.out + good.err);
  assert.match(good.out, /^ok +history +the 8 leaves begin with the other's 5, by \d hashes$/m);
  for (const other of [filesOf('z'), filesOf('z', 'y')]) {
    const bad = await run('compare', url(), await serve(other), ...trust);
    assert.equal(bad.code, 3);
    for (const note of [files, other].map((f) => f.get('checkpoint').toString())) assert.ok(bad.out.includes(note), 'the note is shown whole');
    assert.match(bad.out, /^--- signed both: m1\.test\.example, m2\.test\.example, m3\.test\.example\nNOT VERIFIED: history \(FORKED\)$/m);
  }
});

test('the state file remembers the last verified checkpoint and refuses a node that rolled back or forked', async () => {
  const options = ['--trust', join(folder, 'trust.policy'), '--state', join(folder, 'state')];
  const served = new Map(files);
  const address = await serve(served);
  const serveNow = (now) => {
    served.clear();
    for (const [name, bytes] of now) served.set(name, bytes);
  };
  const remembered = () => readFile(join(folder, 'state'), 'utf8');
  assert.match((await run('checkpoint', address, ...options)).out, /^- +memory +no checkpoint is remembered yet\nVERIFIED$/m);
  const longer = filesOf('x', 'y');
  serveNow(longer);
  for (const command of ['checkpoint', 'log']) {
    const { code, out } = await run(command, address, ...options);
    assert.equal(code, 0, out);
  }
  assert.equal(await remembered(), longer.get('checkpoint').toString());
  for (const [old, code] of [[files, 'ROLLED_BACK'], [filesOf('x', 'z'), 'FORKED'], [filesOf('z', 'y', 'x'), 'FORKED']]) {
    serveNow(old);
    for (const command of ['checkpoint', 'log']) {
      const bad = await run(command, address, ...options);
      assert.equal(bad.code, 3, bad.out);
      assert.match(bad.out, new RegExp(`^NOT VERIFIED: memory \\(${code}\\)$`, 'm'));
    }
    assert.equal(await remembered(), longer.get('checkpoint').toString(), 'what failed is not remembered');
  }
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
  wrong.push(['compare', 'http://x', ...trust], ['compare', 'http://x', 'x', ...trust], ['checkpoint', 'http://x', '--payload', 'x', ...trust]);
  wrong.push(['receipt', data('event.tlog-proof'), '--state', 'x', ...trust], ['checkpoint', 'http://x', '--state', folder, ...trust], ['toString', 'x', ...trust]);
  for (const args of wrong) {
    const { code, err } = await run(...args);
    assert.equal(code, 1, args.join(' '));
    assert.match(err, /^usage: waxwing-verify/m);
  }
});
