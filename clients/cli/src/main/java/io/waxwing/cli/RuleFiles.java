package io.waxwing.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the files that schemas and keys are in. */
final class RuleFiles {
    private RuleFiles() {}

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new CliFailure(ExitCodes.USAGE, "cannot read " + file, "it is not there, or no text", "");
        }
    }
}
