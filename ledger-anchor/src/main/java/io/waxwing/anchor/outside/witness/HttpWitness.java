package io.waxwing.anchor.outside.witness;

import io.waxwing.anchor.outside.AnchorFailure;
import io.waxwing.anchor.outside.AnchorRecord;
import io.waxwing.anchor.outside.CheckpointAnchor;
import io.waxwing.anchor.outside.http.runtime.BoundedPost;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.note.NoteSignature;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.spi.LedgerReader;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.ledger.witness.AddCheckpoint;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** One outside witness: {@code POST <submission prefix>/add-checkpoint}, with consistency proofs from the ledger. */
public final class HttpWitness implements CheckpointAnchor {
    /** Longer answers are refused. */
    static final int MAX_ANSWER_BYTES = 16 << 10;

    private final URI address;
    private final NoteKey key;
    private final LedgerReader ledger;
    private final SignatureCheck check;
    private final BoundedPost post;
    private long knownSize;

    /**
     * A witness that is not asked before {@link #show}.
     *
     * @param prefix the submission prefix
     * @param key of its cosignatures
     * @param timeout for each exchange
     */
    public HttpWitness(URI prefix, NoteKey key, LedgerReader ledger, SignatureCheck check, Duration timeout) {
        String base = prefix.toString();
        this.address = URI.create((base.endsWith("/") ? base : base + "/") + "add-checkpoint");
        this.key = key;
        this.ledger = ledger;
        this.check = check;
        this.post = new BoundedPost(address, "text/plain; charset=utf-8", timeout, MAX_ANSWER_BYTES);
    }

    @Override
    public String name() {
        return key.name();
    }

    @Override
    public AnchorRecord show(PublishedCheckpoint published) throws AnchorFailure {
        SignedNote note = SignedNote.parse(published.note().toBytes());
        Checkpoint checkpoint = Checkpoint.parse(note.text());
        WitnessDialogue dialogue = new WitnessDialogue(key, check, checkpoint, knownSize);
        while (true) {
            BoundedPost.Answer answer = ask(note, checkpoint, dialogue.oldSize());
            NoteSignature line = dialogue.onAnswer(answer.status(), answer.contentType(), answer.body());
            if (line != null) {
                knownSize = checkpoint.treeSize();
                return new AnchorRecord(name(), checkpoint.treeSize(), checkpoint.root(), line);
            }
        }
    }

    private BoundedPost.Answer ask(SignedNote note, Checkpoint checkpoint, long oldSize) throws AnchorFailure {
        try {
            List<Hash> proof = oldSize == 0
                    ? List.of()
                    : ledger.consistencyProof(oldSize, checkpoint.treeSize()).hashes();
            return post.send(AddCheckpoint.of(oldSize, proof, note).encode());
        } catch (LedgerFailure e) {
            throw new AnchorFailure(e.code(), e.text());
        } catch (IOException e) {
            throw new AnchorFailure(AnchorFailure.UNREACHABLE, address + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AnchorFailure(AnchorFailure.UNREACHABLE, "interrupted");
        }
    }
}
