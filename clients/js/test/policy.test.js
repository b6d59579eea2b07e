import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parseNote } from '../src/note.js';
import { parsePolicy, verifyCheckpoint } from '../src/policy.js';
import { TestLedger, keyOf, text, vkey } from './support/ledger.js';

const ledger = new TestLedger(4);
const trust = ledger.trustFile.toString();
const note = ledger.checkpoint();
const refused = (policy, why) => assert.rejects(parsePolicy(text(policy)), { code: 'MALFORMED' }, why ?? policy);
const key = (name) => vkey(name, 4, keyOf(name).publicKey).line;

test('comments, empty lines, tabs and urls do not change a policy', async () => {
  const dressed = `# ours\n\n \t\n${trust.replace(/^log (\S+)/, '\t log\t $1 https://example/').replace('\nquorum', '\n#quorum none\nquorum')} \n`;
  const policy = await parsePolicy(text(dressed));
  assert.equal((await verifyCheckpoint(note, policy)).size, 2);
});

test('a policy in any other form is refused', async () => {
  await refused(trust.slice(0, -1), 'no newline at the end');
  await refused(trust.replace('\n', '\r\n'), 'carriage return');
  await refused(trust.replace(/quorum.*\n/, ''), 'no quorum');
  await refused(`${trust}quorum none\n`, 'two quorums');
  await refused(`${trust}colour blue\n`, 'unknown line');
  await refused(`${trust}constructor x\n`, 'unknown line named as a property');
  await refused(trust.replace('quorum all-members', 'quorum somebody'), 'undefined quorum');
  await refused(trust + trust.split('\n')[0] + '\n', 'the log twice');
  await refused(`witness none ${key('a')}\nquorum none\n`, 'the name none');
  await refused(`witness a ${key('a')}\nwitness a ${key('b')}\nquorum a\n`, 'a name twice');
  await refused(`witness a ${key('a')}\nwitness b ${key('a')}\nquorum a\n`, 'a key twice');
  await refused(`witness a ${key('a')}\ngroup g 1 a a\nquorum g\n`, 'a member twice');
  await refused(`witness a ${key('a')}\ngroup g any a\ngroup h any g a\nquorum h\n`, 'a member of two groups');
  await refused(`group g any a\nwitness a ${key('a')}\nquorum g\n`, 'a member defined later');
  await refused('group g any\nquorum g\n', 'an empty group');
  for (const k of ['0', '2', '01', '-1', 'some']) await refused(`witness a ${key('a')}\ngroup g ${k} a\nquorum g\n`, `threshold ${k}`);
});

test('a verifier key in any other form is refused', async () => {
  const good = key('a');
  const [name, id, base] = good.split(/\+(.{8})\+/);
  const wrong = [
    name, `${name}+${id}`, `${name}+${id.toUpperCase().replace(/\d/g, 'A')}+${base}`, `${name}+0${id}+${base}`, `+${id}+${base}`,
    `b+${id}+${base}`, `${name}+00000000+${base}`, `${name}+${id}+${base.slice(0, -4)}`, `${name}+${id}+${base}=`,
    vkey('a', 1, keyOf('a').publicKey).line, vkey('a', 4, Buffer.alloc(32)).line, vkey('a', 4, Buffer.alloc(31, 7)).line,
  ];
  await parsePolicy(text(`witness a ${good}\nquorum a\n`));
  for (const vk of wrong) await refused(`witness a ${vk}\nquorum a\n`, vk);
});

test('a quorum of witnesses is enough, one less is not, and the same one twice counts once', async () => {
  const policy = await parsePolicy(ledger.trustFile);
  for (const cosigners of [[1, 2, 3], [4, 2, 3], [1, 2, 3, 4]]) await verifyCheckpoint(ledger.checkpoint(2, { cosigners }), policy);
  for (const cosigners of [[], [1], [1, 2], [1, 1, 2], [1, 2, 2, 2]]) {
    await assert.rejects(verifyCheckpoint(ledger.checkpoint(2, { cosigners }), policy), { code: 'UNTRUSTED' }, `cosigned by ${cosigners}`);
  }
});

test('groups of groups count as the policy says', async () => {
  const [log, ...rest] = trust.split('\n');
  const witnesses = rest.slice(0, 4).join('\n');
  const policy = await parsePolicy(text(`${log}\n${witnesses}\ngroup x all m1 m2\ngroup y any m3 m4\ngroup both all x y\nquorum both\n`));
  await verifyCheckpoint(ledger.checkpoint(2, { cosigners: [1, 2, 4] }), policy);
  for (const cosigners of [[1, 2], [1, 3, 4], [3, 4]]) {
    await assert.rejects(verifyCheckpoint(ledger.checkpoint(2, { cosigners }), policy), { code: 'UNTRUSTED' });
  }
  const alone = await parsePolicy(text(`${log}\nquorum none\n`));
  await verifyCheckpoint(ledger.checkpoint(2, { cosigners: [] }), alone);
});

