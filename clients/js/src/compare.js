/** Checkpoints of one node or of two, without reading their entries: the same history, or the proof that they fork. */
import { equal, hex } from './bytes.js';
import { checkpointOf, requireContinues, requireNewerThan } from './continuity.js';
import { FORKED, NOT_PROVEN, VerifyError, require } from './failure.js';
import { MAX_NOTE_BYTES } from './note.js';
import { parsePolicy } from './policy.js';
import { MAX_TEXT_BYTES, mustGet } from './tiles.js';
import { walkTrustChain } from './trust.js';

/**
 * Verifies the latest checkpoint of a node, and that it continues the one remembered. Answers {verified, steps, facts};
 * `facts.note` is what to remember next, `fork` of an answer that is not verified is the proof of a fork, if it is one.
 *
 * @param source {get(path, maxBytes): bytes or null}, such as an HttpSource
 * @param options remembered: bytes of the note that was verified last
 */
export function verifyNode(source, trustFile, { remembered } = {}) {
  return reported(async (step) => {
    const trust = await parsePolicy(trustFile);
    const node = await step('trust', () => readNode(source, trustFile, trust), (it) => trustLine(it.epochs));
    const checkpoint = await step('checkpoint', () => checkpointOf(node.note, node.epochs), signedLine);
    await step('memory', () => requireNewerThan(remembered, checkpoint, node.epochs, source));
    return checkpoint;
  });
}

/**
 * Verifies that two nodes have one history: that the later of their checkpoints begins with the earlier one. One node
 * may be behind the other; `remembered` binds the later one. Answers as verifyNode does.
 */
export function verifyCompare(sources, trustFile, { remembered } = {}) {
  return reported(async (step) => {
    const trust = await parsePolicy(trustFile);
    const readBoth = () => Promise.all(sources.map((source) => readNode(source, trustFile, trust)));
    const nodes = await step('trust', readBoth, (both) => both.map((node) => trustLine(node.epochs)).join('; '));
    const epochs = await step('epochs', () => longestOf(nodes.map((node) => node.epochs)), (all) => `the nodes agree on epochs 0 to ${all.length - 1}`);
    const first = await step('first', () => checkpointOf(nodes[0].note, epochs), signedLine);
    const second = await step('second', () => checkpointOf(nodes[1].note, epochs), signedLine);
    const isSecondOlder = second.size < first.size;
    const [older, newer, source] = isSecondOlder ? [second, first, sources[0]] : [first, second, sources[1]];
    await step('history', () => requireContinues(older, newer, source), (path) => historyLine(older, newer, path));
    await step('memory', () => requireNewerThan(remembered, newer, epochs, source));
    return newer;
  });
}

/** Runs steps until one fails. A step answers what it found; `line` says it to people, without it what it found is the line. */
async function reported(run) {
  const steps = [];
  let current = 'trust';
  const step = async (name, action, line = (found) => found) => {
    current = name;
    const found = await action();
    const detail = line(found);
    steps.push(detail.absent ? { name, outcome: 'absent', detail: detail.absent } : { name, outcome: 'ok', detail });
    return found;
  };
  try {
    return { verified: true, steps, facts: await run(step) };
  } catch (failure) {
    if (!(failure instanceof VerifyError)) throw failure;
    steps.push({ name: current, outcome: 'failed', detail: failure.message, code: failure.code });
    return { verified: false, steps, facts: null, fork: failure.fork };
  }
}

async function readNode(source, trustFile, trust) {
  // The note first: a chain read after it has every epoch that the note can be of.
  const note = await mustGet(source, 'checkpoint', MAX_NOTE_BYTES);
  const chain = await source.get('trust.chain', MAX_TEXT_BYTES);
  return { note, epochs: chain === null ? [{ epoch: 0, policy: trust }] : await walkTrustChain(chain, trustFile) };
}

/** The longer of two chains, if the shorter one is its beginning. A node that is behind may not know the last epochs yet. */
function longestOf([first, second]) {
  for (let i = 0; i < Math.min(first.length, second.length); i++) {
    const [a, b] = [first[i], second[i]];
    const agree = a.configHash === undefined || b.configHash === undefined || equal(a.configHash, b.configHash);
    const signers = `${a.approvedBy?.join(', ')} and by ${b.approvedBy?.join(', ')}`;
    require(agree, FORKED, `the ledger has forked: two CONFIG leaves of epoch ${i}, approved by ${signers}`);
    const ends = [a.lastSize, b.lastSize].filter((size) => size !== undefined);
    require(ends[0] === (ends[1] ?? ends[0]), NOT_PROVEN, `the nodes say that epoch ${i} ended at ${ends[0]} and at ${ends[1]} leaves`);
  }
  return first.length >= second.length ? first : second;
}

function trustLine(epochs) {
  const { ledgerId } = epochs[0];
  if (ledgerId === undefined) return 'by the trust file itself, the node has no trust chain';
  return `ledger ${hex(ledgerId)}, epochs 0 to ${epochs.length - 1}, from the trust file`;
}

function signedLine({ size, root, origin, cosigners }) {
  return `${size} leaves with root ${hex(root)}, signed by log ${origin}, cosigned by ${cosigners.join(', ') || 'nobody'}`;
}

function historyLine(older, newer, path) {
  if (older.size === newer.size) return `both have the same ${newer.size} leaves`;
  return `the ${newer.size} leaves begin with the other's ${older.size}, by ${path.length} hashes`;
}
