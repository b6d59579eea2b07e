package io.waxwing.broker.command;

import io.waxwing.broker.Broker;
import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.admin.DataCheck;
import io.waxwing.broker.admin.Logging;
import io.waxwing.broker.admin.ReadyFile;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.failure.LedgerFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code waxwing server}: runs a node, checks its data, shows its configuration. */
@Command(
        name = "server",
        description = "Run a node, check its data, take and restore backups.",
        subcommands = {
            ServerCommand.Run.class,
            ServerCommand.Check.class,
            BackupCommand.class,
            RestoreCommand.class,
            ServerCommand.Config.class
        })
public final class ServerCommand {
    static final int FAILED = 1;
    static final int NOT_VERIFIED = 3;

    /** What the commands have in common. */
    static class Settings {
        @Option(
                names = "--config",
                paramLabel = "FILE",
                description = "YAML file; see 'waxwing server config' for all settings.")
        @Nullable Path config;

        @Option(
                names = "--set",
                paramLabel = "KEY=VALUE",
                description = "One setting, e.g. listeners.mqtt.port=1884. Repeatable.")
        Map<String, String> set = new LinkedHashMap<>();

        BrokerConfig load() {
            return ConfigLoader.load(config, System.getenv(), set);
        }
    }

    /** {@code waxwing server run}. */
    @Command(name = "run", description = "Run a node until it is stopped.", mixinStandardHelpOptions = true)
    static final class Run implements Callable<Integer> {
        @picocli.CommandLine.Mixin
        private Settings settings = new Settings();

        @Option(
                names = "--data",
                paramLabel = "DIR",
                defaultValue = "data",
                description = "Data folder (default: ${DEFAULT-VALUE}).")
        private Path data = Path.of("data");

        @Option(
                names = "--keys",
                paramLabel = "DIR",
                description = "Folder of the keys and the vote log (default: keys in the data folder).")
        private @Nullable Path keys;

        @Option(names = "--ready-file", paramLabel = "FILE", description = "Written when the node is ready: its ports.")
        private @Nullable Path readyFile;

        @Option(
                names = "--stop-when-ready",
                description = "Start, get ready, stop: tells whether this installation works.")
        private boolean stopWhenReady;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException, InterruptedException {
            PrintWriter err = spec.commandLine().getErr();
            try {
                BrokerConfig config = settings.load();
                Logging.configure(config.log().level(), config.log().format());
                Broker broker = Broker.start(BrokerFolder.of(data, keys), config);
                Runtime.getRuntime().addShutdownHook(new Thread(broker::stop, "shutdown"));
                spec.commandLine().getOut().println(Banner.of(broker));
                spec.commandLine().getOut().flush();
                if (readyFile != null) {
                    ReadyFile.write(readyFile, broker.listeners());
                }
                if (stopWhenReady) {
                    broker.stop();
                }
                broker.awaitStop();
                return 0;
            } catch (RefusedException | LedgerFailure e) {
                Logging.stop();
                err.println("waxwing: " + e.getMessage());
                return FAILED;
            }
        }
    }

    /** {@code waxwing server check}. */
    @Command(
            name = "check",
            description = "Hash everything in a stopped node's data folder again and name what is damaged.",
            mixinStandardHelpOptions = true)
    static final class Check implements Callable<Integer> {
        @Option(
                names = "--data",
                paramLabel = "DIR",
                defaultValue = "data",
                description = "Data folder (default: ${DEFAULT-VALUE}).")
        private Path data = Path.of("data");

        @Option(names = "--keys", paramLabel = "DIR", description = "Folder of the keys and the vote log.")
        private @Nullable Path keys;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            Logging.configure("warn", "human");
            try {
                DataCheck.Report report = DataCheck.run(BrokerFolder.of(data, keys));
                report.lines().forEach(out::println);
                out.flush();
                return report.damaged() ? NOT_VERIFIED : 0;
            } catch (RefusedException | LedgerFailure e) {
                spec.commandLine().getErr().println("waxwing: " + e.getMessage());
                return FAILED;
            } finally {
                Logging.stop();
            }
        }
    }

    /** {@code waxwing server config}. */
    @Command(
            name = "config",
            description = "Print every setting with its default, or check a file.",
            mixinStandardHelpOptions = true)
    static final class Config implements Callable<Integer> {
        @picocli.CommandLine.Mixin
        private Settings settings = new Settings();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            try {
                settings.load();
            } catch (RefusedException e) {
                spec.commandLine().getErr().println("waxwing: " + e.getMessage());
                return FAILED;
            }
            boolean nothingGiven = settings.config == null && settings.set.isEmpty();
            spec.commandLine().getOut().print(nothingGiven ? ConfigLoader.defaultsText() : "configuration is valid\n");
            spec.commandLine().getOut().flush();
            return 0;
        }
    }
}
