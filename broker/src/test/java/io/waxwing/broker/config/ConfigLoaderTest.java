package io.waxwing.broker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.broker.jdbc.JdbcSettings;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Secret;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
    @TempDir
    private Path folder = Path.of("");

    private BrokerConfig load(String yaml) {
        return load(yaml, Map.of(), Map.of());
    }

    private BrokerConfig load(String yaml, Map<String, String> environment, Map<String, String> commandLine) {
        Path file = folder.resolve("node.yaml");
        try {
            Files.writeString(file, yaml);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return ConfigLoader.load(file, environment, commandLine);
    }

    @Test
    void withoutAnythingGivenTheDocumentedDefaultsHold() {
        BrokerConfig config = ConfigLoader.load(null, Map.of(), Map.of());
        assertThat(config.mqtt().listener()).isEqualTo(new BrokerConfig.Listener(true, "127.0.0.1", 1883));
        assertThat(config.http().listener().port()).isEqualTo(8080);
        assertThat(config.topics().policyOf("any").deliveryClass()).isEqualTo(DeliveryClass.ORDERED);
        assertThat(config.topics().policyOf("any").ack()).isEqualTo(AckPolicy.ORDERED);
        assertThat(config.limits().eventBytes()).isEqualTo(512 << 10);
        assertThat(config.ledger().heartbeat()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void commandLineWinsOverEnvironmentWinsOverFile() {
        String yaml = "listeners: { mqtt: { port: 1 }, http: { port: 1 } }\ninstitution: from-file\n";
        BrokerConfig config = load(
                yaml,
                Map.of("WAXWING_LISTENERS__MQTT__PORT", "2", "WAXWING_LISTENERS__HTTP__PORT", "2"),
                Map.of("listeners.http.port", "3"));
        assertThat(config.institution()).isEqualTo("from-file");
        assertThat(config.mqtt().listener().port()).isEqualTo(2);
        assertThat(config.http().listener().port()).isEqualTo(3);
    }

    @Test
    void environmentNamesFindKeysWhateverTheirCase() {
        BrokerConfig config = load("", Map.of("WAXWING_MQTT__MAXPACKET", "64KiB"), Map.of());
        assertThat(config.mqtt().maxPacketBytes()).isEqualTo(64 << 10);
    }

    @Test
    void anUnknownKeyIsRefusedWithItsLineAndAProposal() {
        assertThatThrownBy(() -> load("topics:\n  default:\n    clas: sealed\n"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("WXW-2001")
                .hasMessageContaining("node.yaml:3")
                .hasMessageContaining("did you mean 'topics.default.class'?");
        assertThatThrownBy(() -> load("", Map.of(), Map.of("listeners.mqtt.prot", "1")))
                .hasMessageContaining("did you mean 'listeners.mqtt.port'?");
        assertThatThrownBy(() -> load("", Map.of("WAXWING_MQTT__NOTHING_LIKE_IT", "1"), Map.of()))
                .hasMessageContaining("WXW-2001");
    }

    @Test
    void aWrongTypeOrUnitIsRefusedWithWhatIsWanted() {
        assertThatThrownBy(() -> load("listeners: { mqtt: { port: many } }"))
                .hasMessageContaining("listeners.mqtt.port: got 'many', want a whole number from 0 to 65535");
        assertThatThrownBy(() -> load("listeners: { mqtt: { port: 70000 } }")).hasMessageContaining("want 0 to 65535");
        assertThatThrownBy(() -> load("ledger: { heartbeat: 30 }")).hasMessageContaining("want a duration with a unit");
        assertThatThrownBy(() -> load("limits: { event: 1MB }")).hasMessageContaining("want a size with a unit");
        assertThatThrownBy(() -> load("limits: { ring: 100 }")).hasMessageContaining("power of two");
        assertThatThrownBy(() -> load("listeners: { mqtt: { enabled: yes } }"))
                .hasMessageContaining("want true or false");
        assertThatThrownBy(() -> load("institution: Bank A")).hasMessageContaining("WXW-2002");
        assertThatThrownBy(() -> load("topics: 5")).hasMessageContaining("WXW-2001");
    }

    @Test
    void whatIsNotYamlIsRefused() {
        assertThatThrownBy(() -> load("a: [")).hasMessageContaining("WXW-2003");
        assertThatThrownBy(() -> load("institution: a\ninstitution: b\n")).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> ConfigLoader.load(folder.resolve("absent"), Map.of(), Map.of()))
                .hasMessageContaining("WXW-2003");
    }

    @Test
    void theFirstPolicyThatMatchesHolds() {
        BrokerConfig config = load("""
                topics:
                  default: { class: sealed }
                  policies:
                    - { filter: "a/b", class: local, ack: accepted }
                    - { filter: "a/#", class: ordered }
                """);
        assertThat(config.topics().policyOf("a/b").ack()).isEqualTo(AckPolicy.ACCEPTED);
        assertThat(config.topics().policyOf("a/c").ack()).isEqualTo(AckPolicy.ORDERED);
        assertThat(config.topics().policyOf("b").deliveryClass()).isEqualTo(DeliveryClass.SEALED);
        assertThat(config.topics().policyOf("b").ack()).isEqualTo(AckPolicy.DURABLE);
    }

    @Test
    void topicsMayHaveAnAudienceWithTheClassOfTheDefault() {
        BrokerConfig config = load("audiences: [ { name: contracts, id: 2 } ]\n"
                + "topics: { policies: [ { filter: 'c/#', audience: contracts }, { filter: 'd', class: local } ] }");
        assertThat(config.audiences()).isEqualTo(Map.of("contracts", 2L));
        assertThat(config.topics().policyOf("c/1").audience()).isEqualTo("contracts");
        assertThat(config.topics().policyOf("c/1").deliveryClass()).isEqualTo(DeliveryClass.ORDERED);
        assertThat(config.topics().policyOf("d").audience()).isEqualTo("all");
        for (String wrong : List.of(
                "[ { name: all, id: 2 } ]",
                "[ { name: a, id: 1 } ]",
                "[ { name: a } ]",
                "[ { name: a, id: 2 }, { name: b, id: 2 } ]")) {
            assertThatThrownBy(() -> load("audiences: " + wrong)).hasMessageContaining("audiences");
        }
    }

    @Test
    void policiesThatCannotHoldAreRefused() {
        assertThatThrownBy(() -> load("topics: { policies: [ { filter: a, class: ordered, ack: accepted } ] }"))
                .hasMessageContaining("only for classes 'local' and 'live'");
        assertThatThrownBy(() -> load("topics: { policies: [ { filter: 'a#', class: ordered } ] }"))
                .hasMessageContaining("wildcard");
        assertThatThrownBy(() -> load("topics: { policies: [ { filter: a, clazz: ordered } ] }"))
                .hasMessageContaining("known are filter, class, ack");
        assertThatThrownBy(() -> load("topics: { policies: [ { filter: a } ] }"))
                .hasMessageContaining("WXW-2002");
        assertThatThrownBy(() -> load("topics: { default: { ack: accepted } }")).hasMessageContaining("WXW-1009");
    }

    @Test
    void valuesMayComeFromFilesAndTheEnvironment() throws IOException {
        Path secret = Files.writeString(folder.resolve("name"), "bank-a\n");
        assertThat(load("institution: ${file:" + secret + "}").institution()).isEqualTo("bank-a");
        assertThat(load("institution: ${env:WHO}", Map.of("WHO", "bank-b"), Map.of())
                        .institution())
                .isEqualTo("bank-b");
        assertThatThrownBy(() -> load("institution: ${env:NOBODY}")).hasMessageContaining("NOBODY is not set");
    }

    @Test
    void theConfigurationInThePageAboutWitnessesIsOne() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "ideas", "witness.md"));
        String yaml = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(page)
                .results()
                .map(block -> block.group(1))
                .collect(Collectors.joining());
        BrokerConfig config = load(yaml);
        assertThat(config.witness().logs()).hasSize(1);
        assertThat(config.witness().logs().get(0).origin()).isEqualTo("waxwing.local");
        assertThat(config.outside().witnesses()).hasSize(1);
        assertThat(config.outside().interval().toSeconds()).isEqualTo(10);
    }

    @Test
    void theConfigurationInThePageAboutAnchorsIsOne() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "ideas", "evm.md"));
        String yaml = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(page)
                .results()
                .map(block -> block.group(1))
                .collect(Collectors.joining());
        EvmSettings evm = Objects.requireNonNull(load(yaml).outside().evm());
        assertThat(evm.interval().toMinutes()).isEqualTo(10);
        assertThat(evm.chain().chainId()).isEqualTo(31337);
        assertThat(evm.chain().confirmations()).isEqualTo(3);
        assertThat(evm.chain().to()).isNull();
        assertThat(load("").outside().evm()).isNull();
    }

    @Test
    void anchorsThatCannotBeAreRefusedWithoutShowingTheirAddress() {
        String right = "outside:\n  evm:\n    url: \"http://x/secret\"\n";
        for (String wrong : new String[] {
            right,
            right + "    chainId: -1\n",
            right + "    chainId: 1\n    to: \"0x12\"\n",
            right + "    chainId: 1\n    interval: 0s\n",
            right + "    chainId: 1\n    patience: 0s\n",
            right + "    chainId: 1\n    confirmations: 0\n",
            "outside:\n  evm:\n    url: \"ftp://x/secret\"\n    chainId: 1\n",
            "outside:\n  evm:\n    url: \"http://x secret\"\n    chainId: 1\n",
        }) {
            assertThatThrownBy(() -> load(wrong))
                    .as(wrong)
                    .hasMessageContaining("WXW-2002")
                    .hasMessageNotContaining("secret");
        }
        assertThat(load(right + "    chainId: 1\n    to: \"0x" + "aB".repeat(20) + "\"\n")
                        .outside()
                        .evm())
                .isNotNull();
    }

    @Test
    void keysOfWitnessesThatCannotBeAreRefused() {
        String log = "waxwing.local+d606b40f+AYf+ZpBpK90t2nfrQblUvIcs2GsTURzMxF0GKGoNAYNg";
        String witness = "local.waxwing.local+c6c166b2+BG2jv31OZb1yFajCe00h4ExJdftX0xCSxzkqxrFI6uKD";
        for (String wrong : new String[] {
            "witness:\n  logs:\n    - { vkey: \"" + witness + "\" }\n",
            "witness:\n  logs:\n    - { vkey: \"" + log + "x\" }\n",
            "witness:\n  logs:\n    - { origin: x }\n",
            "outside:\n  witnesses:\n    - { url: \"http://x\", vkey: \"" + log + "\" }\n",
            "outside:\n  witnesses:\n    - { url: \"ftp://x\", vkey: \"" + witness + "\" }\n",
            "outside:\n  witnesses:\n    - { vkey: \"" + witness + "\" }\n",
            "outside:\n  interval: 0s\n",
        }) {
            assertThatThrownBy(() -> load(wrong)).as(wrong).hasMessageContaining("WXW-2002");
        }
    }

    @Test
    void certificateAndKeyBelongTogetherAndIssuersToCertificatesThatAreAskedFor() {
        assertThat(load("").transports().tls()).isNull();
        assertThatThrownBy(() -> load("tls: { certificate: a.crt }")).hasMessageContaining("belong together");
        assertThatThrownBy(() -> load("tls: { certificate: a.crt, key: a.key, clients: required }"))
                .hasMessageContaining("tls.clientCa");
        assertThatThrownBy(() -> load("tls: { look: 0s }")).hasMessageContaining("tls.look");
        TlsSettings tls = Objects.requireNonNull(
                load("tls: { certificate: a.crt, key: a.key, clients: optional, clientCa: ca.crt }")
                        .transports()
                        .tls());
        assertThat(tls.clients()).isEqualTo(TlsSettings.Clients.OPTIONAL);
        assertThat(tls.clientCa()).isEqualTo(Path.of("ca.crt"));
        assertThat(tls.look()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void stompHasBoundsAndListenersOfItsOwn() {
        StompConfig stomp = load("stomp: { maxBody: 2KiB, maxTransactions: 0 }").stomp();
        assertThat(stomp.listener()).isEqualTo(new BrokerConfig.Listener(true, "127.0.0.1", 61_613));
        assertThat(stomp.encrypted().enabled()).isFalse();
        assertThat(stomp.wire()).isEqualTo(new StompConfig.Wire(128, 8 << 10, 2 << 10));
        assertThat(stomp.session().transactions()).isZero();
        assertThat(stomp.pages()).isEqualTo(new StompConfig.Pages(true, java.util.List.of(), false));
        assertThat(load("stomp: { webSocketOrigins: none }").stomp().pages().some())
                .isFalse();
        assertThat(load("stomp: { webSocketOrigins: \"https://a.example, http://b.example\" }")
                        .stomp()
                        .pages()
                        .origins())
                .containsExactly("https://a.example", "http://b.example");
        assertThatThrownBy(() -> load("stomp: { prefetch: 0 }")).hasMessageContaining("stomp.prefetch");
    }

    @Test
    void pagesThatMayConnectAreNamedByTheirOrigins() {
        assertThat(load("").transports().webSocket()).isTrue();
        assertThat(load("mqtt: { webSocketOrigins: none }").transports().webSocket())
                .isFalse();
        assertThat(load("mqtt: { webSocketOrigins: any }").transports().anyOrigin())
                .isTrue();
        assertThat(load("mqtt: { webSocketOrigins: \"https://a.example, http://b.example:3000\" }")
                        .transports()
                        .origins())
                .containsExactly("https://a.example", "http://b.example:3000");
        assertThatThrownBy(() -> load("mqtt: { webSocketOrigins: a.example }")).hasMessageContaining("origins");
    }

    @Test
    void databasesAreNamedOnceWithSecretsFromElsewhereAndNoComplaintShowsThem() {
        JdbcSettings jdbc =
                load("""
                        jdbc:
                          drivers: /opt/drivers
                          timeout: 2s
                          connections:
                            - { name: plant, url: "jdbc:x:${env:HOST}", user: u, password: "${env:PW}", users: "a, b" }
                            - { name: other, url: "jdbc:x:y", users: any }
                        """, Map.of("HOST", "h", "PW", "s3cret-é"), Map.of()).jdbc();
        assertThat(jdbc.statementMs()).isEqualTo(2_000);
        JdbcSettings.Named plant = jdbc.connections().get(0);
        assertThat(plant.url()).isEqualTo("jdbc:x:h");
        assertThat(plant.password()).isEqualTo(Secret.utf8("s3cret-é"));
        assertThat(plant.users()).containsExactlyInAnyOrder("a", "b");
        assertThat(plant.anybody()).isFalse();
        assertThat(plant.toString()).isEqualTo("plant");
        assertThat(jdbc.connections().get(1).anybody()).isTrue();
        badDatabase("{ name: plant, url: \"mysql://u:s3cret@h\" }", "begins with jdbc:");
        badDatabase("{ url: \"jdbc:s3cret\" }", "a name");
        badDatabase("{ name: A, url: \"jdbc:s3cret\" }", "want a-z");
        badDatabase("{ name: a, url: \"jdbc:s3cret\" }, { name: a, url: \"jdbc:s3cret\" }", "once");
        badDatabase("{ name: a, url: \"jdbc:s3cret\", users: \"a,,b\" }", "parted by commas");
        badDatabase("{ name: a, url: \"jdbc:s3cret\", passwort: s3cret }", "known are");
        badDatabase("{ name: a, url: \"jdbc:s3cret\", password: \"${env:NONE}\" }", "NONE is not set");
        assertThatThrownBy(() -> load("jdbc: { timeout: 0s }")).hasMessageContaining("jdbc.timeout");
    }

    private void badDatabase(String items, String why) {
        assertThatThrownBy(() -> load("jdbc: { connections: [" + items + "] }"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("s3cret");
    }
}
