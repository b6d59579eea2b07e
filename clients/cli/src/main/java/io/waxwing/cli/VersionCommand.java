package io.waxwing.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "version", description = "Shows versions.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the field before call().
final class VersionCommand implements Callable<Integer>, IVersionProvider {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        for (String line : getVersion()) {
            new Screen(spec).line(line);
        }
        return ExitCodes.OK;
    }

    @Override
    public String[] getVersion() {
        @Nullable String version = Waxwing.class.getPackage().getImplementationVersion();
        return new String[] {
            "waxwing " + (version == null ? "(built from source)" : version),
            "java    " + System.getProperty("java.version") + " " + System.getProperty("java.vm.name")
        };
    }
}
