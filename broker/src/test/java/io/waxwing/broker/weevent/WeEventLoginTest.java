package io.waxwing.broker.weevent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.broker.access.AccessText;
import io.waxwing.broker.weevent.OldClient.Inbox;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Grant;
import io.waxwing.bus.identity.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client 1.0.0 at a node that asks who somebody is. */
class WeEventLoginTest {
    @TempDir
    private Path folder = Path.of("");

    private LoneNode node;

    @BeforeEach
    void start() throws Exception {
        AccessText access = new AccessText(folder.resolve("access"), new SecureRandom());
        access.add("app", Secret.utf8("correct horse"));
        for (Action action : new Action[] {Action.PUBLISH, Action.SUBSCRIBE, Action.MANAGE}) {
            access.grant("app", new Grant(true, action, "app/#"));
        }
        node = new LoneNode(
                folder.resolve("data"),
                Map.of("access.file", folder.resolve("access").toString(), "weevent.user", "app"));
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    @Test
    void whoLogsInGetsWhatHeMayHave() throws Exception {
        try (OldClient client = OldClient.of(node.url("http") + "/weevent", "app", "correct horse")) {
            assertThat(client.call("open", "app/orders")).isEqualTo(true);
            Inbox inbox = client.subscribe("app/orders", "OFFSET_FIRST");
            assertThat(inbox.subscriptionId).isNotEmpty();
            String eventId = client.publish("app/orders", "x".getBytes(StandardCharsets.UTF_8));
            assertThat(inbox.next().eventId()).isEqualTo(eventId);
            assertThatThrownBy(() -> client.call("open", "others/orders")).isInstanceOf(OldClient.Refused.class);
        }
    }
}
