/**
 * Checkpoints as the data of transactions on an EVM chain. Transactions are signed by web3j, which nobody else uses;
 * the few JSON-RPC calls are our own, bounded in time and bytes.
 */
@NullMarked
package io.waxwing.anchor.outside.evm;

import org.jspecify.annotations.NullMarked;
