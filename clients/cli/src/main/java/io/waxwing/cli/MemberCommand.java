package io.waxwing.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code waxwing member}: who the ledger is of, and how that changes. */
@Command(
        name = "member",
        description = "Shows the members of the ledger; proposes and approves changes.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before a command runs.
final class MemberCommand implements Runnable {
    private static final String PROPOSALS = "/v1/members/proposals";
    private static final int ID_CHARS = 64;
    private static final int SHORT_ID_CHARS = 12;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "which one: ls, proposals, propose-add, propose-remove, propose-replace, propose-node,"
                        + " propose-retire-node, propose-audience, propose-topic, propose-parameter, vote or"
                        + " export-trust?");
    }

    @Command(name = "ls", description = "Lists the members.", mixinStandardHelpOptions = true)
    int list(
            @Mixin ServerOptions server,
            @Option(names = "-o", paramLabel = "table|json", defaultValue = "TABLE") OutputFormat format) {
        JsonNode all = server.api().get("/v1/members").json();
        Screen screen = new Screen(spec);
        if (format == OutputFormat.JSON) {
            screen.line(all.toString());
            return ExitCodes.OK;
        }
        screen.line("ledger " + all.path("ledger").asText() + ", epoch "
                + all.path("epoch").asText() + " since block "
                + all.path("since").asText() + ": "
                + all.path("validators").asText() + " validators, quorum "
                + all.path("quorum").asText());
        for (JsonNode member : all.path("members")) {
            List<String> peers = new ArrayList<>();
            member.path("origins").forEach(origin -> {
                if (origin.has("peer")) {
                    peers.add(origin.get("peer").asText());
                }
            });
            screen.line(String.format(
                    Locale.ROOT,
                    "%-24s  %-9s  %s",
                    member.path("name").asText(),
                    member.path("role").asText(),
                    String.join(" ", peers)));
            member.path("convicted")
                    .forEach(kind -> screen.line("    " + screen.bad("blocks prove that it lied: " + kind.asText())));
        }
        return ExitCodes.OK;
    }

    @Command(
            name = "proposals",
            description = "Lists changes that are proposed, with what each would change.",
            mixinStandardHelpOptions = true)
    int proposals(
            @Mixin ServerOptions server,
            @Option(names = "-o", paramLabel = "table|json", defaultValue = "TABLE") OutputFormat format) {
        JsonNode all = server.api().get(PROPOSALS).json().path("proposals");
        Screen screen = new Screen(spec);
        if (format == OutputFormat.JSON) {
            screen.line(all.toString());
            return ExitCodes.OK;
        }
        for (JsonNode proposed : all) {
            List<String> names = new ArrayList<>();
            proposed.path("approvedBy").forEach(name -> names.add(name.asText()));
            screen.line(proposed.path("id").asText().substring(0, SHORT_ID_CHARS) + "  approved by " + names.size()
                    + " of " + proposed.path("needed").asText() + " needed: " + String.join(", ", names));
            proposed.path("changes").forEach(line -> screen.line("    " + line.asText()));
        }
        if (all.isEmpty()) {
            screen.line("nothing is proposed");
        }
        return ExitCodes.OK;
    }

    @Command(
            name = "propose-add",
            description = "Proposes a new member, and approves it.",
            mixinStandardHelpOptions = true)
    int add(
            @Mixin ServerOptions server,
            @Mixin OperatorOptions operator,
            @Parameters(paramLabel = "JOIN", description = "Its join file") Path join) {
        return propose(server, operator, change("add", read(join)));
    }

    @Command(
            name = "propose-replace",
            description = "Proposes a member's new keys, role or address, and approves that.",
            mixinStandardHelpOptions = true)
    int replace(
            @Mixin ServerOptions server,
            @Mixin OperatorOptions operator,
            @Parameters(paramLabel = "JOIN", description = "Its new join file") Path join) {
        return propose(server, operator, change("replace", read(join)));
    }

    @Command(
            name = "propose-remove",
            description = "Proposes that a member leaves, and approves it.",
            mixinStandardHelpOptions = true)
    int remove(
            @Mixin ServerOptions server,
            @Mixin OperatorOptions operator,
            @Parameters(paramLabel = "NAME", description = "The institution") String name) {
        return propose(server, operator, change("remove", name));
    }

    @Command(
            name = "propose-node",
            description = "Proposes a further node of this institution, which follows, and approves it.",
            mixinStandardHelpOptions = true)
    int node(
            @Mixin ServerOptions server,
            @Mixin OperatorOptions operator,
            @Parameters(paramLabel = "JOIN", description = "Its join file") Path join) {
        return propose(server, operator, change("node", read(join)));
    }

    @Command(
            name = "propose-retire-node",
            description = "Proposes that a further node is none any more, and approves it.",
            mixinStandardHelpOptions = true)
    int retire(
            @Mixin ServerOptions server,
            @Mixin OperatorOptions operator,
            @Parameters(paramLabel = "ID", description = "Its number, see member ls -o json") int id) {
        ObjectNode change = Api.JSON.createObjectNode();
        change.putObject("retireNode").put("id", id);
        return propose(server, operator, change);
    }

    @Command(
            name = "propose-audience",
            description = "Proposes an audience, or other members of one, and approves it.",
            mixinStandardHelpOptions = true)
    int audience(
            @Mixin ServerOptions server,
            @Mixin OperatorOptions operator,
            @Parameters(paramLabel = "ID", description = "Its number") long id,
            @Option(names = "--members", paramLabel = "NAME", split = ",", required = true) List<String> members,
            @Option(
                            names = "--availability",
                            paramLabel = "quorum|origin|all",
                            defaultValue = "quorum",
                            description = "How many must hold a payload. Default: ${DEFAULT-VALUE}")
                    String availability) {
        ObjectNode change = Api.JSON.createObjectNode();
        ObjectNode audience = change.putObject("audience").put("id", id).put("availability", availability);
        ArrayNode names = audience.putArray("members");
        members.forEach(names::add);
        return propose(server, operator, change);
    }

    @Command(
            name = "propose-topic",
            description = "Proposes that a topic belongs to one audience, or is retired, and approves it.",
            mixinStandardHelpOptions = true)
    int topic(
            @Mixin ServerOptions server,
            @Mixin OperatorOptions operator,
            @Parameters(paramLabel = "TAG", description = "Its pseudonym on the ledger, 64 hexadecimal digits")
                    String tag,
            @Option(names = "--audience", paramLabel = "ID", required = true) long audience,
            @Option(names = "--retire", description = "It takes no events any more, for ever.") boolean retire) {
        ObjectNode change = Api.JSON.createObjectNode();
        change.putObject("topic").put("tag", tag).put("audience", audience).put("active", !retire);
        return propose(server, operator, change);
    }

    @Command(
            name = "propose-parameter",
            description = "Proposes another value of a parameter of the ledger, and approves it.",
            mixinStandardHelpOptions = true)
    int parameter(
            @Mixin ServerOptions server,
            @Mixin OperatorOptions operator,
            @Parameters(
                            index = "0",
                            paramLabel = "NAME",
                            description = "challenge-blocks (0: no challenges) or challenge-time (milliseconds)")
                    String name,
            @Parameters(index = "1", paramLabel = "VALUE", description = "A number") long value) {
        ObjectNode change = Api.JSON.createObjectNode();
        change.putObject("parameter").put("name", name).put("value", value);
        return propose(server, operator, change);
    }

    @Command(
            name = "vote",
            description = "Approves a proposed change for this institution, or takes that back.",
            mixinStandardHelpOptions = true)
    int vote(
            @Mixin ServerOptions server,
            @Mixin OperatorOptions operator,
            @Parameters(paramLabel = "ID", description = "Its id, or how that begins") String id,
            @Option(names = "--withdraw", description = "Takes the approval back.") boolean withdraw) {
        Api api = server.api();
        String whole = whole(api, id);
        String body = Api.JSON.createObjectNode().put("approve", !withdraw).toString();
        api.send("POST", PROPOSALS + "/" + whole + ":vote", BodyPublishers.ofString(body), operator.headers());
        new Screen(spec).line((withdraw ? "withdrawn from " : "approved ") + whole);
        return ExitCodes.OK;
    }

    @Command(
            name = "export-trust",
            description = "Writes the trust chain: every epoch of the ledger with its proof.",
            mixinStandardHelpOptions = true)
    int exportTrust(
            @Mixin ServerOptions server,
            @Option(names = "-o", paramLabel = "FILE", required = true, description = "The file to write") Path file) {
        byte[] chain = server.api().get("/ledger/trust.chain").body();
        try {
            Files.write(file, chain);
        } catch (IOException e) {
            throw new CliFailure(
                    ExitCodes.USAGE, "cannot write " + file, String.valueOf(e.getMessage()), "choose another with -o");
        }
        new Screen(spec).line("wrote " + file + ", " + chain.length + " bytes");
        return ExitCodes.OK;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new CliFailure(
                    ExitCodes.USAGE,
                    "cannot read the join file",
                    String.valueOf(e.getMessage()),
                    "waxwing network join makes one");
        }
    }

    private static ObjectNode change(String kind, String value) {
        return Api.JSON.createObjectNode().put(kind, value);
    }

    private int propose(ServerOptions server, OperatorOptions operator, ObjectNode change) {
        ObjectNode body = Api.JSON.createObjectNode();
        body.putArray("changes").add(change);
        JsonNode made = server.api()
                .send("POST", PROPOSALS, BodyPublishers.ofString(body.toString()), operator.headers())
                .json();
        Screen screen = new Screen(spec);
        screen.line("proposed " + made.path("id").asText());
        screen.line("the others approve it with: waxwing member vote "
                + made.path("id").asText().substring(0, SHORT_ID_CHARS));
        return ExitCodes.OK;
    }

    private static String whole(Api api, String id) {
        if (id.length() == ID_CHARS) {
            return id;
        }
        List<String> found = new ArrayList<>();
        for (JsonNode proposed : api.get(PROPOSALS).json().path("proposals")) {
            if (!id.isEmpty() && proposed.path("id").asText().startsWith(id)) {
                found.add(proposed.path("id").asText());
            }
        }
        if (found.size() != 1) {
            throw new CliFailure(
                    ExitCodes.NOT_FOUND,
                    found.size() + " proposed changes have ids that begin with '" + id + "'",
                    "",
                    "waxwing member proposals");
        }
        return found.get(0);
    }
}
