package io.waxwing.broker.command;

import io.waxwing.broker.BrokerFolder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which node's folders a command is about. */
final class FolderOptions {
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

    BrokerFolder folder() {
        return BrokerFolder.of(data, keys);
    }
}
