/** What an event commits to without showing it (ledger.md section 6). */
import { ascii, concat, u32 } from './bytes.js';
import { verify } from './ed25519.js';
import { MALFORMED, NOT_PROVEN, UNTRUSTED, require } from './failure.js';
import { hmac, sha256 } from './hash.js';
import { rootOf } from './merkle.js';

export const TOPIC = 0;
export const HEADERS = 1;
export const PUBLISHER = 2;
export const PAYLOAD = 3;
export const COMPONENTS = 4;
const PUBLISHER_BYTES = 96; // key 32, signature 64

export function topicTag(topicKey, tagEpoch) {
  return hmac(topicKey, ascii('evl/topic/v1'), u32(tagEpoch));
}

/** k_i, from which C_i is made and by which one component is disclosed. */
export function componentKey(salt, i) {
  return hmac(salt, ascii('evl/comp/v1'), Uint8Array.of(i));
}

/** C_i. */
export function componentCommitment(key, bytes) {
  return hmac(key, bytes);
}

/** MTH([C_0 .. C_3]). */
export function payloadCommit(commitments) {
  return rootOf(commitments);
}

/**
 * The commitment that the disclosed {i, key, bytes} and undisclosed {i, commitment} components add up to; each
 * component must be there once, one way or the other.
 */
export async function commitmentOf(disclosed, undisclosed) {
  const commitments = new Array(COMPONENTS).fill(null);
  const put = (i, commitment) => {
    require(i < COMPONENTS, MALFORMED, `component ${i} does not exist`);
    require(commitments[i] === null, MALFORMED, `component ${i} stands there twice`);
    commitments[i] = commitment;
  };
  for (const { i, key, bytes } of disclosed) put(i, await componentCommitment(key, bytes));
  for (const { i, commitment } of undisclosed) put(i, commitment);
  const missing = commitments.indexOf(null);
  require(missing < 0, NOT_PROVEN, `component ${missing} is neither disclosed nor committed to`);
  return payloadCommit(commitments);
}

/** The publisher's key if all four components are known and signed by one; null if there is nothing to check. */
export async function verifyPublisher(components) {
  const [topic, headers, publisher, payload] = components;
  if (publisher === undefined || publisher.length === 0) return null;
  require(publisher.length === PUBLISHER_BYTES, MALFORMED, `the publisher component is not ${PUBLISHER_BYTES} bytes`);
  if (topic === undefined || headers === undefined || payload === undefined) return null;
  const key = publisher.subarray(0, 32);
  const lengths = [u32(topic.length), u32(headers.length)];
  const message = concat(ascii('evl/publish/v1\n'), lengths[0], topic, lengths[1], headers, await sha256(payload));
  require(await verify(key, message, publisher.subarray(32)), UNTRUSTED, 'the signature of the publisher is wrong');
  return key;
}
