package io.waxwing.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.ledger.failure.LedgerFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "anchor",
        description = "Checkpoints of the ledger that stand on other chains.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before a command runs.
final class AnchorCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one: verify?");
    }

    @Command(
            name = "verify",
            description = "Verifies that a checkpoint of a node stands on the chain where the node says it does.",
            footer = {
                "Takes your trust file's word for the ledger, and that of the JSON-RPC endpoint for the chain: use one of your own.",
                "Exit status 3 if it is not verified; the first broken link is named."
            },
            mixinStandardHelpOptions = true)
    int verify(
            @Mixin ServerOptions server,
            @Option(
                            names = "--rpc",
                            paramLabel = "URL",
                            required = true,
                            description = "JSON-RPC endpoint of the chain")
                    String rpc,
            @Option(
                            names = "--size",
                            paramLabel = "TREESIZE",
                            description = "Of the checkpoint. Default: the newest that the node tells")
                    @Nullable Long size,
            @Option(names = "--trust", paramLabel = "FILE", description = "Default: WAXWING_TRUST, data/trust.policy")
                    @Nullable Path trust) {
        byte[] trustFile = TrustFiles.read(trust);
        Api node = server.api();
        Screen screen = new Screen(spec);
        AnchorCheck check = new AnchorCheck(node, new ChainRpc(rpc, Duration.ofSeconds(30)), trustFile);
        List<String[]> links = new ArrayList<>();
        try {
            check.verify(chosen(node, size), links);
        } catch (LedgerFailure broken) {
            links.forEach(link -> screen.row(link[0], link[1]));
            screen.row("RESULT", screen.bad("NOT VERIFIED") + "   " + broken.text());
            return ExitCodes.VERIFICATION_FAILED;
        }
        links.forEach(link -> screen.row(link[0], link[1]));
        screen.row("RESULT", screen.good("VERIFIED") + "   this tree head was on the chain by then");
        return ExitCodes.OK;
    }

    private static JsonNode chosen(Api node, @Nullable Long size) {
        JsonNode list = node.get("/ledger/anchors").json();
        for (JsonNode one : list) {
            if (size == null || one.path("treeSize").asText().equals(size.toString())) {
                return one;
            }
        }
        throw new CliFailure(
                ExitCodes.NOT_FOUND,
                size == null ? "the node tells no anchor" : "the node tells no anchor of size " + size,
                "it anchors if outside.evm.url is configured, and not every checkpoint",
                "look at " + node.base() + "/ledger/anchors");
    }
}
