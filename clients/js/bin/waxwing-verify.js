#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { HttpSource, verifyLog, verifyReceipt } from '../index.js';

const USAGE = `usage: waxwing-verify receipt FILE --trust trust.policy [--payload FILE] [--chain trust.chain]
       waxwing-verify log URL --trust trust.policy
exit:  0 verified, 3 not verified, 1 wrong usage or a file that cannot be read`;
const VERIFIED = 0;
const WRONG_USAGE = 1;
const NOT_VERIFIED = 3;
const MARKS = { ok: 'ok    ', absent: '-     ', failed: 'FAILED' };
const OPTIONS = { trust: { type: 'string' }, payload: { type: 'string' }, chain: { type: 'string' }, help: { type: 'boolean', short: 'h' } };

class UsageError extends Error {}

function parse(args) {
  let parsed;
  try {
    parsed = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (e) {
    throw new UsageError(e.message);
  }
  const [command, target, ...rest] = parsed.positionals;
  const { trust, payload, chain, help } = parsed.values;
  if (help) return { help };
  if (!['receipt', 'log'].includes(command)) throw new UsageError(`unknown command '${command ?? ''}'`);
  if (target === undefined || rest.length > 0) throw new UsageError(`${command} takes one ${command === 'log' ? 'URL' : 'FILE'}`);
  if (trust === undefined) throw new UsageError('--trust is missing');
  if (command === 'log' && (payload ?? chain) !== undefined) throw new UsageError('--payload and --chain are for receipts');
  if (command === 'log' && !/^https?:$/.test(protocolOf(target))) throw new UsageError(`'${target}' is not an http address`);
  return { command, target, trust, payload, chain };
}

function protocolOf(text) {
  try {
    return new URL(text).protocol;
  } catch {
    return '';
  }
}

async function read(path) {
  if (path === undefined) return undefined;
  try {
    return new Uint8Array(await readFile(path));
  } catch (e) {
    throw new UsageError(e.message);
  }
}

async function main(args) {
  const { help, command, target, trust, payload, chain } = parse(args);
  if (help) {
    console.log(USAGE);
    return VERIFIED;
  }
  const trustFile = await read(trust);
  const report =
    command === 'log'
      ? await verifyLog(new HttpSource(target), trustFile)
      : await verifyReceipt(await read(target), trustFile, { payload: await read(payload), chain: await read(chain) });
  for (const { name, outcome, detail } of report.steps) console.log(`${MARKS[outcome]} ${name.padEnd(10)} ${detail}`);
  const broken = report.steps.at(-1);
  console.log(report.verified ? 'VERIFIED' : `NOT VERIFIED: ${broken.name} (${broken.code})`);
  return report.verified ? VERIFIED : NOT_VERIFIED;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (e) {
  if (!(e instanceof UsageError)) throw e;
  console.error(`${e.message}\n${USAGE}`);
  process.exitCode = WRONG_USAGE;
}
