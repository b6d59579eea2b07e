package io.waxwing.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code waxwing grant}: whose topics are whose, and what other institutions may do there, by the ledger. */
@Command(
        name = "grant",
        description = "Claims topics for this institution, and says what others may do there: for all nodes, provably.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before a command runs.
final class GrantCommand implements Runnable {
    private static final String GRANTS = "/v1/grants";

    @Spec
    private CommandSpec spec;

    /** How long to wait for the ledger, and what is to be there before. */
    static final class Terms {
        @Option(
                names = "--wait",
                paramLabel = "SECONDS",
                defaultValue = "10",
                description = "How long to wait for the order; ${DEFAULT-VALUE} if it is not given.")
        private int wait;

        @Option(
                names = "--leaf",
                paramLabel = "INDEX",
                description = "Only if what is changed is that of this leaf, as ls shows it.")
        private @Nullable Long leaf;

        String[] with(String[] headers) {
            List<String> all = new ArrayList<>(List.of(headers));
            all.addAll(List.of("prefer", "wait=" + wait));
            if (leaf != null) {
                all.addAll(List.of("if-match", "\"" + leaf + "\""));
            }
            return all.toArray(new String[0]);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one: claim, put, ls, rm, release or explain?");
    }

    @Command(
            name = "claim",
            description = {
                "The topics of a filter are this institution's from now on: nobody else publishes or reads there",
                "unless it is granted. Who comes first has them. The filter can be read by all who see the ledger."
            },
            mixinStandardHelpOptions = true)
    int claim(
            @Mixin ServerOptions server,
            @Mixin OperatorOptions operator,
            @Parameters(paramLabel = "ID", description = "What to call it: a-z, 0-9, '.', '_' and '-'") String id,
            @Parameters(paramLabel = "FILTER", description = "Topics; the first level is a word") String filter,
            @Mixin Claimed claimed) {
        ObjectNode wish = Api.JSON.createObjectNode();
        wish.put("effect", "claim").put("audience", claimed.audience).put("resource", filter);
        return say(server, claimed.terms.with(operator.headers()), id, wish);
    }

    /** Of what audience, and on what terms. */
    static final class Claimed {
        @Option(
                names = "--audience",
                defaultValue = "all",
                description = "Its name or number; ${DEFAULT-VALUE} if it is not given")
        private String audience;

        @Mixin
        private Terms terms;
    }

    /** What another institution may do, or may not. */
    static final class Scope {
        @Option(
                names = "--to",
                required = true,
                paramLabel = "WHO",
                description = "INSTITUTION, INSTITUTION/USER or '*'")
        private String principal;

        @Option(names = "--topics", required = true, paramLabel = "FILTER", description = "Within a claim of one's own")
        private String filter;

        @Option(names = "--deny", description = "They may not, whatever else allows it")
        private boolean deny;

        @Mixin
        private Claimed claimed;
    }

    @Command(
            name = "put",
            description = "Says what another institution may do within a claim of one's own, or may not.",
            mixinStandardHelpOptions = true)
    int put(
            @Mixin ServerOptions server,
            @Mixin OperatorOptions operator,
            @Parameters(paramLabel = "ID", description = "What to call it; if it is there, it is replaced") String id,
            @Parameters(paramLabel = "ACTION", arity = "1..2", description = "publish, subscribe or both")
                    List<String> actions,
            @Mixin Scope scope) {
        ObjectNode wish = Api.JSON.createObjectNode();
        wish.put("effect", scope.deny ? "deny" : "allow")
                .put("audience", scope.claimed.audience)
                .put("resource", scope.filter)
                .put("principal", scope.principal);
        ArrayNode words = wish.putArray("actions");
        actions.forEach(words::add);
        return say(server, scope.claimed.terms.with(operator.headers()), id, wish);
    }

    private int say(ServerOptions server, String[] headers, String id, ObjectNode wish) {
        BodyPublisher body = BodyPublishers.ofString(wish.toString(), StandardCharsets.UTF_8);
        show(server.api()
                .send("PUT", GRANTS + "/" + Api.encode(id), body, headers)
                .json());
        return ExitCodes.OK;
    }

    @Command(name = "ls", description = "Lists what holds, of all institutions.", mixinStandardHelpOptions = true)
    int list(
            @Mixin ServerOptions server,
            @Option(names = "-o", paramLabel = "table|json", defaultValue = "TABLE") OutputFormat format) {
        JsonNode grants = server.api().get(GRANTS).json().path("grants");
        if (format == OutputFormat.JSON) {
            new Screen(spec).line(grants.toString());
            return ExitCodes.OK;
        }
        grants.forEach(this::show);
        if (grants.isEmpty()) {
            new Screen(spec).line("nobody claims anything: all members of an audience publish and read all its topics");
        }
        return ExitCodes.OK;
    }

    @Command(
            name = "rm",
            aliases = "release",
            description = "Ends a claim or grant: for events that are ordered from then on.",
            mixinStandardHelpOptions = true)
    int remove(
            @Mixin ServerOptions server,
            @Mixin OperatorOptions operator,
            @Parameters(paramLabel = "ID") String id,
            @Option(
                            names = "--institution",
                            paramLabel = "NAME",
                            description = "Whose; only of one that is not in the audience any more")
                    @Nullable String institution,
            @Mixin Terms terms) {
        String whose = institution == null ? "" : "?institution=" + Api.encode(institution);
        JsonNode was = server.api()
                .send(
                        "DELETE",
                        GRANTS + "/" + Api.encode(id) + whose,
                        BodyPublishers.noBody(),
                        terms.with(operator.headers()))
                .json();
        new Screen(spec)
                .line("ended " + was.path("effect").asText() + " "
                        + was.path("id").asText() + " of leaf "
                        + was.path("leafIndex").asText());
        return ExitCodes.OK;
    }

    @Command(
            name = "explain",
            description = "Says whether somebody may do something now, and which rule says so.",
            mixinStandardHelpOptions = true)
    int explain(
            @Mixin ServerOptions server,
            @Mixin OperatorOptions operator,
            @Parameters(paramLabel = "WHO", description = "A user of this institution, or INSTITUTION/USER") String who,
            @Parameters(paramLabel = "ACTION", description = "publish or subscribe") String action,
            @Parameters(paramLabel = "TOPIC") String topic) {
        String query =
                "principal=" + Api.encode(who) + "&resource=" + Api.encode(topic) + "&action=" + Api.encode(action);
        JsonNode why = server.api()
                .get(GRANTS + ":explain?" + query, operator.headers())
                .json();
        Screen screen = new Screen(spec);
        screen.line((why.path("allowed").asBoolean() ? "yes: " : "no: ")
                + why.path("principal").asText() + " " + action + " " + topic);
        if (why.has("node")) {
            screen.line("  this node: "
                    + layer(why.path("node"), why.path("node").path("because").asText("nothing says so")));
        }
        JsonNode ledger = why.path("ledger");
        String claim = ledger.has("claim") ? line(ledger.path("claim")) : "nobody claims the topic";
        screen.line("  the ledger: " + layer(ledger, claim));
        if (ledger.has("because")) {
            screen.line("    " + line(ledger.path("because")));
        }
        return ExitCodes.OK;
    }

    private static String layer(JsonNode layer, String because) {
        return (layer.path("allows").asBoolean() ? "yes, " : "no, ") + because;
    }

    private void show(JsonNode grant) {
        new Screen(spec).line(line(grant));
    }

    private static String line(JsonNode grant) {
        List<String> actions = new ArrayList<>();
        grant.path("actions").forEach(action -> actions.add(action.asText()));
        String whom =
                grant.has("principal") ? " " + grant.path("principal").asText() + " " + String.join(",", actions) : "";
        return String.format(
                Locale.ROOT,
                "%s/%s: %s%s %s in %s, from leaf %s, block %s",
                grant.path("institution").asText(),
                grant.path("id").asText(),
                grant.path("effect").asText(),
                whom,
                grant.path("resource").asText(),
                grant.path("audience").asText(),
                grant.path("leafIndex").asText(),
                grant.path("height").asText());
    }
}
