package io.waxwing.broker.weevent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.broker.Broker;
import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.broker.weevent.OldClient.Got;
import io.waxwing.broker.weevent.OldClient.Inbox;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client that an application of WeEvent has, against a real node: only the URL is another. */
class WeEventClientTest {
    @TempDir
    private Path folder;

    private int port;
    private Broker broker;
    private OldClient client;

    @BeforeEach
    void start() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        broker = node();
        client = OldClient.of("http://127.0.0.1:" + port + "/weevent");
    }

    private Broker node() throws IOException {
        BrokerConfig config = ConfigLoader.load(
                Files.writeString(
                        folder.resolve("waxwing.yaml"), "weevent: { groups: [ { id: 2, prefix: other/group } ] }\n"),
                Map.of(),
                Map.of(
                        "listeners.mqtt.enabled", "false",
                        "listeners.stomp.enabled", "false",
                        "listeners.http.port", Integer.toString(port),
                        "store.reserve", "1MiB"));
        return Broker.start(BrokerFolder.of(folder.resolve("data"), null), config);
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        broker.stop();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void topicsAreOpenedFoundToldOfAndListed() {
        assertThat(client.call("open", "com.weevent.test")).isEqualTo(true);
        assertThat(client.call("open", "com.weevent.test", "1")).isEqualTo(true);
        assertThat(client.call("exist", "com.weevent.test")).isEqualTo(true);
        assertThat(client.call("exist", "com.weevent.other", "1")).isEqualTo(false);
        assertThat(client.call("close", "com.weevent.test")).isEqualTo(true);
        client.publish("com.weevent.test", bytes("a"));
        String second = client.publish("com.weevent.test", bytes("b"));
        Object state = client.call("state", "com.weevent.test");
        assertThat(OldClient.get(state, "getTopicName")).isEqualTo("com.weevent.test");
        assertThat(OldClient.get(state, "getSequenceNumber")).isEqualTo(2L);
        assertThat(second).isEqualTo("317e7c4c-2-" + OldClient.get(state, "getBlockNumber"));
        assertThat(OldClient.get(state, "getSenderAddress")).isEqualTo("local");
        Object page = client.call("list", 0, 10);
        assertThat(OldClient.get(page, "getTotal")).isEqualTo(1);
        assertThat((List<?>) OldClient.get(page, "getTopicInfoList")).hasSize(1);
    }

    @Test
    void twoGroupsSeeNothingOfEachOther() throws Exception {
        for (String group : new String[] {"1", "2"}) {
            assertThat(client.call("exist", "com.weevent.test", group)).isEqualTo(false);
            assertThat(client.call("open", "com.weevent.test", group)).isEqualTo(true);
        }
        assertThat(client.call("open", "com.weevent.first", "1")).isEqualTo(true);
        assertThat(client.call("exist", "com.weevent.first", "2")).isEqualTo(false);
        Inbox one = client.subscribe("com.weevent.test", "1", "OFFSET_FIRST");
        Inbox two = client.subscribe("com.weevent.test", "2", "OFFSET_FIRST");
        String first = client.publish("com.weevent.test", "1", bytes("a"), Map.of());
        client.publish("com.weevent.test", "1", bytes("b"), Map.of());
        String other = client.publish("com.weevent.test", "2", bytes("c"), Map.of());
        assertThat(List.of(one.next().text(), one.next().text())).containsExactly("a", "b");
        Got third = two.next();
        assertThat(third.text()).isEqualTo("c");
        assertThat(third.topic()).as("as the group calls it").isEqualTo("com.weevent.test");
        assertThat(third.eventId()).isEqualTo(other).contains("-1-");
        assertThat(one.events).isEmpty();
        assertThat(two.events).isEmpty();
        assertThat(OldClient.get(client.call("state", "com.weevent.test", "1"), "getSequenceNumber"))
                .isEqualTo(2L);
        assertThat(OldClient.get(client.call("state", "com.weevent.test", "2"), "getSequenceNumber"))
                .isEqualTo(1L);
        assertThat(OldClient.get(client.call("list", 0, 10, "1"), "getTotal")).isEqualTo(2);
        assertThat(OldClient.get(client.call("list", 0, 10, "2"), "getTotal")).isEqualTo(1);
        assertThat(OldClient.get(client.call("getEvent", other, "2"), "getContent"))
                .isEqualTo(bytes("c"));
        for (Object[] across : new Object[][] {{other, "1"}, {first, "2"}}) {
            assertThatThrownBy(() -> client.call("getEvent", across))
                    .isInstanceOfSatisfying(
                            OldClient.Refused.class,
                            refused -> assertThat(refused.code).isEqualTo(100303));
        }
    }

    @Test
    void eventsArePublishedWithExtensionsAndWithoutAndReadBack() {
        client.call("open", "com.weevent.test");
        Got plain = client.event(client.publish("com.weevent.test", bytes("你好")));
        assertThat(plain.text()).isEqualTo("你好");
        byte[] binary = {0, (byte) 0xff, (byte) 0xfe, '\n'};
        Got tagged = client.event(client.publish("com.weevent.test", "1", binary, Map.of("weevent-tag", "t1")));
        assertThat(tagged.content()).isEqualTo(binary);
        assertThat(tagged.extensions().get("weevent-tag")).isEqualTo("t1");
        assertThat((String) tagged.extensions().get("weevent-plus"))
                .contains("\"sender\":\"local\"", "\"txHash\":\"0x");
        assertThat(client.event(client.publish("com.weevent.test", bytes("x"), Map.of("own", "y")))
                        .extensions()
                        .get("own"))
                .isEqualTo("y");
    }

    @Test
    void whatIsWrongComesWithItsNumber() {
        assertThatThrownBy(() -> client.publish("com.weevent.none", bytes("a")))
                .isInstanceOfSatisfying(
                        OldClient.Refused.class,
                        refused -> assertThat(refused.code).isEqualTo(100101));
        assertThatThrownBy(() -> client.call("state", "com.weevent.none"))
                .isInstanceOfSatisfying(
                        OldClient.Refused.class,
                        refused -> assertThat(refused.code).isEqualTo(100101));
        assertThatThrownBy(() -> client.call("open", "com.weevent.test", "7"))
                .isInstanceOfSatisfying(
                        OldClient.Refused.class,
                        refused -> assertThat(refused.code).isEqualTo(200211));
        assertThatThrownBy(() -> client.event("317e7c4c-1-999999"))
                .isInstanceOfSatisfying(
                        OldClient.Refused.class,
                        refused -> assertThat(refused.code).isEqualTo(100304));
    }

    @Test
    void subscriptionsBeginAtTheFirstAtTheLastAndBehindAnEvent() throws Exception {
        client.call("open", "com.weevent.test");
        String first = client.publish("com.weevent.test", bytes("1"));
        client.publish("com.weevent.test", bytes("2"));
        Inbox all = client.subscribe("com.weevent.test", "OFFSET_FIRST");
        Inbox now = client.subscribe("com.weevent.test", "OFFSET_LAST");
        Inbox behind = client.subscribe("com.weevent.test", "1", first);
        client.publish("com.weevent.test", bytes("3"), Map.of("weevent-tag", "t1"));
        assertThat(List.of(all.next().text(), all.next().text(), all.next().text()))
                .containsExactly("1", "2", "3");
        assertThat(List.of(behind.next().text(), behind.next().text())).containsExactly("2", "3");
        Got third = now.next();
        assertThat(third.text()).isEqualTo("3");
        assertThat(third.topic()).isEqualTo("com.weevent.test");
        assertThat(third.extensions().get("weevent-tag")).isEqualTo("t1");
        assertThat(third.eventId()).startsWith("317e7c4c-3-");
    }

    @Test
    void oneSubscriptionHasManyTopicsAndSubscriptionsAreEnded() throws Exception {
        client.call("open", "a");
        client.call("open", "b");
        Inbox both = client.subscribe("a,b", "OFFSET_FIRST");
        Inbox one = client.subscribe("a", "OFFSET_FIRST");
        client.publish("a", bytes("1"));
        client.publish("b", bytes("2"));
        assertThat(List.of(both.next().text(), both.next().text())).containsExactly("1", "2");
        assertThat(one.next().text()).isEqualTo("1");
        assertThat(client.unsubscribe(one.subscriptionId)).isTrue();
        assertThat(client.unsubscribe(UUID.randomUUID().toString())).isFalse();
        client.publish("a", bytes("3"));
        assertThat(both.next().text()).isEqualTo("3");
        assertThat(one.events).isEmpty();
    }

    @Test
    void aRestartOfTheNodeLosesNothingForASubscriber() throws Exception {
        client.call("open", "com.weevent.test");
        Inbox inbox = client.subscribe("com.weevent.test", "OFFSET_LAST");
        client.publish("com.weevent.test", bytes("before"));
        assertThat(inbox.next().text()).isEqualTo("before");
        broker.stop();
        broker = node();
        try (OldClient publisher = OldClient.of("http://127.0.0.1:" + port + "/weevent")) {
            for (int i = 0; i < 20; i++) {
                publisher.publish("com.weevent.test", bytes("after " + i));
            }
        }
        // The subscriber comes back within three seconds, and goes on from the last event that it saw.
        for (int i = 0; i < 20; i++) {
            assertThat(inbox.next().text()).isEqualTo("after " + i);
        }
    }

    @Test
    void noEventOfTheHistoryIsLostBetweenTheReceiptAndTheListener() throws Exception {
        client.call("open", "com.weevent.test");
        for (int i = 0; i < 5; i++) {
            client.publish("com.weevent.test", bytes(Integer.toString(i)));
        }
        for (int round = 0; round < 20; round++) {
            Inbox inbox = client.subscribe("com.weevent.test", "OFFSET_FIRST");
            for (int i = 0; i < 5; i++) {
                assertThat(inbox.next().text()).as("round " + round).isEqualTo(Integer.toString(i));
            }
            client.unsubscribe(inbox.subscriptionId);
        }
    }
}
