/** What a verification can end with. `code` is stable, the message is for people. */
export const MALFORMED = 'MALFORMED'; // the bytes do not have the form of the specification
export const NOT_PROVEN = 'NOT_PROVEN'; // well formed, but a hash, chain or count does not fit
export const UNTRUSTED = 'UNTRUSTED'; // a signature is wrong or the policy's quorum is not met
export const UNREACHABLE = 'UNREACHABLE'; // the node did not give what was asked for
export const ROLLED_BACK = 'ROLLED_BACK'; // signed well, but older than a checkpoint seen before
export const FORKED = 'FORKED'; // two quorums signed what no one ledger can hold; the failure carries the proof

export class VerifyError extends Error {
  /** `fork`: of a FORKED failure, what proves it to others (continuity.js). */
  constructor(code, message, fork) {
    super(message);
    this.name = 'VerifyError';
    this.code = code;
    this.fork = fork;
  }
}

export function require(holds, code, message) {
  if (!holds) throw new VerifyError(code, message);
}
