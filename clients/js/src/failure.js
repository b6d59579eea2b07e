/** What a verification can end with. `code` is stable, the message is for people. */
export const MALFORMED = 'MALFORMED'; // the bytes do not have the form of the specification
export const NOT_PROVEN = 'NOT_PROVEN'; // well formed, but a hash, chain or count does not fit
export const UNTRUSTED = 'UNTRUSTED'; // a signature is wrong or the policy's quorum is not met
export const UNREACHABLE = 'UNREACHABLE'; // the node did not give what was asked for

export class VerifyError extends Error {
  constructor(code, message) {
    super(message);
    this.name = 'VerifyError';
    this.code = code;
  }
}

export function require(holds, code, message) {
  if (!holds) throw new VerifyError(code, message);
}
