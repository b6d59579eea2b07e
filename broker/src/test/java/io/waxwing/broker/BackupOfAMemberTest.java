package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.backup.Backup;
import io.waxwing.broker.backup.BackupManifest;
import io.waxwing.broker.backup.Restore;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry.Availability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member among several comes back from a backup: with its own votes, and without any. */
class BackupOfAMemberTest {
    private static final String TOPIC = "trade/settled";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void whatCameAfterTheBackupIsFetchedAndAKeyWhoseVotesAreLostDoesNotVote() throws Exception {
        Genesis.Terms terms = new Genesis.Terms("ledger.example", Availability.QUORUM, 1_760_000_000_000L);
        try (FourNodes four = new FourNodes(folder, terms, List.of(), Map.of())) {
            Path data = four.of("insurer").resolve("data");
            BrokerFolder insurer = BrokerFolder.of(data, null);
            four.publish("insurer", TOPIC, "one", "60");
            four.historyOf("insurer", TOPIC, 1);
            four.stop("insurer");
            Path backup = folder.resolve("backup");
            BackupManifest manifest = new Backup(insurer, true, Backup.ofStopped(insurer)).to(backup);
            assertThat(manifest.alone()).isFalse();
            assertThat(manifest.files().keySet()).noneMatch(name -> name.startsWith("keys/votes"));
            four.start("insurer");
            four.publish("insurer", TOPIC, "two", "60");
            List<String> all = four.historyOf("bank-a", TOPIC, 2);
            four.stop("insurer");

            // The data is lost, the keys and what they have signed are not.
            Path keys = folder.resolve("kept");
            Files.move(insurer.keys(), keys);
            FourNodes.delete(data);
            Restore.of(backup).to(insurer, false);
            FourNodes.delete(insurer.keys());
            Files.move(keys, insurer.keys());
            four.start("insurer");
            assertThat(four.historyOf("insurer", TOPIC, 2)).isEqualTo(all);
            four.publish("insurer", TOPIC, "three", "60");
            all = four.historyOf("bank-a", TOPIC, 3);
            four.stop("insurer");

            FourNodes.delete(data);
            Restore.of(backup).to(insurer, false);
            four.start("insurer");
            assertThat(four.historyOf("insurer", TOPIC, 3)).isEqualTo(all);
            assertThat(four.metric("insurer", "waxwing_ledger_voting")).isZero();
            assertThat(insurer.votes().resolve("condemned")).isNotEmptyFile();
        }
    }
}
