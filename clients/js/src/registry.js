/**
 * The registry of a CONFIG leaf: who has which key. Lines of items separated by one space, LF-ended:
 * `institution <id> <name> validator|observer <vote key> <cosigner key> <log key>`, `origin <originId> <institution id>
 * active|retired <key>`, `node <originId> <host:port> <pin>`, `audience <id> quorum|origin|all <institution id>,...`, `topic
 * <tag> <audience id> active|retired`, `parameter time <milliseconds>`,
 * `parameter challenge-blocks <blocks>`, `parameter challenge-time <milliseconds>`.
 */
import { ascii, concat, decimal, unhex, utf8Text } from './bytes.js';
import { requireKey } from './ed25519.js';
import { MALFORMED, UNTRUSTED, require } from './failure.js';
import { requireSigned } from './leaf.js';

const ITEMS = { institution: 6, origin: 4, node: 3, audience: 3, topic: 3, parameter: 2 };
// What stands first in these lines is a name, not a number.
const NAMED = ['topic', 'parameter'];

export function parseRegistry(bytes) {
  const text = utf8Text(bytes, 'the registry');
  require(text.endsWith('\n'), MALFORMED, 'the last line of the registry does not end with a newline');
  const registry = Object.fromEntries(Object.keys(ITEMS).map((kind) => [kind, new Map()]));
  for (const line of text.slice(0, -1).split('\n')) {
    const [kind, ...items] = line.split(' ');
    require(Object.hasOwn(ITEMS, kind) && items.length === ITEMS[kind], MALFORMED, `unknown registry line '${line}'`);
    const id = NAMED.includes(kind) ? items[0] : decimal(items[0], `an id of the registry's ${kind} lines`);
    require(!registry[kind].has(id), MALFORMED, `the registry has ${kind} ${id} twice`);
    registry[kind].set(id, PARSERS[kind](items, line));
  }
  return registry;
}

const PARSERS = {
  institution: ([, name, role, ...keys], line) => ({
    name,
    isValidator: oneOf(role, ['validator', 'observer'], line) === 'validator',
    keys: keys.map((key) => key32(key, name)),
  }),
  origin: ([, institution, state, key], line) => ({
    institution: decimal(institution, 'an institution id'),
    isActive: oneOf(state, ['active', 'retired'], line) === 'active',
    key: key32(key, line),
  }),
  node: ([, address, pin], line) => {
    require(/^[a-z0-9.-]+:[1-9][0-9]*$/.test(address), MALFORMED, `'${address}' is no address in registry line '${line}'`);
    const digest = unhex(pin, 'a pin');
    require(digest.length === 32, MALFORMED, `the pin in registry line '${line}' is not of 32 bytes`);
    return { address, pin: digest };
  },
  parameter: ([name, value], line) => {
    require(['challenge-blocks', 'challenge-time', 'time'].includes(name), MALFORMED, `unknown parameter in registry line '${line}'`);
    return decimal(value, `the parameter ${name}`);
  },
  audience: ([, availability, ids], line) => ({
    availability: oneOf(availability, ['quorum', 'origin', 'all'], line),
    institutions: ids.split(',').map((id) => decimal(id, 'an institution id')),
  }),
  topic: ([tag, audience, state], line) => ({
    tag: unhex(tag, 'a topic tag'),
    audience: decimal(audience, 'an audience id'),
    isActive: oneOf(state, ['active', 'retired'], line) === 'active',
  }),
};

function oneOf(word, words, line) {
  require(words.includes(word), MALFORMED, `unknown word '${word}' in registry line '${line}'`);
  return word;
}

function key32(text, whose) {
  const key = unhex(text, `a key of ${whose}`);
  requireKey(key, `a key of ${whose}`);
  return key;
}

export function faults(n) {
  return Math.floor((n - 1) / 3);
}

/** Q of n validators. */
export function quorum(n) {
  return Math.floor((n + faults(n)) / 2) + 1;
}

/** t: how many holders, its origin included, a batch for this audience needs. */
export function holdersNeeded(audience) {
  const members = audience.institutions.length;
  if (audience.availability === 'origin') return 1;
  if (audience.availability === 'all') return members;
  return members >= 4 ? members - faults(members) : Math.min(2, members);
}

/** Checks that at least Q validators of the registry in force approve the next CONFIG leaf; answers their ids. */
export async function verifyApprovals(config, ledgerId, registry) {
  const approved = await approvers(config, ledgerId, registry);
  const validators = [...registry.institution.values()].filter((member) => member.isValidator).length;
  const needed = quorum(validators);
  require(approved.size >= needed, UNTRUSTED, `epoch ${config.epoch} is approved by ${approved.size} of ${validators}, needed are ${needed}`);
  return approved;
}

/** The validators that approve a CONFIG leaf; a wrong approval spoils it. At genesis there may be none: the trust file is why it is believed. */
export async function approvers(config, ledgerId, registry) {
  const message = concat(ascii('evl/config/v1\n'), ledgerId, config.unapproved);
  const approved = new Set();
  for (const { originId, signature } of config.approvals) {
    const origin = registry.origin.get(originId);
    await requireSigned(origin?.key, message, signature, `origin ${originId} on the CONFIG leaf of epoch ${config.epoch}`);
    if (origin.isActive && registry.institution.get(origin.institution)?.isValidator) approved.add(origin.institution);
  }
  return approved;
}
