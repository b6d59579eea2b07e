package io.waxwing.perf.micro;

import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.commit.Component;
import io.waxwing.ledger.commit.PayloadCommitment;
import io.waxwing.ledger.commit.Salt;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.merkle.CompactRange;
import io.waxwing.ledger.merkle.MerkleRoot;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.node.crypto.Signatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What an event and a batch cost before and on the ledger; the batch has one segment of so many events. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LedgerBench {
    /** Events of a batch. */
    @Param({"1", "100", "4096"})
    public int events;

    private final Signatures signatures = Signatures.get();
    private final Signer key = signatures.signer(new byte[32]);
    private final byte[] topic = Component.topic("site/7/device/11/state");
    private final byte[] headers = Component.headers(Map.of("id", "1", "source", "/device/11"));
    private final Salt salt = Salt.of(new byte[Salt.LENGTH]);
    private final byte[] payload = new byte[256];
    private final List<Hash> commitments = new ArrayList<>();
    private final CompactRange range = new CompactRange();
    private BatchHeader header = statement().signedBy(key, Hash.ZERO);

    /** The events' commitments. */
    @Setup
    public void fill() {
        for (int i = 0; i < events; i++) {
            commitments.add(Sha256.digest(new byte[] {(byte) i, (byte) (i >> 8)}));
        }
        header = statement().signedBy(key, Hash.ZERO);
    }

    private BatchStatement statement() {
        Hash root = commitments.isEmpty() ? Hash.ZERO : MerkleRoot.ofHashEntries(commitments);
        return BatchStatement.over(
                new Lane(1, 1), 1, 1, List.of(new OriginPart(1, 1, Math.max(1, events), 5, Hash.ZERO, root)));
    }

    /** The salted commitment of one event of 256 bytes. */
    @Benchmark
    public Hash commitment() {
        return PayloadCommitment.of(salt, topic, headers, new byte[0], payload).payloadCommit();
    }

    /** One leaf more. */
    @Benchmark
    public long append() {
        range.append(Hash.ZERO);
        return range.size();
    }

    /** The root of the events and the origin's signature. */
    @Benchmark
    public BatchHeader seal() {
        return statement().signedBy(key, Hash.ZERO);
    }

    /** What every other node checks. */
    @Benchmark
    public boolean verify() {
        return header.verify(key.publicKey(), Hash.ZERO, signatures);
    }

    /** One signature. */
    @Benchmark
    public ByteString sign() {
        return ByteString.of(key.sign(payload));
    }
}
