package io.waxwing.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code waxwing signer}: whose signatures of events count, and where nothing is taken without. */
@Command(
        name = "signer",
        description = "Sets, lists and removes keys whose signatures of events count.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before a command runs.
final class SignerCommand implements Runnable {
    private static final String SIGNERS = "/v1/signers";

    @Spec
    private CommandSpec spec;

    /** What a key may sign. */
    static final class Scope {
        @Option(names = "--topics", paramLabel = "FILTER", required = true, description = "Topics that it may sign for")
        private String filter;

        @Option(
                names = "--source",
                required = true,
                description = "The source that it may sign for; all that begin so if it ends in *")
        private String source;

        @Option(names = "--required", description = "Take nothing of these sources there without a signature")
        private boolean required;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one: put, ls or rm?");
    }

    @Command(name = "put", description = "Lets a key sign for sources on topics.", mixinStandardHelpOptions = true)
    int put(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "ID", description = "The keyid of its signatures") String id,
            @Parameters(paramLabel = "KEY", description = "A public key in PEM: Ed25519 or P-256") Path key,
            @Mixin Scope scope) {
        ObjectNode wish = Api.JSON.createObjectNode();
        wish.put("filter", scope.filter)
                .put("source", scope.source)
                .put("required", scope.required)
                .put("publicKey", RuleFiles.read(key));
        Api.Answer answer = server.api()
                .send(
                        "PUT",
                        SIGNERS + "/" + Api.encode(id),
                        BodyPublishers.ofString(wish.toString(), StandardCharsets.UTF_8),
                        "content-type",
                        "application/json");
        Screen screen = new Screen(spec);
        screen.line(answer.status() == 201 ? "set" : "replaced");
        show(screen, answer.json());
        return ExitCodes.OK;
    }

    @Command(name = "ls", description = "Lists the keys.", mixinStandardHelpOptions = true)
    int list(
            @Mixin ServerOptions server,
            @Option(names = "-o", paramLabel = "table|json", defaultValue = "TABLE") OutputFormat format) {
        JsonNode signers = server.api().get(SIGNERS).json().path("signers");
        Screen screen = new Screen(spec);
        if (format == OutputFormat.JSON) {
            screen.line(signers.toString());
            return ExitCodes.OK;
        }
        signers.forEach(each -> show(screen, each));
        if (signers.isEmpty()) {
            screen.line("nobody's signatures count");
        }
        return ExitCodes.OK;
    }

    @Command(name = "rm", description = "Its signatures do not count any more.", mixinStandardHelpOptions = true)
    int remove(@Mixin ServerOptions server, @Parameters(paramLabel = "ID") String id) {
        Api.Answer unused = server.api().send("DELETE", SIGNERS + "/" + Api.encode(id), BodyPublishers.noBody());
        new Screen(spec).line("removed");
        return ExitCodes.OK;
    }

    private static void show(Screen screen, JsonNode signer) {
        screen.line(String.format(
                Locale.ROOT,
                "%-24s  %-7s  %-8s  %s  %s",
                signer.path("id").asText(),
                signer.path("algorithm").asText(),
                signer.path("required").asBoolean() ? "required" : "optional",
                signer.path("filter").asText(),
                signer.path("source").asText()));
    }
}
