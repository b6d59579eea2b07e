package io.waxwing.broker.command;

import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.backup.BackupManifest;
import io.waxwing.broker.backup.Restore;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code waxwing server restore}. */
@Command(
        name = "restore",
        description = "Make a node's folder of a backup; never overwrites.",
        mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "The backup.")
    private Path backup = Path.of("");

    @Mixin
    private FolderOptions folders = new FolderOptions();

    @Option(
            names = "--accept-loss",
            description = "Of a ledger of one with its keys: what it signed after the backup will be contradicted.")
    private boolean acceptLoss;

    @Option(names = "--verify-only", description = "Compare every file with the manifest and write nothing.")
    private boolean verifyOnly;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        return Refusals.told(spec, () -> {
            Restore restore = Restore.of(backup);
            PrintWriter out = spec.commandLine().getOut();
            BackupManifest manifest = restore.manifest();
            if (verifyOnly) {
                restore.verify();
                out.println("verified " + manifest.files().size() + " files of " + manifest.taken());
                return;
            }
            BrokerFolder folder = folders.folder();
            restore.to(folder, acceptLoss);
            out.println("restored " + folder.data() + " as of " + manifest.taken() + ", height "
                    + manifest.place().height());
            out.println("next     " + next(manifest));
        });
    }

    private static String next(BackupManifest manifest) {
        if (!manifest.keys()) {
            return "start it with the node's own keys and vote log: waxwing server run --data DIR --keys DIR";
        }
        return manifest.alone()
                ? "start it; checkpoints that it gave after the backup prove that it forgot something"
                : "start it: it follows without a vote until its key is rotated (waxwing key rotate)";
    }
}
