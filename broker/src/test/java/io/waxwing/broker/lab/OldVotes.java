package io.waxwing.broker.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * A node whose operator puts an old backup of everything back, vote log included, has forgotten what it signed. It must
 * not vote before its keys are changed, by its own operator's and the others' approval.
 */
final class OldVotes {
    private static final Pattern PROPOSED = Pattern.compile("proposed (\\S+)");
    private static final String VOTING = "waxwing_ledger_voting";

    private OldVotes() {}

    static String happen(Lab lab) throws Exception {
        LabNode node = lab.node(2);
        Path backup = lab.folder().resolve("backup-of-all");
        node.stop();
        Namespaces.run("cp", "-a", node.data().data().toString(), backup.toString());
        node.start(Lab.settings(node));
        lab.settle();
        lab.awaitOrdered(node.number(), Scenarios.PROGRESS);
        node.stop();
        Namespaces.run("rm", "-rf", node.data().data().toString());
        Namespaces.run("mv", backup.toString(), node.data().data().toString());
        lab.lostUnfinished(node.number());
        node.start(Lab.settings(node));
        Awaitility.await("it says that its votes are missing")
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> node.log().contains("WXW-3154"));
        for (LabNode other : lab.nodes) {
            if (other != node) {
                lab.awaitOrdered(other.number(), Scenarios.PROGRESS);
            }
        }
        assertThat(node.metric(VOTING)).as("it does not vote").isZero();
        changeKeys(lab, node);
        Awaitility.await("it votes with its new keys")
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> node.metric(VOTING) == 1);
        return "it did not vote, said so, and votes again with new keys";
    }

    private static void changeKeys(Lab lab, LabNode node) throws Exception {
        node.waxwing("key", "rotate", "--data", node.data().data().toString());
        node.stop();
        node.start(Lab.settings(node));
        Path keys = node.data().keySets().get(1);
        Path join = lab.folder().resolve("again.join");
        String peer = Namespaces.peerAddress(node.number()) + ":" + node.peerPort();
        String data = node.data().data().toString();
        node.waxwing(
                "network",
                "join",
                "--name",
                node.name(),
                "--peer",
                peer,
                "--data",
                data,
                "--keys",
                keys.toString(),
                "-o",
                join.toString());
        Awaitility.await("it answers").atMost(90, TimeUnit.SECONDS).until(() -> node.tryGet("/v1/members") != null);
        Matcher proposed =
                PROPOSED.matcher(node.waxwing("member", "propose-replace", join.toString(), "--url", node.url()));
        assertThat(proposed.find()).isTrue();
        String id = proposed.group(1);
        // With its own that is a quorum, and the change is done.
        for (LabNode other : List.of(lab.node(1), lab.node(3))) {
            Awaitility.await(other.name() + " knows of the change")
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> other.get("/v1/members/proposals", java.net.http.HttpResponse.BodyHandlers.ofString())
                            .body()
                            .contains(id));
            other.waxwing("member", "vote", id, "--url", other.url());
        }
    }
}
