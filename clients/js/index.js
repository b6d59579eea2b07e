/** The second, independent verifier of Waxwing: receipts, checkpoints, ranges and whole ledgers, with a trust file alone. */
export { VerifyError } from './src/failure.js';
export { parsePolicy, verifyCheckpoint } from './src/policy.js';
export { parseReceipt, verifyReceipt } from './src/receipt.js';
export { walkTrustChain } from './src/trust.js';
export { verifyLog } from './src/log.js';
export { verifyCompare, verifyNode } from './src/compare.js';
export { verifyRange } from './src/range.js';
export { decodeRange, verifyRangeFile } from './src/rangefile.js';
export { HttpSource } from './src/tiles.js';
export { decodeLeaf } from './src/leaf.js';
