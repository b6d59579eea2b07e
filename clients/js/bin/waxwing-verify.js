#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { HttpSource, verifyCompare, verifyLog, verifyNode, verifyRangeFile, verifyReceipt } from '../index.js';
import { recall, remember } from './state.js';

const USAGE = `usage: waxwing-verify receipt FILE --trust trust.policy [--payload FILE] [--chain trust.chain]
       waxwing-verify range FILE --trust trust.policy [--tag HEX] [--from N] [--to N]
       waxwing-verify checkpoint URL --trust trust.policy [--state FILE]
       waxwing-verify compare URL URL --trust trust.policy [--state FILE]
       waxwing-verify log URL --trust trust.policy [--state FILE]
exit:  0 verified, 3 not verified, 1 wrong usage or a file that cannot be read or written`;
const VERIFIED = 0;
const WRONG_USAGE = 1;
const NOT_VERIFIED = 3;
const MARKS = { ok: 'ok    ', absent: '-     ', failed: 'FAILED' };
const OPTIONS = {
  trust: { type: 'string' },
  payload: { type: 'string' },
  chain: { type: 'string' },
  state: { type: 'string' },
  tag: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
};
const COMMANDS = {
  receipt: { takes: ['FILE'], options: ['trust', 'payload', 'chain'], prove: receipt },
  range: { takes: ['FILE'], options: ['trust', 'tag', 'from', 'to'], prove: range },
  checkpoint: { takes: ['URL'], options: ['trust', 'state'], verify: ([source], trust, options) => verifyNode(source, trust, options) },
  compare: { takes: ['URL', 'URL'], options: ['trust', 'state'], verify: verifyCompare },
  log: { takes: ['URL'], options: ['trust', 'state'], verify: ([source], trust, options) => verifyLog(source, trust, options) },
};

class UsageError extends Error {}

function parse(args) {
  let parsed;
  try {
    parsed = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (e) {
    throw new UsageError(e.message);
  }
  const [name, ...targets] = parsed.positionals;
  const given = parsed.values;
  if (given.help) return { help: true };
  if (!Object.hasOwn(COMMANDS, name ?? '')) throw new UsageError(`unknown command '${name ?? ''}'`);
  const { takes, options, verify, prove } = COMMANDS[name];
  if (targets.length !== takes.length) throw new UsageError(`${name} takes ${takes.join(' ')}`);
  if (given.trust === undefined) throw new UsageError('--trust is missing');
  for (const option of Object.keys(given)) {
    if (!options.includes(option)) throw new UsageError(`${name} has no --${option}`);
  }
  const wrong = targets.find((target, i) => takes[i] === 'URL' && !/^https?:$/.test(protocolOf(target)));
  if (wrong !== undefined) throw new UsageError(`'${wrong}' is not an http address`);
  return { targets, verify, prove, ...given };
}

function protocolOf(text) {
  try {
    return new URL(text).protocol;
  } catch {
    return '';
  }
}

async function read(path) {
  return path === undefined ? undefined : new Uint8Array(await fileWork(() => readFile(path)));
}

async function fileWork(work) {
  try {
    return await work();
  } catch (e) {
    throw new UsageError(e.message);
  }
}

async function receipt(file, trustFile, { payload, chain }) {
  return verifyReceipt(file, trustFile, { payload: await read(payload), chain: await read(chain) });
}

async function range(file, trustFile, { tag, from, to }) {
  if (tag !== undefined && !/^[0-9a-f]{64}$/.test(tag)) throw new UsageError('--tag takes 64 hexadecimal digits');
  const asked = {};
  if (tag !== undefined) asked.tag = new Uint8Array(Buffer.from(tag, 'hex'));
  for (const [name, text] of Object.entries({ from, to })) {
    if (text === undefined) continue;
    if (!/^[1-9][0-9]{0,17}$/.test(text)) throw new UsageError(`--${name} takes a topicSeq`);
    asked[name] = BigInt(text);
  }
  return verifyRangeFile(file, trustFile, asked);
}

async function main(args) {
  const { help, targets, verify, prove, trust, state, ...given } = parse(args);
  if (help) {
    console.log(USAGE);
    return VERIFIED;
  }
  const trustFile = await read(trust);
  if (prove !== undefined) return print(await prove(await read(targets[0]), trustFile, given));
  const remembered = state === undefined ? undefined : await fileWork(() => recall(state));
  const report = await verify(targets.map((url) => new HttpSource(url)), trustFile, { remembered });
  // What failed is never remembered: the next run compares with the last state that was proven.
  if (report.verified && state !== undefined) await fileWork(() => remember(state, report.facts.note));
  return print(report);
}

function print({ verified, steps, fork }) {
  for (const { name, outcome, detail } of steps) console.log(`${MARKS[outcome]} ${name.padEnd(10)} ${detail}`);
  if (fork !== undefined) printFork(fork);
  const broken = steps.at(-1);
  console.log(verified ? 'VERIFIED' : `NOT VERIFIED: ${broken.name} (${broken.code})`);
  return verified ? VERIFIED : NOT_VERIFIED;
}

/** What somebody else needs to see the fork: both signed notes, and how the later one leads to another root of that size. */
function printFork({ size, notes, roots, path, doubleSigners }) {
  const base64 = (bytes) => Buffer.from(bytes).toString('base64');
  for (const note of notes) console.log(`--- signed checkpoint\n${Buffer.from(note).toString().trimEnd()}`);
  if (path.length > 0) console.log(`--- root of ${size} leaves in the second, and its consistency path\n${[roots[1], ...path].map(base64).join('\n')}`);
  console.log(`--- signed both: ${doubleSigners.join(', ') || 'nobody'}`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (e) {
  if (!(e instanceof UsageError)) throw e;
  console.error(`${e.message}\n${USAGE}`);
  process.exitCode = WRONG_USAGE;
}
