package io.waxwing.broker.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.audit.AuditCheck;
import io.waxwing.broker.audit.AuditCheck.Sealed;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code waxwing audit}: reads the audit log of a node, which may be running. */
@Command(
        name = "audit",
        description = "Show and verify who managed what of a node.",
        subcommands = {AuditCommand.Verify.class, AuditCommand.Tail.class})
public final class AuditCommand {
    /** Where the log is. */
    static final class DataOption {
        @Option(
                names = "--data",
                paramLabel = "DIR",
                defaultValue = "data",
                description = "Data folder (default: ${DEFAULT-VALUE}).")
        private Path data = Path.of("data");

        Path log() {
            return BrokerFolder.of(data, null).auditLog();
        }
    }

    /** {@code waxwing audit verify}. */
    @Command(
            name = "verify",
            description = "Follow the hashes from the first line to the last, and name the line that does not follow.",
            mixinStandardHelpOptions = true)
    static final class Verify implements Callable<Integer> {
        private static final JsonMapper JSON = JsonMapper.builder().build();

        @Mixin
        private DataOption data = new DataOption();

        @Option(
                names = "--heads",
                paramLabel = "FILE",
                description = "Published heads, by: waxwing sub '$audit/INSTITUTION' --from first --verify -o json")
        private @Nullable Path heads;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        private boolean holds;

        @Override
        public Integer call() {
            int told = Refusals.told(spec, () -> verify(spec.commandLine().getOut()));
            return told != 0 ? told : holds ? 0 : ServerCommand.NOT_VERIFIED;
        }

        private void verify(PrintWriter out) {
            List<Sealed> sealed = heads == null ? List.of() : read(heads);
            AuditCheck.Report report = AuditCheck.of(data.log(), sealed);
            out.println("lines      " + report.found().lines() + ", the last has the hash "
                    + report.found().head());
            if (report.found().tornBytes() > 0) {
                out.println("unfinished " + report.found().tornBytes() + " bytes, of which nobody was told");
            }
            out.println(
                    sealed.isEmpty()
                            ? "sealed     not looked at: without published heads a log that was cut off looks whole"
                            : "sealed     " + report.sealedLines() + " lines, by " + sealed.size()
                                    + " published heads");
            report.faults().forEach(fault -> out.println("FAULT      " + fault));
            holds = report.faults().isEmpty();
            out.println("RESULT     " + (holds ? "VERIFIED" : FailureCode.AUDIT_DAMAGED.text() + " DAMAGED"));
        }

        private static List<Sealed> read(Path file) {
            List<Sealed> all = new ArrayList<>();
            try {
                for (String line : Files.readAllLines(file)) {
                    JsonNode json = JSON.readTree(line);
                    JsonNode event = json.path("event");
                    String id = event.path("wxweventid").asText();
                    JsonNode data = event.path("data");
                    boolean isHead = event.path("type").asText().equals("io.waxwing.audit.head.v1")
                            && data.path("lines").isIntegralNumber()
                            && data.path("head").isTextual();
                    if (!isHead || json.path("state").asText("verified").equals("failed")) {
                        throw new RefusedException(
                                FailureCode.FILE, file + ": line " + (all.size() + 1) + " is no head that holds");
                    }
                    all.add(new Sealed(
                            data.path("lines").asLong(), data.path("head").asText(), id));
                }
                return all;
            } catch (JsonProcessingException e) {
                throw new RefusedException(FailureCode.FILE, file + " is not JSON, line " + (all.size() + 1));
            } catch (IOException e) {
                throw new RefusedException(FailureCode.FILE, file + " cannot be read: " + e.getMessage());
            }
        }
    }

    /** {@code waxwing audit tail}. */
    @Command(
            name = "tail",
            description = "Print the last lines as they stand there: JSON in printable ASCII.",
            mixinStandardHelpOptions = true)
    static final class Tail implements Callable<Integer> {
        @Mixin
        private DataOption data = new DataOption();

        @Option(names = "-n", paramLabel = "N", defaultValue = "20", description = "So many (default: 20).")
        private int count = 20;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            return Refusals.told(
                    spec,
                    () -> AuditCheck.last(data.log(), Math.max(1, count))
                            .forEach(spec.commandLine().getOut()::println));
        }
    }
}
