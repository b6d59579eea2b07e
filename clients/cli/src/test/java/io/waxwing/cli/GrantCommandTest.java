package io.waxwing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrantCommandTest {
    private static final String CLAIM = "{\"id\":\"mine\",\"institution\":\"bank-a\",\"effect\":\"claim\","
            + "\"audience\":\"all\",\"resource\":\"orders/#\",\"leafIndex\":\"12\",\"height\":\"3\"}";
    private static final String ALLOW = "{\"id\":\"in\",\"institution\":\"bank-a\",\"effect\":\"allow\","
            + "\"audience\":\"all\",\"resource\":\"orders/in\",\"principal\":\"bank-b\",\"actions\":[\"publish\"],"
            + "\"leafIndex\":\"14\",\"height\":\"4\"}";

    @TempDir
    private Path folder = Path.of("");

    private Cli run(FakeNode node, String... arguments) throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "secret");
        List<String> all = new ArrayList<>(List.of("grant"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--url", node.url()));
        if (!arguments[0].equals("ls")) {
            all.addAll(List.of("--token", token.toString()));
        }
        return Cli.run(all.toArray(new String[0]));
    }

    @Test
    void whatIsSaidIsShownAsTheLedgerHasIt() throws IOException {
        try (FakeNode node = new FakeNode()) {
            node.prepare("PUT /v1/grants/mine", 200, "application/json", CLAIM);
            Cli claimed = run(node, "claim", "mine", "orders/#");
            assertThat(claimed.exitCode()).as(claimed.out()).isZero();
            assertThat(claimed.out()).contains("bank-a/mine: claim orders/# in all, from leaf 12, block 3");
            node.prepare("PUT /v1/grants/in", 200, "application/json", ALLOW);
            Cli put = run(node, "put", "in", "publish", "--to", "bank-b", "--topics", "orders/in", "--leaf", "13");
            assertThat(put.out()).contains("bank-a/in: allow bank-b publish orders/in in all, from leaf 14");
            node.prepare("GET /v1/grants", 200, "application/json", "{\"grants\":[" + CLAIM + "," + ALLOW + "]}");
            assertThat(run(node, "ls").out().lines()).hasSize(2);
            assertThat(run(node, "ls", "-o", "json").out()).contains(ALLOW);
            node.prepare("GET /v1/grants", 200, "application/json", "{\"grants\":[]}");
            assertThat(run(node, "ls").out()).contains("nobody claims anything");
        }
    }

    @Test
    void whatEndsAndWhatIsRefusedIsSaid() throws IOException {
        try (FakeNode node = new FakeNode()) {
            node.prepare("DELETE /v1/grants/in", 200, "application/json", ALLOW);
            assertThat(run(node, "rm", "in").out()).contains("ended allow in of leaf 14");
            node.prepare("DELETE /v1/grants/mine?institution=bank-x", 200, "application/json", CLAIM);
            assertThat(run(node, "release", "mine", "--institution", "bank-x").out())
                    .contains("ended claim mine");
            node.prepare(
                    "PUT /v1/grants/mine",
                    409,
                    "application/problem+json",
                    "{\"code\":\"WXW-1284\",\"detail\":\"overlaps\"}");
            Cli refused = run(node, "claim", "mine", "orders/#");
            assertThat(refused.exitCode()).isNotZero();
            assertThat(refused.err()).contains("WXW-1284");
            assertThat(Cli.run("grant").exitCode()).isEqualTo(ExitCodes.USAGE);
        }
    }

    @Test
    void anExplanationNamesTheRulesOfBoth() throws IOException {
        try (FakeNode node = new FakeNode()) {
            String query = "GET /v1/grants:explain?principal=ann&resource=orders%2Fin&action=publish";
            node.prepare(
                    query,
                    200,
                    "application/json",
                    "{\"principal\":\"bank-a/ann\",\"allowed\":false,\"node\":{\"allows\":false},\"ledger\":"
                            + "{\"allows\":true,\"claim\":" + CLAIM + ",\"because\":" + ALLOW + "}}");
            String why = run(node, "explain", "ann", "publish", "orders/in").out();
            assertThat(why)
                    .contains("no: bank-a/ann publish orders/in")
                    .contains("this node: no, nothing says so")
                    .contains("the ledger: yes, bank-a/mine: claim")
                    .contains("bank-a/in: allow bank-b");
            node.prepare(
                    query,
                    200,
                    "application/json",
                    "{\"principal\":\"bank-a/ann\",\"allowed\":true,\"ledger\":{\"allows\":true}}");
            assertThat(run(node, "explain", "ann", "publish", "orders/in").out())
                    .contains("yes: bank-a/ann", "nobody claims the topic");
        }
    }
}
