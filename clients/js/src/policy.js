/** C2SP tlog-policy: which logs and witnesses are trusted, and how many witnesses are enough. */
import { decimal, equal, octetText } from './bytes.js';
import { MALFORMED, UNTRUSTED, VerifyError, require } from './failure.js';
import {
  COSIGNER_KEY,
  LOG_KEY,
  isBy,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  verifyCosignature,
  verifyLogSignature,
} from './note.js';

export const MAX_POLICY_BYTES = 1 << 20;

const FORBIDDEN = /[^\t\n\x20-\x7e\x80-\xff]/;
const NONE = 'none';

/** A parsed policy. `bytes` are the file's own, to be compared with the one in a genesis leaf. */
export async function parsePolicy(bytes) {
  require(bytes.length <= MAX_POLICY_BYTES, MALFORMED, `a policy of ${bytes.length} bytes, at most ${MAX_POLICY_BYTES} are read`);
  const text = octetText(bytes);
  require(!FORBIDDEN.test(text), MALFORMED, 'the policy has a control character');
  require(text.endsWith('\n'), MALFORMED, 'the last line of the policy does not end with a newline');
  const policy = { bytes, logs: [], witnesses: [], named: new Map(), quorum: undefined };
  const members = new Set();
  for (const line of text.slice(0, -1).split('\n')) {
    const items = line.split(/[ \t]+/).filter((item) => item !== '');
    if (items.length > 0 && !items[0].startsWith('#')) await addLine(policy, members, items, line);
  }
  require(policy.quorum !== undefined, MALFORMED, 'the policy has no quorum line');
  return policy;
}

async function addLine(policy, members, [kind, ...items], line) {
  const counts = { log: [1, 2], witness: [2, 3], group: [3, Infinity], quorum: [1, 1] };
  require(Object.hasOwn(counts, kind), MALFORMED, `unknown policy line '${line}'`);
  const [least, most] = counts[kind];
  require(items.length >= least && items.length <= most, MALFORMED, `wrong number of items in policy line '${line}'`);
  if (kind === 'log') {
    await addKey(policy.logs, items[0], LOG_KEY);
  } else if (kind === 'witness') {
    const key = await addKey(policy.witnesses, items[1], COSIGNER_KEY);
    define(policy, items[0], { key });
  } else if (kind === 'group') {
    addGroup(policy, members, items);
  } else {
    require(policy.quorum === undefined, MALFORMED, 'the policy has two quorum lines');
    require(items[0] === NONE || policy.named.has(items[0]), MALFORMED, `quorum '${items[0]}' is not defined before`);
    policy.quorum = items[0];
  }
}

async function addKey(keys, vkey, type) {
  const key = await parseVerifierKey(vkey, type);
  require(!keys.some((other) => equal(other.key, key.key)), MALFORMED, `the key of ${key.name} stands in the policy twice`);
  keys.push(key);
  return key;
}

function define(policy, name, meaning) {
  require(name !== NONE && !policy.named.has(name), MALFORMED, `the policy name '${name}' is taken`);
  policy.named.set(name, meaning);
}

function addGroup(policy, members, [name, threshold, ...names]) {
  for (const member of names) {
    require(policy.named.has(member), MALFORMED, `group '${name}' names '${member}', which is not defined before`);
    require(!members.has(member), MALFORMED, `'${member}' is a group member twice`);
    members.add(member);
  }
  const words = { any: 1, all: names.length };
  const needed = Object.hasOwn(words, threshold) ? words[threshold] : decimal(threshold, `the threshold of group '${name}'`);
  require(needed >= 1 && needed <= names.length, MALFORMED, `group '${name}' needs ${needed} of ${names.length}`);
  define(policy, name, { needed, names });
}

function isMet(policy, name, cosigned) {
  if (name === NONE) return true;
  const { key, names, needed } = policy.named.get(name);
  if (key !== undefined) return cosigned.has(key);
  return names.filter((member) => isMet(policy, member, cosigned)).length >= needed;
}

/**
 * A checkpoint that a log of the policy signed and a quorum of its witnesses cosigned: {origin, size, root, cosigners}.
 * Unknown signatures are ignored; a wrong one by a known key spoils the whole note.
 */
export async function verifyCheckpoint(noteBytes, policy) {
  const note = parseNote(noteBytes);
  const checkpoint = parseCheckpoint(note.text);
  const cosigned = new Set();
  let logSigned = false;
  for (const signature of note.signatures) {
    // The logs of one ledger share a name, and a short id can be searched for: any of them may have signed.
    const logs = policy.logs.filter((key) => key.name === checkpoint.origin && isBy(signature, key));
    const witness = policy.witnesses.find((key) => isBy(signature, key));
    if (logs.length > 0) {
      const tried = await Promise.all(logs.map((log) => verifyLogSignature(log, note.text, signature)));
      requireSigned(tried.includes(true), signature);
      logSigned = true;
    } else if (witness !== undefined) {
      requireSigned(await verifyCosignature(witness, note.text, signature), signature);
      cosigned.add(witness);
    }
  }
  require(logSigned, UNTRUSTED, `no log of the policy signed this checkpoint of '${checkpoint.origin}'`);
  if (!isMet(policy, policy.quorum, cosigned)) {
    const missing = policy.witnesses.filter((key) => !cosigned.has(key)).map((key) => key.name);
    throw new VerifyError(UNTRUSTED, `the quorum '${policy.quorum}' is not met, no cosignature of ${missing.join(', ')}`);
  }
  return { ...checkpoint, cosigners: Array.from(cosigned, (key) => key.name) };
}

function requireSigned(isSigned, signature) {
  require(isSigned, UNTRUSTED, `the signature of ${signature.name} is wrong`);
}
