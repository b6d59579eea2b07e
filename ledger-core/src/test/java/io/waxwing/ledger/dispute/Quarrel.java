package io.waxwing.ledger.dispute;

import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.CarriedBatch;
import io.waxwing.ledger.batch.CarriedEvent;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.execute.Execution;
import io.waxwing.ledger.fixture.MemoryLedger;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.BatchLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.merkle.MerkleRoot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Four institutions a to d; a has ordered batches with real payloads, and the others quarrel about them. */
final class Quarrel {
    static final Hash TAG = Sha256.digest(new byte[] {7});

    final MemoryLedger ledger = new MemoryLedger();
    final CarriedBatch payloads = payloads("one", "two");
    final BatchReference batch;
    final long leafIndex;
    private long batches;

    Quarrel() {
        batch = order(payloads, "b", "c");
        leafIndex = lastBatchIndex;
    }

    private long lastBatchIndex;

    static CarriedBatch payloads(String... texts) {
        List<CarriedEvent> events = new ArrayList<>();
        List<Hash> tags = new ArrayList<>();
        for (String text : texts) {
            byte[] payload = text.getBytes(StandardCharsets.UTF_8);
            events.add(new CarriedEvent(1, 1, false, 5, Sha256.digest(payload), "t", new byte[0], payload));
            tags.add(TAG);
        }
        return CarriedBatch.of(tags, events);
    }

    /** A batch of origin a with these payloads is final, two events for each. */
    BatchReference order(CarriedBatch of, String... holders) {
        long originSeq = 1 + batches * of.events().size();
        batches++;
        List<Hash> commits =
                of.events().stream().map(CarriedEvent::payloadCommit).toList();
        OriginPart part = new OriginPart(1, originSeq, commits.size(), 5, TAG, MerkleRoot.ofHashEntries(commits));
        BatchHeader header = BatchStatement.over(new Lane(1, 1), batches, originSeq, List.of(part))
                .signedBy(ledger.current("a", "origin"), ledger.state.ledgerId());
        byte[] message = AvailabilityCertificate.signedMessage(ledger.state.ledgerId(), header.batchId());
        long bitmap = 0;
        List<ByteString> signatures = new ArrayList<>();
        for (String holder : holders) {
            bitmap |= 1L << origin(holder);
            signatures.add(ByteString.of(ledger.current(holder, "origin").sign(message)));
        }
        BatchReference made =
                new BatchReference(header, List.of(part), new AvailabilityCertificate(bitmap, signatures));
        lastBatchIndex = ledger.state.treeSize();
        ledger.apply(List.of(), List.of(made));
        return made;
    }

    static int origin(String name) {
        return MemoryLedger.NAMES.indexOf(name) + 1;
    }

    static Hash secret(String of) {
        return Sha256.digest(of.getBytes(StandardCharsets.UTF_8));
    }

    ProvenBatch proof(long index) {
        long size = ledger.state.disputes().provableSize(index + 2);
        return new ProvenBatch(
                index,
                size,
                (BatchLeaf) LeafCodec.decode(ledger.leaves.get((int) index).toBytes()),
                LeafCodec.decodeSegment(ledger.leaves.get((int) index + 1).toBytes()),
                ledger.tree().inclusion(index, size).hashes(),
                ledger.tree().inclusion(index + 1, size).hashes());
    }

    Dispute.Challenge challenge(String by, long number) {
        return challenge(by, number, leafIndex);
    }

    Dispute.Challenge challenge(String by, long number, long index) {
        return Dispute.Challenge.of(
                new ChallengeId(origin(by), number),
                X25519.publicKey(secret(by + number)),
                proof(index),
                ledger.current(by, "origin"),
                ledger.state.ledgerId());
    }

    Dispute.Answer answer(String by, Dispute.Challenge to, byte[] plain) {
        return answer(by, to.id(), to.key(), plain);
    }

    Dispute.Answer answer(String by, ChallengeId to, ByteString key, byte[] plain) {
        return answer(by, new Dispute.Answer.To(to, key), key, plain);
    }

    /** Encrypted to a key that need not be the one that it says it answers to. */
    Dispute.Answer answer(String by, Dispute.Answer.To to, ByteString key, byte[] plain) {
        byte[] context = Dispute.Answer.context(to.id(), origin(by), ledger.state.ledgerId());
        SealedBatch sealed = SealedBatch.seal(plain, key, secret(by + to.id() + "one-time"), context);
        return Dispute.Answer.of(to, origin(by), sealed, ledger.current(by, "origin"), ledger.state.ledgerId());
    }

    Dispute.Served served(String by, long number) {
        return Dispute.Served.of(
                new ChallengeId(origin(by), number), ledger.current(by, "origin"), ledger.state.ledgerId());
    }

    Dispute.Disproof disproof(String by, Dispute.Challenge of, Dispute.Answer answer, Hash privateKey) {
        return Dispute.Disproof.of(
                of.id(),
                new Dispute.Disproof.Keys(privateKey, X25519.publicKey(secret("next"))),
                answer.sealed(),
                ledger.current(by, "origin"),
                ledger.state.ledgerId());
    }

    Execution.Step say(Dispute... disputes) {
        return ledger.apply(List.of(), List.of(), List.of(disputes));
    }

    /** Blocks and time pass until every challenge that is open now has run out; the last of the blocks. */
    Execution.Step runOut() {
        Execution.Step last = say();
        for (int i = 0; i < 29; i++) {
            ledger.pass(20_000);
            last = say();
        }
        return last;
    }
}
