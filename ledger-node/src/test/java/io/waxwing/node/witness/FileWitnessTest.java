package io.waxwing.node.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.merkle.TreeHashes;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.ledger.witness.AddCheckpoint;
import io.waxwing.ledger.witness.CheckpointWitness.Answer;
import io.waxwing.ledger.witness.WitnessedLog;
import io.waxwing.node.crypto.Signatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The witness' key and record on a real disk. */
class FileWitnessTest {
    private static final Signer LOG = Signatures.get().signer(new byte[32]);
    private static final NoteKey LOG_KEY = new NoteKey("log.example", NoteKey.LOG, LOG.publicKey());

    @TempDir
    Path folder;

    private FileWitness open() {
        WitnessedLog log = new WitnessedLog("log.example", List.of(LOG_KEY));
        return FileWitness.open(folder, "w.example", List.of(log), Signatures.get(), () -> 1_760_000_000_000L);
    }

    private static TreeHashes tree(int size, String branch) {
        return TreeHashes.overLeafHashes(IntStream.range(0, size)
                .mapToObj(i -> Sha256.leafHash(Sha256.digest((branch + i).getBytes())))
                .toList());
    }

    private static byte[] request(int oldSize, int newSize, String branch) {
        TreeHashes tree = tree(newSize, branch);
        Checkpoint checkpoint = new Checkpoint("log.example", newSize, tree.root(newSize));
        List<Hash> proof =
                oldSize == 0 ? List.of() : tree.consistency(oldSize, newSize).hashes();
        SignedNote note = new SignedNote(checkpoint.body(), List.of(checkpoint.logLine(LOG_KEY, LOG)));
        return AddCheckpoint.of(oldSize, proof, note).encode();
    }

    @Test
    void whatWasCosignedIsRememberedOverARestart() {
        FileWitness first = open();
        Answer answer = first.add(request(0, 5, "a"));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).startsWith("— w.example ").endsWith("\n");
        FileWitness second = open();
        assertThat(second.vkey()).isEqualTo(first.vkey());
        assertThat(second.add(request(0, 7, "a"))).isEqualTo(new Answer(409, Answer.SIZE, "5\n"));
        assertThat(second.add(request(5, 7, "b")).status()).isEqualTo(422);
        assertThat(second.add(request(5, 7, "a")).status()).isEqualTo(200);
        assertThat(open().add(request(0, 7, "a")).body()).isEqualTo("7\n");
    }

    @Test
    void aKeyWhoseRecordIsLostIsNeverUsedAgain() throws IOException {
        String before = open().vkey();
        Files.delete(folder.resolve("witness.heads"));
        assertThatThrownBy(this::open).hasMessageContaining("WXW-3206");
        Files.delete(folder.resolve("witness.key"));
        assertThat(open().vkey()).isNotEqualTo(before);
    }

    @Test
    void aDamagedRecordStopsTheWitness() throws IOException {
        open().add(request(0, 5, "a"));
        Path record = folder.resolve("witness.heads");
        String whole = Files.readString(record);
        for (String broken : new String[] {
            "", "x", whole.replace('5', 'x'), whole.substring(0, whole.length() - 1), whole.replaceFirst("v1", "v2")
        }) {
            Files.writeString(record, broken);
            assertThatThrownBy(this::open).hasMessageContaining("WXW-3207");
        }
        Files.writeString(record, whole);
        assertThat(open().add(request(5, 5, "a")).status()).isEqualTo(200);
    }

    @Test
    void nothingIsCosignedThatCannotBeRecorded() throws IOException {
        FileWitness witness = open();
        Path blocked = Files.createDirectory(folder.resolve("witness.heads.next"));
        Answer refused = witness.add(request(0, 5, "a"));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.body()).doesNotContain("—").startsWith("WXW-3207");
        Files.delete(blocked);
        assertThat(witness.add(request(0, 6, "b")).status()).isEqualTo(200);
    }

    @Test
    void requestsAtTheSameTimeNeverRollBackWhatWasCosigned() {
        FileWitness witness = open();
        witness.add(request(0, 1, "a"));
        ConcurrentLinkedQueue<Integer> cosigned = new ConcurrentLinkedQueue<>();
        IntStream.rangeClosed(2, 65).parallel().forEach(size -> {
            if (witness.add(request(1, size, "a")).status() == 200) {
                cosigned.add(size);
            }
        });
        assertThat(cosigned).hasSize(1);
        assertThat(witness.add(request(0, 65, "a")).body()).isEqualTo(cosigned.peek() + "\n");
    }

    @Test
    void whatIsRefusedSaysWhyWithACode() {
        FileWitness witness = open();
        assertThat(witness.add(new byte[0]).body()).startsWith("WXW-3200");
        assertThat(witness.add(new byte[0]).status()).isEqualTo(400);
        byte[] other = new String(request(0, 1, "a"))
                .replace("log.example", "lag.example")
                .getBytes();
        assertThat(witness.add(other).status()).isEqualTo(404);
    }

    @Test
    void theKeyIsForItsOwnerAlone() throws IOException {
        open();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("witness.key"))))
                .isEqualTo("rw-------");
    }
}
