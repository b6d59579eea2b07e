package io.waxwing.broker.command;

import io.waxwing.broker.BrokerFolder;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.node.crypto.KeyFiles;
import io.waxwing.node.crypto.TlsFiles;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code waxwing key}: makes and shows the keys of an institution's node. Private keys are never printed. */
@Command(
        name = "key",
        description = "Make, show and rotate a node's keys.",
        subcommands = {KeyCommand.Gen.class, KeyCommand.Show.class, KeyCommand.Rotate.class})
public final class KeyCommand {
    private static void print(PrintWriter out, Path folder) {
        new KeyFiles(folder)
                .publicKeys()
                .forEach((purpose, key) -> out.printf(
                        "%-9s %s  %s%n",
                        purpose.word(),
                        java.util.Base64.getEncoder().encodeToString(key.toBytes()),
                        KeyFiles.fingerprint(key)));
        TlsFiles tls = new TlsFiles(folder);
        if (tls.exist()) {
            out.printf("%-9s pin %s%n", "tls", tls.load().pin());
        }
        out.flush();
    }

    /** {@code waxwing key gen}. */
    @Command(name = "gen", description = "Make the keys of a node; never overwrites.", mixinStandardHelpOptions = true)
    static final class Gen implements Callable<Integer> {
        @Option(
                names = "--keys",
                paramLabel = "DIR",
                defaultValue = "data/keys",
                description = "Folder (default: ${DEFAULT-VALUE}).")
        private Path folder = Path.of("data/keys");

        @Option(
                names = "--observer",
                description = "Those of a further node of an institution: it follows and has no key to vote with.")
        private boolean observer;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            return Refusals.told(spec, () -> {
                TlsFiles tls = new TlsFiles(folder);
                if (tls.exist()) {
                    throw new LedgerFailure(
                            KeyFiles.EXISTS, "the folder " + folder + " has keys; they are never overwritten");
                }
                SecureRandom random = new SecureRandom();
                KeyFiles files = new KeyFiles(folder);
                if (observer) {
                    files.generateFollowing(random);
                } else {
                    files.generate(random);
                }
                tls.generate(random, System.currentTimeMillis());
                print(spec.commandLine().getOut(), folder);
            });
        }
    }

    /** {@code waxwing key show}. */
    @Command(
            name = "show",
            description = "Show a node's public keys and their fingerprints.",
            mixinStandardHelpOptions = true)
    static final class Show implements Callable<Integer> {
        @Option(
                names = "--keys",
                paramLabel = "DIR",
                defaultValue = "data/keys",
                description = "Folder (default: ${DEFAULT-VALUE}).")
        private Path folder = Path.of("data/keys");

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            return Refusals.told(spec, () -> print(spec.commandLine().getOut(), folder));
        }
    }

    /** {@code waxwing key rotate}. */
    @Command(
            name = "rotate",
            description =
                    "Make new keys beside the present ones, which count until the members have agreed on the new.",
            mixinStandardHelpOptions = true)
    static final class Rotate implements Callable<Integer> {
        @Mixin
        private FolderOptions folders = new FolderOptions();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            return Refusals.told(spec, () -> {
                BrokerFolder folder = folders.folder();
                List<Path> sets = folder.keySets();
                Path next = folder.keys().resolve(Integer.toString(sets.size() + 1));
                new KeyFiles(sets.get(sets.size() - 1)).rotateTo(next, new SecureRandom(), System.currentTimeMillis());
                PrintWriter out = spec.commandLine().getOut();
                print(out, next);
                out.println("next: restart the node, then propose them: waxwing network join --keys " + next
                        + " ...  and  waxwing member propose-replace");
                out.flush();
            });
        }
    }
}
