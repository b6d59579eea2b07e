package io.waxwing.node.witness;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.ledger.witness.AddCheckpoint;
import io.waxwing.ledger.witness.CheckpointWitness;
import io.waxwing.ledger.witness.Witness;
import io.waxwing.ledger.witness.Witness.Verdict;
import io.waxwing.ledger.witness.WitnessCodes;
import io.waxwing.ledger.witness.WitnessedLog;
import io.waxwing.node.crypto.SeedFile;
import io.waxwing.node.crypto.Signatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A witness with its key in {@code witness.key} and its record in {@code witness.heads}. The record is forced before a
 * cosignature is given out. A key whose record is lost is never used again: it might cosign a second history.
 */
public final class FileWitness implements CheckpointWitness {
    /** In the key file. */
    public static final String PURPOSE = "witness";

    private static final Logger LOG = LoggerFactory.getLogger(FileWitness.class);
    private static final int SEED_BYTES = 32;

    private final WitnessRecord record;
    private final Witness witness;
    private final LongSupplier clockMs;

    private FileWitness(WitnessRecord record, Witness witness, LongSupplier clockMs) {
        this.record = record;
        this.witness = witness;
        this.clockMs = clockMs;
    }

    /**
     * Opens it; key and record are made if the folder has neither.
     *
     * @param keys folder of the node's keys; a lock on it is the caller's business
     * @param name of the key in cosignatures
     * @throws LedgerFailure WXW-3206 if the record is lost, WXW-3207 or WXW-3112 if a file cannot be read
     */
    public static FileWitness open(
            Path keys, String name, List<WitnessedLog> logs, Signatures signatures, LongSupplier clockMs) {
        Path keyFile = keys.resolve(PURPOSE + ".key");
        WitnessRecord record = new WitnessRecord(keys.resolve(PURPOSE + ".heads"));
        if (!Files.exists(keyFile)) {
            create(keyFile, record);
        } else if (!record.exists()) {
            throw new LedgerFailure(
                    WitnessCodes.RECORD_LOST,
                    "the witness key " + keyFile + " has no record of what it cosigned; restore witness.heads as it"
                            + " was, or delete the key: the next start makes a new one, to be told to the logs");
        }
        Signer signer = signatures.signer(SeedFile.read(keyFile, PURPOSE));
        NoteKey key = new NoteKey(name, NoteKey.COSIGNATURE, signer.publicKey());
        return new FileWitness(record, new Witness(key, signer, logs, record.read(), signatures), clockMs);
    }

    /** The record first: a record without a key binds nobody, a key without a record is of no use. */
    private static void create(Path keyFile, WitnessRecord record) {
        try {
            if (!record.exists()) {
                record.write(Map.of());
            }
            byte[] seed = new byte[SEED_BYTES];
            new SecureRandom().nextBytes(seed);
            SeedFile.create(keyFile, PURPOSE, seed);
        } catch (IOException e) {
            throw new LedgerFailure(WitnessCodes.RECORD, "a witness cannot be made at " + keyFile + ": " + e, e);
        }
    }

    @Override
    public synchronized Answer add(byte[] body) {
        AddCheckpoint request;
        try {
            request = AddCheckpoint.parse(body);
        } catch (LedgerFailure malformed) {
            return told(400, malformed.code(), malformed.text());
        }
        Verdict verdict = witness.judge(request);
        if (verdict instanceof Verdict.Refused refused) {
            return refused(request, refused);
        }
        Verdict.Accepted accepted = (Verdict.Accepted) verdict;
        if (accepted.isNew()) {
            try {
                record.write(witness.headsWith(accepted));
            } catch (IOException e) {
                LOG.error("{} the witness' record cannot be written: {}", WitnessCodes.RECORD, e.toString());
                return told(503, WitnessCodes.RECORD, "the record cannot be written");
            }
            witness.recorded(accepted);
        }
        String line = witness.cosign(accepted, clockMs.getAsLong() / 1000).line();
        return new Answer(200, Answer.TEXT, line + "\n");
    }

    private static Answer refused(AddCheckpoint request, Verdict.Refused refused) {
        boolean isSigned = refused.status() == 409 || refused.status() == 422;
        if (isSigned) {
            // The log's own signature is on it: if this is no mistake of sizes, it is the proof of another history.
            LOG.warn(
                    "{} {}: {}; offered was {}",
                    refused.code(),
                    request.checkpoint().origin(),
                    refused.why(),
                    new String(request.note().encode(), java.nio.charset.StandardCharsets.UTF_8).replace('\n', '|'));
        }
        return refused.status() == 409
                ? new Answer(409, Answer.SIZE, refused.knownSize() + "\n")
                : told(refused.status(), refused.code(), refused.why());
    }

    private static Answer told(int status, String code, String why) {
        return new Answer(status, Answer.TEXT, code + ": " + why + "\n");
    }

    @Override
    public String vkey() {
        return witness.key().vkey();
    }
}
