package io.waxwing.anchor.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.anchor.availability.AudienceSecret;
import io.waxwing.anchor.availability.Audiences;
import io.waxwing.anchor.availability.HeldBatch;
import io.waxwing.anchor.availability.Members;
import io.waxwing.anchor.availability.PayloadFrame;
import io.waxwing.anchor.availability.PayloadStore;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.Hash;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in of the channel PAYLOAD: bounds what each node may have under way here, decodes, hashes and checks
 * signatures on the verifying pool, serves payloads to members from the reading pool, and hands what holds to the core
 * thread. {@link #onFrame} takes any thread and never waits.
 */
final class PayloadTraffic {
    /** Most bytes of one node's frames that are being checked. More is dropped; the sender says it again. */
    static final long BYTES_EACH = 16L << 20;
    /** Most of one node's frames that are being checked, whatever their size. */
    static final int FRAMES_EACH = 256;
    /** Most payloads that are being read for one node at a time. */
    static final int READS_EACH = 16;

    private static final Logger LOG = LoggerFactory.getLogger(PayloadTraffic.class);
    private static final String UNENTITLED = "WXW-3191";
    private static final String NOT_OURS = "this node is not in the audience";
    private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final PayloadAgent agent;
    private final Pools pools;
    private final PayloadStore store;
    private final PayloadOut out;
    private final Audiences audiences;
    private final Predicate<Hash> wanted;
    private final Map<Integer, Usage> usage = new ConcurrentHashMap<>();
    // Hashing a batch is most of the work of holding it, and under load origins say it again before it is done.
    private final Set<Hash> underWay = ConcurrentHashMap.newKeySet();
    private final Counter refused;
    private final Counter dropped;
    private final Counter served;
    private volatile Members members;

    /** Where work is done: signatures and hashes, reads of the disk, and the core thread; each may refuse. */
    record Pools(Executor verify, Executor readers, Executor core) {}

    private static final class Usage {
        final AtomicLong frames = new AtomicLong();
        final AtomicLong bytes = new AtomicLong();
        final AtomicLong reads = new AtomicLong();
        volatile long loggedNanos = System.nanoTime() - LOG_EVERY_NANOS;

        void done(byte[] frame) {
            frames.decrementAndGet();
            bytes.addAndGet(-frame.length);
        }
    }

    PayloadTraffic(PayloadAgent agent, PayloadAgent.Parts parts, Predicate<Hash> wanted, MeterRegistry registry) {
        this.agent = agent;
        this.pools = new Pools(parts.verify(), parts.readers(), parts.core());
        this.store = parts.store();
        this.out = parts.out();
        this.audiences = parts.audiences();
        this.members = parts.members();
        this.wanted = wanted;
        this.refused = counter(registry, "waxwing.payload.frames.refused", "Payload frames that were wrong or not due");
        this.dropped = counter(registry, "waxwing.payload.frames.dropped", "Payload frames that found no room here");
        this.served = counter(registry, "waxwing.payload.served", "Batches of payloads given to a member that asked");
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    /** Who may send what from now on. Any thread. */
    void members(Members now) {
        members = now;
    }

    void onFrame(int from, byte[] frame) {
        Usage of = usage.computeIfAbsent(from, unused -> new Usage());
        boolean many = of.frames.incrementAndGet() > FRAMES_EACH;
        boolean large = of.bytes.addAndGet(frame.length) > BYTES_EACH && of.bytes.get() > frame.length;
        if (many || large) {
            of.done(frame);
            dropped.increment();
            return;
        }
        boolean given = give(pools.verify(), () -> {
            try {
                take(from, PayloadFrame.decode(frame), of);
            } catch (LedgerFailure e) {
                refuse(from, of, e);
            } finally {
                of.done(frame);
            }
        });
        if (!given) {
            of.done(frame);
        }
    }

    private boolean give(Executor to, Runnable work) {
        try {
            to.execute(work);
            return true;
        } catch (RejectedExecutionException full) {
            dropped.increment();
            return false;
        }
    }

    private void refuse(int from, Usage of, LedgerFailure why) {
        refused.increment();
        long now = System.nanoTime();
        if (now - of.loggedNanos >= LOG_EVERY_NANOS) {
            of.loggedNanos = now;
            LOG.atWarn()
                    .addKeyValue("code", why.code())
                    .log("a payload frame of node {} is refused: {}", from, why.getMessage());
        }
    }

    private void take(int from, PayloadFrame frame, Usage of) {
        if (frame instanceof PayloadFrame.Push push) {
            takePush(from, push);
        } else if (frame instanceof PayloadFrame.Held held) {
            require(members.isSigned(from, held), "its signature for a batch is wrong");
            give(pools.core(), () -> agent.onHeld(from, held));
        } else if (frame instanceof PayloadFrame.Pull pull) {
            takePull(from, pull, of);
        } else if (frame instanceof PayloadFrame.NotHeld notHeld) {
            require(wanted.test(notHeld.batchId()), "it answers what nobody asked");
            give(pools.core(), () -> agent.onNotHeld(from, notHeld.batchId()));
        } else if (frame instanceof PayloadFrame.SecretWanted asks) {
            requireMember(from, asks.audienceId());
            AudienceSecret asked = audiences.secret(asks.audienceId());
            Hash known = asked == null ? null : asked.secret();
            if (known != null) {
                // Whoever lacks it asks again.
                boolean unused = out.send(from, new PayloadFrame.Secret(asks.audienceId(), known).encode());
            }
        } else if (frame instanceof PayloadFrame.Secret said) {
            requireMember(from, said.audienceId());
            require(audiences.contains(said.audienceId()), NOT_OURS);
            give(pools.core(), () -> agent.onSecret(from, said.audienceId(), said.secret()));
        }
    }

    private void takePush(int from, PayloadFrame.Push push) {
        Hash batchId = push.header().batchId();
        require(
                from == push.header().lane().originId() || wanted.test(batchId),
                "it sends payloads of another node that nobody asked for");
        AudienceSecret of = audiences.secret(push.header().lane().audienceId());
        if (of == null) {
            throw new LedgerFailure(UNENTITLED, NOT_OURS);
        }
        // What is wanted is final: its id names the signature too, and its origin may have left since.
        require(
                wanted.test(batchId) || members.isSigned(push.header()),
                "the batch is not signed by an origin that may write it");
        if (of.secret() == null) {
            dropped.increment();
            return;
        }
        if (!underWay.add(batchId)) {
            return;
        }
        boolean given = false;
        try {
            HeldBatch batch = checked(push, of);
            given = give(pools.core(), () -> agent.onPush(from, batch));
        } finally {
            if (!given) {
                settled(batchId);
            }
        }
    }

    /** What comes of that batch from now on is looked at again. Any thread. */
    void settled(Hash batchId) {
        underWay.remove(batchId);
    }

    private static HeldBatch checked(PayloadFrame.Push push, AudienceSecret of) {
        int origin = push.header().lane().originId();
        try {
            HeldBatch batch = HeldBatch.check(push, topic -> Objects.requireNonNull(of.tagOf(topic)));
            of.onBatch(origin, true);
            return batch;
        } catch (LedgerFailure e) {
            if (e.code().equals(HeldBatch.MISMATCH)) {
                of.onBatch(origin, false);
            }
            throw e;
        }
    }

    private void takePull(int from, PayloadFrame.Pull pull, Usage of) {
        requireMember(from, pull.lane().audienceId());
        if (of.reads.incrementAndGet() > READS_EACH) {
            of.reads.decrementAndGet();
            dropped.increment();
            return;
        }
        boolean given = give(pools.readers(), () -> {
            try {
                PayloadFrame.Push found = store.read(pull.lane(), pull.batchSeq(), pull.batchId());
                byte[] answer = found == null ? new PayloadFrame.NotHeld(pull.batchId()).encode() : found.encode();
                if (out.send(from, answer) && found != null) {
                    served.increment();
                }
            } finally {
                of.reads.decrementAndGet();
            }
        });
        if (!given) {
            of.reads.decrementAndGet();
        }
    }

    private void requireMember(int from, long audienceId) {
        require(members.isMember(from, audienceId), "it is not in audience " + audienceId);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new LedgerFailure(UNENTITLED, otherwise);
        }
    }
}
