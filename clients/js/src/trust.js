/** Epochs: from the trust file over the CONFIG leaves to the policy and keys of today (ledger.md section 8). */
import { Reader, ascii, equal } from './bytes.js';
import { MALFORMED, NOT_PROVEN, UNTRUSTED, VerifyError, require } from './failure.js';
import { leafHash, sha256 } from './hash.js';
import { CONFIG, ZERO_HASH, decodeLeafOf } from './leaf.js';
import { MAX_PATH, isIncluded } from './merkle.js';
import { parsePolicy, verifyCheckpoint } from './policy.js';
import { approvers, parseRegistry, verifyApprovals } from './registry.js';

const MAGIC = ascii('evl/trust-chain/v1\n');

/** The first epoch, whose policy must be the very bytes of the trust file: {ledgerId, epoch, policy, registry, configHash}. */
export async function firstEpoch(config, trustFile) {
  require(equal(config.policy, trustFile), UNTRUSTED, 'the trust file is not the policy in the genesis CONFIG leaf');
  require(config.epoch === 0 && config.firstHeight === 0n, NOT_PROVEN, 'the genesis CONFIG leaf is not of epoch 0 and height 0');
  require(equal(config.previousConfig, ZERO_HASH), NOT_PROVEN, 'the genesis CONFIG leaf names one before it');
  const ledgerId = await sha256(config.bytes);
  const registry = parseRegistry(config.registry);
  await approvers(config, ZERO_HASH, registry);
  return { ledgerId, epoch: 0, policy: await parsePolicy(trustFile), registry, configHash: ledgerId };
}

/** The epoch after `before`, if its CONFIG leaf follows it and is approved by it. */
export async function nextEpoch(config, before) {
  require(config.epoch === before.epoch + 1, NOT_PROVEN, `epoch ${config.epoch} cannot follow epoch ${before.epoch}`);
  require(equal(config.previousConfig, before.configHash), NOT_PROVEN, `epoch ${config.epoch} does not name the CONFIG leaf before it`);
  const approved = await verifyApprovals(config, before.ledgerId, before.registry);
  const approvedBy = Array.from(approved, (id) => before.registry.institution.get(id).name);
  const policy = await parsePolicy(config.policy);
  const registry = parseRegistry(config.registry);
  return { ledgerId: before.ledgerId, epoch: config.epoch, policy, registry, approvedBy, configHash: await sha256(config.bytes) };
}

function parseChain(bytes) {
  const reader = new Reader(bytes, 'the trust chain');
  require(equal(reader.take(MAGIC.length), MAGIC), MALFORMED, 'the trust chain does not begin with its name');
  const count = reader.u16();
  require(count > 0, MALFORMED, 'the trust chain is empty');
  const entries = Array.from({ length: count }, () => {
    const config = decodeLeafOf(CONFIG, reader.take(reader.u32()));
    const index = reader.index();
    const length = reader.u8();
    require(length <= MAX_PATH, MALFORMED, 'a path of the trust chain is too long');
    return { config, index, path: reader.hashes(length), note: reader.take(reader.u32()) };
  });
  reader.end();
  return entries;
}

/**
 * Walks a trust.chain. Each epoch but the last ends with the handover checkpoint `lastSize`, which the epoch itself
 * signed and which holds the CONFIG leaf of the next one.
 */
export async function walkTrustChain(bytes, trustFile) {
  const entries = parseChain(bytes);
  const epochs = [];
  for (const { config, index, path, note } of entries) {
    const before = epochs.at(-1);
    const epoch = before === undefined ? await firstEpoch(config, trustFile) : await nextEpoch(config, before);
    const checkpoint = await verifyCheckpoint(note, (before ?? epoch).policy);
    const leaf = await leafHash(config.bytes);
    require(
      await isIncluded(leaf, index, checkpoint.size, path, checkpoint.root),
      NOT_PROVEN,
      `the CONFIG leaf of epoch ${config.epoch} is not under its checkpoint`,
    );
    if (before !== undefined) {
      const earlier = epochs.at(-2)?.lastSize ?? 0;
      require(checkpoint.size > earlier, NOT_PROVEN, `epoch ${before.epoch} ends before it began`);
      before.lastSize = checkpoint.size;
    }
    epochs.push(epoch);
  }
  return epochs;
}

/** The one epoch whose policy counts for a checkpoint of this size: beyond its handover an epoch's keys are worth nothing. */
export function epochOfSize(epochs, size) {
  const found = epochs.find((epoch) => epoch.lastSize === undefined || size <= epoch.lastSize);
  if (found === undefined) throw new VerifyError(NOT_PROVEN, `no epoch of the trust chain covers ${size} leaves`);
  return found;
}
