package io.waxwing.anchor.outside.evm;

import io.waxwing.anchor.outside.AnchorFailure;
import io.waxwing.anchor.outside.AnchorRecord;
import io.waxwing.anchor.outside.CheckpointAnchor;
import io.waxwing.anchor.outside.evm.PendingAnchor.Try;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.note.AnchorData;
import io.waxwing.ledger.spi.AnchoredCheckpoint;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Anchors checkpoints as transactions of one account on an EVM chain, each with {@link AnchorData} as its data, and
 * waits until they are confirmed. What it signs is on the disk before it is sent: after a crash or a late block the
 * next call looks for it first, and a second try has the same nonce.
 */
public final class EvmAnchor implements CheckpointAnchor {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int MAX_TRIES = 16;
    private static final BigInteger MAX_GAS = BigInteger.valueOf(1_000_000);

    private final EvmRpc rpc;
    private final EvmChain chain;
    private final EvmSigner signer;
    private final Hash ledgerId;
    private final EvmJournal journal;
    private final LongSupplier clockMs;

    /**
     * An anchor that asks nothing before {@link #show}.
     *
     * @param address of the JSON-RPC endpoint
     * @param timeout of each exchange with it
     * @param clockMs for the records
     */
    public EvmAnchor(
            URI address,
            Duration timeout,
            EvmChain chain,
            EvmSigner signer,
            Hash ledgerId,
            EvmJournal journal,
            LongSupplier clockMs) {
        this.rpc = new EvmRpc(address, timeout);
        this.chain = chain;
        this.signer = signer;
        this.ledgerId = ledgerId;
        this.journal = journal;
        this.clockMs = clockMs;
    }

    @Override
    public String name() {
        return EvmJournal.NAME;
    }

    @Override
    public int maxBackoff() {
        // Its rounds are far apart anyway.
        return 6;
    }

    @Override
    public AnchorRecord show(PublishedCheckpoint checkpoint) throws AnchorFailure {
        if (isAnchored(checkpoint)) {
            return new AnchorRecord(name(), checkpoint.treeSize(), checkpoint.root(), null);
        }
        long there = rpc.chainId();
        if (there != chain.chainId()) {
            throw new AnchorFailure(
                    AnchorFailure.OTHER_CHAIN, "it is chain " + there + ", configured is " + chain.chainId());
        }
        try {
            PendingAnchor before = pendingHere();
            if (before != null) {
                settle(before, 0);
            }
            if (!isAnchored(checkpoint)) {
                settle(send(checkpoint), chain.patience().toNanos());
            }
            if (!isAnchored(checkpoint)) {
                throw new AnchorFailure(
                        AnchorFailure.NOT_CONFIRMED,
                        "no transaction has " + chain.confirmations() + " confirmations after "
                                + chain.patience().toMillis() + " ms; it is looked for again");
            }
        } catch (IOException e) {
            throw new AnchorFailure(AnchorFailure.RECORD, "the record of anchors: " + e);
        }
        return new AnchorRecord(name(), checkpoint.treeSize(), checkpoint.root(), null);
    }

    private boolean isAnchored(PublishedCheckpoint checkpoint) {
        return journal.latest().stream()
                .filter(one -> one.chainId() == chain.chainId())
                .findFirst()
                .filter(one -> one.treeSize() >= checkpoint.treeSize())
                .isPresent();
    }

    /** What is under way of this account on this chain. */
    private @Nullable PendingAnchor pendingHere() {
        PendingAnchor pending = journal.pending();
        boolean isHere = pending != null
                && pending.chainId() == chain.chainId()
                && pending.sender().equals(signer.address());
        return isHere ? pending : null;
    }

    /** Looks, for so long, whether one of the tries is confirmed; what it finds is kept. */
    private void settle(PendingAnchor pending, long waitNanos) throws AnchorFailure, IOException {
        long deadline = System.nanoTime() + waitNanos;
        while (true) {
            if (found(pending)) {
                return;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                break;
            }
            sleep(Math.min(left, POLL_NANOS));
        }
        if (rpc.transactionCount(signer.address(), "latest").compareTo(pending.nonce()) > 0 && !isInABlock(pending)) {
            // Somebody else used the account's nonce: none of the tries can get into a block any more.
            journal.clearPending();
        }
    }

