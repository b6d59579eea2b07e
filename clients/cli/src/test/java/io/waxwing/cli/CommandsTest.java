package io.waxwing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
    private static final TestReceipts LEDGER = new TestReceipts();
    private static final String JSON = "application/json";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    Path folder;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private FakeNode node;

    @BeforeEach
    void start() throws IOException {
        node = new FakeNode();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private Cli run(String... arguments) {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--url";
        all[arguments.length + 1] = node.url();
        return Cli.run(all);
    }

    @Test
    void pubShowsTheEventIdAndFindsOutTheContentType() {
        node.prepare(
                "POST /v1/topics/home%2Fboiler/events",
                201, JSON, "{\"status\":\"ordered\",\"eventId\":\"0a0b0c0d-1-2\",\"source\":\"s\",\"id\":\"i\"}");
        Cli cli = run("pub", "home/boiler", "-d", "{\"on\":true}");
        assertThat(cli.exitCode()).as(cli.err()).isZero();
        assertThat(cli.out()).isEqualTo("0a0b0c0d-1-2" + System.lineSeparator());
        assertThat(node.asked.get(0)).endsWith(" application/json {\"on\":true}");
        run("pub", "home/boiler", "-d", "hello");
        assertThat(node.asked.get(1)).endsWith(" text/plain; charset=utf-8 hello");
        assertThat(run("pub", "home/boiler", "-d", "x", "--count", "3").out().lines())
                .hasSize(3);
    }

    @Test
    void pubThatWaitedForOrderedAndGotDurableIsExit4() {
        node.prepare(
                "POST /v1/topics/t/events?wait=ordered",
                202,
                JSON,
                "{\"status\":\"durable\",\"source\":\"s\",\"id\":\"i\"}");
        Cli cli = run("pub", "t", "-d", "x", "--wait", "ordered");
        assertThat(cli.exitCode()).isEqualTo(ExitCodes.NOT_ORDERED);
        assertThat(cli.out()).contains("durable");
    }

    @Test
    void aProblemIsShownWithWhatWhyAndNext() {
        node.prepare(
                "POST /v1/topics/",
                403,
                "application/problem+json",
                "{\"code\":\"WXW-1003\",\"title\":\"topic is reserved for the broker\",\"detail\":\"names that begin so\"}");
        Cli cli = run("pub", "$SYS/x", "-d", "x");
        assertThat(cli.exitCode()).isEqualTo(ExitCodes.DENIED);
        assertThat(cli.err())
                .contains("error: WXW-1003 topic is reserved for the broker")
                .contains("why:  names that begin so")
                .contains("next: waxwing error WXW-1003");
    }

    @Test
    void anUnreachableNodeIsExit2() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Cli cli = Cli.run("topic", "ls", "--url", "http://127.0.0.1:" + port);
        assertThat(cli.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);
        assertThat(cli.err()).contains("cannot reach").contains("waxwing server run");
    }

    @Test
    void topicsAreListedPageByPage() {
        String topic = "{\"name\":\"%s\",\"class\":\"ordered\",\"ack\":\"ordered\",\"lastTopicSeq\":\"7\"}";
        node.prepare(
                "GET /v1/topics?prefix=a",
                200,
                JSON,
                "{\"topics\":[" + topic.formatted("a/b") + "],\"next\":\"/v1/topics?cursor=2\"}");
        node.prepare("GET /v1/topics?cursor=2", 200, JSON, "{\"topics\":[" + topic.formatted("a/c") + "]}");
        Cli cli = run("topic", "ls", "a");
        assertThat(cli.out().lines()).hasSize(2);
        assertThat(cli.out()).contains("a/b").contains("a/c").contains("last #7");
        node.prepare("PUT /v1/topics/a%2Fd", 201, JSON, topic.formatted("a/d"));
        assertThat(run("topic", "create", "a/d", "--class", "SEALED").out()).startsWith("created");
        assertThat(node.asked.get(2)).endsWith("{\"class\":\"sealed\"}");
        node.prepare("GET /v1/topics/a%2Fd", 200, JSON, topic.formatted("a/d"));
        assertThat(run("topic", "show", "a/d", "-o", "json").out()).startsWith("{\"name\":\"a/d\"");
    }

    @Test
    void whatMayChangeOfATopicIsSet() {
        node.prepare("PUT /v1/topics/a%2Fb", 200, JSON, "{\"quota\":{\"eventsPerSecond\":9,\"bytesPerSecond\":0}}");
        Cli cli = run("topic", "set", "a/b", "--events-per-second", "9", "--keep-bytes", "7");
        assertThat(cli.out()).isEqualTo("retention none  quota {\"eventsPerSecond\":9,\"bytesPerSecond\":0}\n");
        assertThat(node.asked.get(0))
                .contains("\"retention\":{\"ageSeconds\":null,\"bytes\":7}")
                .contains("\"quota\":{\"eventsPerSecond\":9,\"bytesPerSecond\":null}");
        assertThat(run("topic", "set", "a/b").err()).contains("at least one");
    }

    @Test
    void receiptGetWritesAFileThatVerifies() throws IOException {
        String id = TestReceipts.eventId(42).toString();
        node.prepare(
                "GET /v1/events/" + id + "/receipt?disclose=topic,headers,publisher,payload",
                200,
                "text/plain",
                LEDGER.receipt(42, "{\"on\":true}"));
        node.prepare(
                "GET /v1/events/" + id + "/receipt?disclose=none",
                200,
                "text/plain",
                LEDGER.receipt(42, "{\"on\":true}", false, 0));
        Path file = folder.resolve("e.tlog-proof");
        Path trust = Files.write(folder.resolve("trust.policy"), LEDGER.trustFile());
        assertThat(run("receipt", "get", id, "-o", file.toString()).exitCode()).isZero();
        Cli verified = Cli.run("verify", file.toString(), "--trust", trust.toString(), "--no-state");
        assertThat(verified.exitCode()).as(verified.out()).isZero();
        assertThat(verified.out()).contains("4 of 4 parts disclosed");
        assertThat(run("receipt", "get", id, "-o", file.toString(), "--no-disclose")
                        .exitCode())
                .isZero();
        assertThat(Cli.run("verify", file.toString(), "--trust", trust.toString(), "--no-state")
                        .out())
                .contains("0 of 4 parts disclosed");
    }

    @Test
    void aMissingEventIsExit6() {
        node.prepare(
                "GET /v1/events/x",
                404,
                "application/problem+json",
                "{\"code\":\"WXW-1201\",\"title\":\"no such event\"}");
        assertThat(run("event", "get", "x").exitCode()).isEqualTo(ExitCodes.NOT_FOUND);
    }

    private void stream(String... events) {
        StringBuilder text = new StringBuilder("retry: 2000\n: waxwing\n\n");
        for (String event : events) {
            text.append("id: 7\nevent: t\ndata: ").append(event).append("\n\n");
        }
        node.prepare("GET /v1/events?filter=", 200, "text/event-stream", text.toString());
    }

    private Cli subVerify(int count) throws IOException {
        Path trust = Files.write(folder.resolve("trust.policy"), LEDGER.trustFile());
        return run(
                "sub",
                "home/#",
                "-n",
                Integer.toString(count),
                "--verify",
                "--trust",
                trust.toString(),
                "--state",
                folder.toString());
    }

    @Test
    void subVerifyProvesEachEventAndCountsGaps() throws IOException {
        stream(TestReceipts.delivered(42, "{\"on\":true}"), TestReceipts.delivered(45, "{\"on\":true}"));
        prepareReceipt(42, LEDGER.receipt(42, "{\"on\":true}"));
        prepareReceipt(45, new TestReceipts().receipt(45, "{\"on\":true}"));
        Cli cli = subVerify(2);
        assertThat(node.asked.get(0)).startsWith("GET /v1/events?filter=home%2F%23&from=next");
        assertThat(cli.out().lines().findFirst().orElseThrow())
                .contains("ordered")
                .contains("home/boiler  iot.state.v1  on=true  #42@1842");
        assertThat(cli.out().lines().skip(1).findFirst().orElseThrow())
                .contains("FAILED")
                .contains("checkpoint");
        assertThat(cli.out()).contains("received 2, verified 1, pending 0, failed 1, gaps 2");
        assertThat(cli.exitCode()).isEqualTo(ExitCodes.VERIFICATION_FAILED);
    }

    @Test
    void aDeliveredEventThatIsNotTheCommittedOneFails() throws IOException {
        stream(TestReceipts.delivered(42, "{\"on\":false}"));
        prepareReceipt(42, LEDGER.receipt(42, "{\"on\":true}"));
        Cli cli = subVerify(1);
        assertThat(cli.out()).contains("the payload differs from the committed one");
        assertThat(cli.exitCode()).isEqualTo(ExitCodes.VERIFICATION_FAILED);
        stream(TestReceipts.delivered(42, "{\"on\":true}").replace("iot.state.v1", "iot.state.v2"));
        assertThat(subVerify(1).out()).contains("attribute type differs");
    }

    private void prepareReceipt(long topicSeq, byte[] receipt) {
        node.prepare("GET /v1/events/" + TestReceipts.eventId(topicSeq) + "/receipt", 200, "text/plain", receipt);
    }

    @Test
    void subWithoutVerifyClaimsNothingItDidNotCheck() {
        stream(
                TestReceipts.delivered(42, "\"hello\""),
                "{\"wxwtopic\":\"local/x\",\"type\":\"t\",\"data_base64\":\"aGVsbG8=\"}");
        Cli cli = run("sub", "#", "-n", "2");
        assertThat(cli.exitCode()).isZero();
        assertThat(cli.out()).contains("hello").contains("received 2, gaps 0").doesNotContain("verified");
    }

    @Test
    void subThatPassesGapsSaysWhatIsMissingAndCountsNeitherGapsNorWhatComesLate() {
        String gap = "{\"type\":\"gap\",\"topic\":\"home/boiler\",\"topicTag\":\"" + "ab".repeat(32)
                + "\",\"topicSeq\":43,\"count\":2,\"height\":7,\"leafIndex\":31,\"origin\":\"bank-a\","
                + "\"signers\":[\"bank-b\"],\"void\":false}";
        String unknown = gap.replace("\"topic\":\"home/boiler\",", "")
                .replace("\"count\":2", "\"count\":1")
                .replace("\"signers\":[\"bank-b\"]", "\"signers\":[]")
                .replace("false", "true");
        String late = TestReceipts.delivered(43, "\"late\"").replaceFirst("\\{", "{\"wxwlate\":true,");
        String text = "data: " + TestReceipts.delivered(42, "\"first\"") + "\n\nid: g.7.31\nevent: gap\ndata: " + gap
                + "\n\nevent: gap\ndata: " + unknown + "\n\ndata: " + TestReceipts.delivered(45, "\"next\"")
                + "\n\ndata: " + late + "\n\ndata: " + TestReceipts.delivered(46, "\"last\"") + "\n\n";
        node.prepare("GET /v1/events?filter=", 200, "text/event-stream", text);
        Cli cli = run("sub", "#", "-n", "4", "--on-withheld", "gap");
        assertThat(cli.exitCode()).as(cli.err()).isZero();
        assertThat(node.asked.get(node.asked.size() - 1)).contains("&onWithheld=gap");
        assertThat(cli.out())
                .contains("GAP  home/boiler  #43 to #44@7  not here yet; published by bank-a, held by bank-b")
                .contains("GAP  topic abababababab  #43@7  void: nobody gave it; published by bank-a")
                .contains("received 4, gaps 0");
        Cli json = run("sub", "#", "-n", "4", "--on-withheld", "gap", "-o", "json");
        assertThat(json.out()).contains("{\"state\":\"gap\",\"gap\":{\"type\":\"gap\"");
    }

    @Test
    void subSaysWhatIsNotKeptAnyMore() {
        String missed = "event: missed\ndata: {\"topic\":\"home/boiler\",\"count\":3}\n\n";
        String text = missed + "data: " + TestReceipts.delivered(45, "\"next\"") + "\n\n";
        node.prepare("GET /v1/events?filter=", 200, "text/event-stream", text);
        assertThat(run("sub", "#", "-n", "1").out()).contains("MISSED  home/boiler  3 events are not kept any more");
    }

    @Test
    void doctorNamesEachThingItLooksAt() {
        node.prepare("GET /health/ready", 200, JSON, "{\"status\":\"ok\",\"checks\":[]}");
        Cli cli = run("doctor", "--data", folder.toString());
        assertThat(cli.out())
                .contains("java ")
                .contains("disk ")
                .contains("port 1883")
                .contains(node.url() + " is ready")
                .contains("clock ");
        node.prepare(
                "GET /health/ready",
                503,
                JSON,
                "{\"status\":\"failed\",\"checks\":[{\"name\":\"store\",\"ok\":false,\"detail\":\"disk is full\"}]}");
        Cli sick = run("doctor", "--data", folder.toString());
        assertThat(sick.out()).contains("is not ready").contains("store: disk is full");
        assertThat(sick.exitCode()).isNotZero();
    }

    @Test
    void codesAreExplainedAndVersionsShown() {
        assertThat(Cli.run("error", "WXW-1001").out()).contains("topic name is not legal");
        assertThat(Cli.run("error", "3022").out()).contains("receipt is broken");
        assertThat(Cli.run("error", "WXW-9999").exitCode()).isEqualTo(ExitCodes.NOT_FOUND);
        assertThat(Cli.run("error").out().lines().count()).isGreaterThan(40);
        assertThat(Cli.run("version").out()).contains("waxwing").contains("java");
        assertThat(Cli.run("generate-completion").out()).contains("complete");
    }

    @Test
    void wrongUsageIsExit1WithASuggestion() {
        Cli misspelt = Cli.run("verfy");
        assertThat(misspelt.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(misspelt.err()).contains("verify");
        assertThat(Cli.run().exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(Cli.run("pub", "t").err()).contains("give -d or -f");
        assertThat(Cli.run("topic", "ls", "--url", "ftp://x").exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(Cli.run("--help").exitCode()).isZero();
    }

    @Test
    void membersAreListedAndChangesProposedAndApproved() throws IOException {
        node.prepare(
                "GET /v1/members",
                200,
                JSON,
                "{\"ledger\":\"ledger.example\",\"epoch\":2,\"since\":\"9\",\"validators\":4,\"quorum\":3,\"members\":["
                        + "{\"name\":\"bank-a\",\"role\":\"validator\",\"origins\":[{\"peer\":\"a:1\"}]}]}");
        assertThat(run("member", "ls").out())
                .contains("ledger ledger.example, epoch 2 since block 9: 4 validators, quorum 3")
                .contains("bank-a                    validator  a:1");

        Path token = Files.writeString(folder.resolve("operator.token"), "secret\n");
        Path join = Files.writeString(folder.resolve("e.join"), "a join file\n");
        String id = "ab".repeat(32);
        node.prepare("POST /v1/members/proposals", 201, JSON, "{\"id\":\"" + id + "\"}");
        Cli proposed = run("member", "propose-add", join.toString(), "--token", token.toString());
        assertThat(proposed.out()).contains("proposed " + id).contains("waxwing member vote abababababab");
        assertThat(node.asked.get(node.asked.size() - 1)).endsWith("{\"changes\":[{\"add\":\"a join file\\n\"}]}");

        node.prepare(
                "GET /v1/members/proposals",
                200,
                JSON,
                "{\"proposals\":[{\"id\":\"" + id
                        + "\",\"needed\":3,\"approvedBy\":[\"bank-a\"],\"changes\":[\"+ x\"]}]}");
        assertThat(run("member", "proposals").out())
                .contains("abababababab  approved by 1 of 3 needed: bank-a")
                .contains("    + x");
        node.prepare("POST /v1/members/proposals/" + id + ":vote", 200, JSON, "{}");
        assertThat(run("member", "vote", "abab", "--token", token.toString()).out())
                .contains("approved " + id);
        assertThat(run("member", "vote", "cd", "--token", token.toString()).exitCode())
                .isEqualTo(ExitCodes.NOT_FOUND);
        assertThat(run("member", "vote", id, "--token", folder.resolve("none").toString())
                        .err())
                .contains("the operator's token cannot be read");
    }

    @Test
    void everyKindOfChangeIsProposedInTheWordsOfTheNode() throws IOException {
        Path token = Files.writeString(folder.resolve("operator.token"), "secret\n");
        Path join = Files.writeString(folder.resolve("e.join"), "a join file\n");
        String id = "cd".repeat(32);
        node.prepare("POST /v1/members/proposals", 201, JSON, "{\"id\":\"" + id + "\"}");
        String[][] commands = {
            {"propose-replace", join.toString()},
            {"propose-remove", "insurer"},
            {"propose-node", join.toString()},
            {"propose-retire-node", "5"},
            {"propose-audience", "2", "--members", "bank-a,bank-b", "--availability", "all"},
            {"propose-topic", "ef".repeat(32), "--audience", "2", "--retire"},
            {"propose-parameter", "challenge-time", "900000"},
        };
        String[] bodies = {
            "{\"changes\":[{\"replace\":\"a join file\\n\"}]}",
            "{\"changes\":[{\"remove\":\"insurer\"}]}",
            "{\"changes\":[{\"node\":\"a join file\\n\"}]}",
            "{\"changes\":[{\"retireNode\":{\"id\":5}}]}",
            "{\"changes\":[{\"audience\":{\"id\":2,\"availability\":\"all\",\"members\":[\"bank-a\",\"bank-b\"]}}]}",
            "{\"changes\":[{\"topic\":{\"tag\":\"" + "ef".repeat(32) + "\",\"audience\":2,\"active\":false}}]}",
            "{\"changes\":[{\"parameter\":{\"name\":\"challenge-time\",\"value\":900000}}]}",
        };
        for (int i = 0; i < commands.length; i++) {
            String[] all = new String[commands[i].length + 3];
            all[0] = "member";
            System.arraycopy(commands[i], 0, all, 1, commands[i].length);
            all[all.length - 2] = "--token";
            all[all.length - 1] = token.toString();
            Cli cli = run(all);
            assertThat(cli.exitCode()).as(cli.err()).isZero();
            assertThat(node.asked.get(node.asked.size() - 1)).endsWith(bodies[i]);
        }
        node.prepare("POST /v1/members/proposals/" + id + ":vote", 200, JSON, "{}");
        assertThat(run("member", "vote", id, "--withdraw", "--token", token.toString())
                        .out())
                .contains("withdrawn from " + id);
        assertThat(run("member", "propose-add", "nothing.join", "--token", token.toString())
                        .err())
                .contains("cannot read the join file");
    }

    @Test
    void whatMembersAreIsShownAsItComesToo() throws IOException {
        String liar = "{\"ledger\":\"l\",\"epoch\":0,\"since\":\"0\",\"validators\":1,\"quorum\":1,\"members\":["
                + "{\"name\":\"m\",\"role\":\"observer\",\"origins\":[],\"convicted\":[\"double-propose\"]}]}";
        node.prepare("GET /v1/members", 200, JSON, liar);
        assertThat(run("member", "ls", "-o", "json").out()).contains(liar);
        assertThat(run("member", "ls").out()).contains("blocks prove that it lied: double-propose");
        node.prepare("GET /v1/members/proposals", 200, JSON, "{\"proposals\":[]}");
        assertThat(run("member", "proposals").out()).contains("nothing is proposed");
        assertThat(run("member", "proposals", "-o", "json").out()).contains("[]");
        node.prepare("GET /ledger/trust.chain", 200, "application/octet-stream", "chain");
        Path file = folder.resolve("trust.chain");
        assertThat(run("member", "export-trust", "-o", file.toString()).out()).contains("5 bytes");
        assertThat(Files.readString(file)).isEqualTo("chain");
        assertThat(run("member", "export-trust", "-o", folder.toString()).err()).contains("cannot write");
        assertThat(run("member").exitCode()).isEqualTo(ExitCodes.USAGE);
    }
}