test('signatures by unknown keys are ignored, a wrong one by a known key spoils the note', async () => {
  const policy = await parsePolicy(ledger.trustFile);
  const lines = note.toString().split('\n');
  const stranger = `\u2014 stranger.example ${Buffer.alloc(76, 5).toString('base64')}`;
  await verifyCheckpoint(text([...lines.slice(0, -1), stranger, ''].join('\n')), policy);
  const fourth = ledger.checkpoint(2, { cosigners: [4] }).toString().split('\n').at(-2);
  const at = fourth.length - 6;
  const spoilt = fourth.slice(0, at) + (fourth[at] === 'A' ? 'B' : 'A') + fourth.slice(at + 1);
  await verifyCheckpoint(text([...lines.slice(0, -1), fourth, ''].join('\n')), policy);
  await assert.rejects(verifyCheckpoint(text([...lines.slice(0, -1), spoilt, ''].join('\n')), policy), { code: 'UNTRUSTED' });
});

test('the log must have signed, and it must be the log of the origin line', async () => {
  const policy = await parsePolicy(ledger.trustFile);
  const lines = note.toString().split('\n');
  const noLog = lines.filter((line) => !line.startsWith('\u2014 test.example '));
  await assert.rejects(verifyCheckpoint(text(noLog.join('\n')), policy), { code: 'UNTRUSTED' });
  const otherOrigin = ['other.example', ...lines.slice(1)];
  await assert.rejects(verifyCheckpoint(text(otherOrigin.join('\n')), policy), { code: 'UNTRUSTED' });
  const noLogs = await parsePolicy(text(trust.replace(/^log .*\n/, '')));
  await assert.rejects(verifyCheckpoint(note, noLogs), { code: 'UNTRUSTED' });
});

test('whichever member assembles a checkpoint of a joint ledger, its log line counts', async () => {
  const joint = new TestLedger(4, { ceremony: true });
  const policy = await parsePolicy(joint.trustFile);
  for (const assembler of [1, 2, 3, 4]) await verifyCheckpoint(joint.checkpoint(2, { assembler }), policy);
  await assert.rejects(verifyCheckpoint(joint.checkpoint(2, { assembler: 5 }), policy), { code: 'UNTRUSTED' });
  const short = joint.checkpoint(2, { assembler: 4, cosigners: [1, 2] });
  await assert.rejects(verifyCheckpoint(short, policy), { code: 'UNTRUSTED' });
});

test('a member who found a log key with the short id of another spoils nothing', async () => {
  const name = 'ledger.example';
  const honest = keyOf('log 5534');
  const decoy = createHash('sha256').update('decoy 36524').digest();
  const [first, second] = [decoy, honest.publicKey].map((k) => vkey(name, 1, k));
  assert.deepEqual(first.id, second.id);
  const policy = await parsePolicy(text(`log ${first.line}\nlog ${second.line}\nquorum none\n`));
  const body = `${name}\n1\n${Buffer.alloc(32).toString('base64')}\n`;
  const by = (signer) => text(`${body}\n\u2014 ${name} ${Buffer.concat([second.id, signer.sign(text(body))]).toString('base64')}\n`);
  await verifyCheckpoint(by(honest), policy);
  await assert.rejects(verifyCheckpoint(by(keyOf('log 5535')), policy), { code: 'UNTRUSTED' });
});

test('a note or checkpoint in any other form is refused', async () => {
  const policy = await parsePolicy(ledger.trustFile);
  const whole = note.toString();
  const [origin, size, root] = whole.split('\n');
  const wrong = {
    'no final newline': whole.slice(0, -1),
    'no empty line': whole.replace('\n\n', '\n'),
    'a carriage return': whole.replace('\n', '\r\n'),
    'a zero byte': whole.replace('test', 'te\0st'),
    'a hyphen for the dash': whole.replace('\u2014', '-'),
    'two spaces': whole.replace('\u2014 ', '\u2014  '),
    'an extension line': whole.replace(`${root}\n`, `${root}\nmore\n`),
    'a size with a zero in front': whole.replace(`\n${size}\n`, `\n0${size}\n`),
    'no root': whole.replace(`${root}\n`, ''),
    'a root of 31 bytes': whole.replace(root, Buffer.alloc(31).toString('base64')),
    'a root with bits to spare': whole.replace(root, root.replace(/.=$/, (c) => `${String.fromCharCode(c.charCodeAt(0) + 1)}=`)),
    'no origin': whole.replace(origin, ''),
    'an empty signature': whole.replace(/ \S+\n$/, ' AAAAAA==\n').replace('AAAAAA==', 'AAAA'),
    'too many signatures': whole + whole.split('\n').at(-2).concat('\n').repeat(64),
    'only a body': whole.slice(0, whole.indexOf('\n\n') + 2),
  };
  for (const [name, bad] of Object.entries(wrong)) await assert.rejects(verifyCheckpoint(text(bad), policy), { name: 'VerifyError' }, name);
  assert.throws(() => parseNote(Buffer.concat([note, Buffer.of(0xff, 10)])), { code: 'MALFORMED' });
  assert.throws(() => parseNote(Buffer.alloc(1 << 17, 10)), { code: 'MALFORMED' });
});

test('the policy of a running node parses', async () => {
  const policy = await parsePolicy(await readFile(new URL('data/trust.policy', import.meta.url)));
  assert.equal(policy.logs[0].name, 'waxwing.local');
  assert.equal(policy.quorum, 'validators');
});
