package io.waxwing.anchor.outside.evm;

import java.math.BigInteger;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The chain that checkpoints are anchored to.
 *
 * @param chainId by EIP-155; another chain gets nothing
 * @param to the address that transactions go to, "0x" and 40 hexadecimal digits; null: to the sender itself
 * @param confirmations blocks from that of the transaction on, itself included, until it counts
 * @param patience to wait for these confirmations; after it the transaction stays pending and is looked for in the next
 *     round
 * @param maxGasPrice in wei; more is never offered
 */
public record EvmChain(
        long chainId, @Nullable String to, int confirmations, Duration patience, BigInteger maxGasPrice) {}