    private boolean found(PendingAnchor pending) throws AnchorFailure, IOException {
        for (Try one : pending.tries()) {
            EvmRpc.Receipt receipt = rpc.receipt(one.transaction());
            if (receipt != null && !receipt.succeeded()) {
                journal.clearPending();
                throw new AnchorFailure(
                        AnchorFailure.FAILED_THERE,
                        "transaction 0x" + one.transaction().hex() + " failed in block " + receipt.blockNumber());
            }
            if (receipt != null && rpc.blockNumber() - receipt.blockNumber() >= chain.confirmations() - 1) {
                journal.confirmed(new AnchoredCheckpoint(
                        name(),
                        chain.chainId(),
                        one.transaction(),
                        receipt.blockNumber(),
                        receipt.blockHash(),
                        one.treeSize(),
                        one.root(),
                        clockMs.getAsLong()));
                return true;
            }
        }
        return false;
    }

    private boolean isInABlock(PendingAnchor pending) throws AnchorFailure {
        for (Try one : pending.tries()) {
            if (rpc.receipt(one.transaction()) != null) {
                return true;
            }
        }
        return false;
    }

    /** Signs, keeps and sends; with the nonce of what is under way already, and for more than that offered. */
    private PendingAnchor send(PublishedCheckpoint checkpoint) throws AnchorFailure, IOException {
        PendingAnchor pending = pendingHere();
        if (pending != null && (pending.tries().size() >= MAX_TRIES || isInABlock(pending))) {
            return pending;
        }
        String to = chain.to() == null ? signer.address() : chain.to();
        ByteString data = new AnchorData(ledgerId, checkpoint.treeSize(), checkpoint.root()).encode();
        BigInteger gas = rpc.estimateGas(signer.address(), to, data);
        BigInteger price = price(pending);
        if (gas.compareTo(MAX_GAS) > 0) {
            throw new AnchorFailure(AnchorFailure.NOT_TAKEN, "it would take " + gas + " gas, allowed is " + MAX_GAS);
        }
        if (pending == null) {
            BigInteger nonce = rpc.transactionCount(signer.address(), "pending");
            pending = new PendingAnchor(chain.chainId(), signer.address(), nonce, List.of());
        }
        EvmSigner.Signed signed =
                signer.sign(new EvmSigner.Unsigned(pending.nonce(), price, gas, to, data), chain.chainId());
        PendingAnchor next = pending.with(new Try(signed.hash(), checkpoint.treeSize(), checkpoint.root(), price));
        journal.setPending(next);
        try {
            rpc.send(signed);
        } catch (AnchorFailure e) {
            if (e.code().equals(AnchorFailure.NOT_TAKEN)) {
                giveUpLast(next);
            }
            throw e;
        }
        return next;
    }

    private void giveUpLast(PendingAnchor pending) throws IOException {
        if (pending.tries().size() == 1) {
            journal.clearPending();
        } else {
            journal.setPending(pending.withoutLast());
        }
    }

    /** What the chain asks, and at least an eighth more than was offered for this nonce before. */
    private BigInteger price(@Nullable PendingAnchor pending) throws AnchorFailure {
        BigInteger price = rpc.gasPrice();
        if (pending != null) {
            BigInteger offered = pending.tries().get(pending.tries().size() - 1).gasPrice();
            price = price.max(offered.add(offered.shiftRight(3)).add(BigInteger.ONE));
        }
        if (price.compareTo(chain.maxGasPrice()) > 0) {
            throw new AnchorFailure(
                    AnchorFailure.NOT_TAKEN, "the gas price is " + price + " wei, allowed are " + chain.maxGasPrice());
        }
        return price;
    }

    private static void sleep(long nanos) throws AnchorFailure {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AnchorFailure(AnchorFailure.NOT_CONFIRMED, "interrupted while it waited for a block");
        }
    }
}
