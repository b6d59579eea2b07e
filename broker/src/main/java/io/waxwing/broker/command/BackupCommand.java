package io.waxwing.broker.command;

import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.backup.Backup;
import io.waxwing.broker.backup.BackupManifest;
import io.waxwing.broker.backup.StagedCopy;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.cli.ServerOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code waxwing server backup}. */
@Command(
        name = "backup",
        description = "Copy a node's data, whether it runs or not, with a hash of every file.",
        mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
    @Option(
            names = "-o",
            required = true,
            paramLabel = "DIR",
            description = "Where to: a folder that is not there yet.")
    private Path target = Path.of("");

    @Mixin
    private FolderOptions folders = new FolderOptions();

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(
            names = "--with-keys",
            description = "With the node's private keys and tokens. Whoever has the backup then is the node.")
    private boolean withKeys;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        return Refusals.told(spec, () -> {
            BrokerFolder folder = folders.folder();
            if (!Files.isDirectory(folder.database())) {
                throw new RefusedException(FailureCode.STORAGE, "no node has written to " + folder.database() + " yet");
            }
            BackupManifest manifest = new Backup(folder, withKeys, (db, votes) -> copy(folder, db, votes)).to(target);
            BackupManifest.Place place = manifest.place();
            var out = spec.commandLine().getOut();
            out.println("backup   " + target + ", " + manifest.files().size() + " files, "
                    + (withKeys ? "with keys: keep it as safe as them" : "without keys"));
            out.println("ledger   " + place.ledgerId().hex() + " to height " + place.height() + ", " + place.treeSize()
                    + " leaves");
            out.println("events   " + place.journalSeq() + " in the journal, next position " + place.nextPosition());
        });
    }

    /** By the node that has the folder open, or here if none has. */
    private void copy(BrokerFolder folder, Path db, Path votes) throws IOException {
        try {
            Backup.ofStopped(folder).into(db, votes);
        } catch (RefusedException e) {
            if (e.refusal().code() != FailureCode.DATA_LOCKED) {
                throw e;
            }
            String token =
                    Files.readString(folder.data().resolve(BrokerFolder.OPERATOR_TOKEN), StandardCharsets.US_ASCII);
            String name = server.asOperator(token, "/v1/backup").path("folder").asText();
            StagedCopy staged = new StagedCopy(folder, name);
            staged.moveTo(db);
            staged.moveVotesTo(votes);
        }
    }
}
