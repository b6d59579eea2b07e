package io.waxwing.broker.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import io.waxwing.broker.access.AccessText;
import io.waxwing.broker.admin.Logging;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Grant;
import io.waxwing.bus.identity.Secret;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The log of a whole node at its most talkative, its metrics, its audit log and its errors. */
class SecretsTest {
    private static final String PASSWORD = "pass-phrase-that-is-secret";
    private static final String WRONG = "wrong-phrase-that-is-secret-too";
    private static final String FORGED = "2026-01-01 ERROR forged";

    @TempDir
    private Path folder = Path.of("");

    private final Queue<ILoggingEvent> logged = new ConcurrentLinkedQueue<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.waxwing");
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            logged.add(event);
        }
    };

    private String token = "";
    private Attacked node;

    @BeforeEach
    void start() throws Exception {
        AccessText access = new AccessText(folder.resolve("access"), new SecureRandom());
        access.add("alice", Secret.utf8(PASSWORD));
        access.grant("alice", new Grant(true, Action.PUBLISH, "home/#"));
        access.grant("alice", new Grant(true, Action.SUBSCRIBE, "home/#"));
        token = access.token("alice", null);
        appender.start();
        logger.setLevel(Level.TRACE);
        logger.setAdditive(false);
        logger.addAppender(appender);
        node = new Attacked(
                folder,
                Map.of(
                        "access.file",
                        folder.resolve("access").toString(),
                        "webhooks.privateNetworks",
                        "true",
                        "webhooks.handshake",
                        "false"));
    }

    @AfterEach
    void stop() {
        node.close();
        logger.detachAppender(appender);
        logger.setLevel(Level.OFF);
        logger.setAdditive(true);
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private void login(String user, String password) {
        Mqtt5BlockingClient client = Mqtt5Client.builder()
                .identifier("c\r\n" + FORGED)
                .serverHost("127.0.0.1")
                .serverPort(node.port("mqtt"))
                .simpleAuth(Mqtt5SimpleAuth.builder()
                        .username(user)
                        .password(password.getBytes(StandardCharsets.UTF_8))
                        .build())
                .buildBlocking();
        client.connect();
        client.publishWith().topic("home/a\r\n" + FORGED).send();
        client.disconnect();
    }

    /** What users and strangers do, in every protocol; all answers. */
    private List<String> everythingHappens() throws Exception {
        List<String> answers = new ArrayList<>();
        String alice = basic("alice", PASSWORD);
        String[][] credentials = {
            {alice},
            {"Bearer " + token},
            {basic("alice", WRONG)},
            {"Bearer " + WRONG},
            {basic("bob", WRONG)},
            {"Nonsense " + WRONG}
        };
        for (String[] each : credentials) {
            for (String path : List.of("/v1/topics/home/a/events", "/v1/topics/else/a/events", "/v1/nothing")) {
                answers.add(
                        node.send("POST", path, "x", "authorization", each[0]).body());
            }
            HttpResponse<String> made = node.send(
                    "PUT",
                    "/v1/webhooks/w",
                    "{\"url\":\"http://127.0.0.1:1/\",\"filter\":\"home/#\"}",
                    "authorization",
                    each[0]);
            answers.add(made.body());
            answers.add(node.send("GET", "/v1/webhooks", null, "authorization", each[0])
                    .body());
            answers.add(node.send("GET", "/v1/webhooks/w", null, "authorization", each[0])
                    .body());
            answers.add(node.send("GET", "/v1/subscriptions", null, "authorization", each[0])
                    .body());
        }
        login("alice", PASSWORD);
        assertThatThrownBy(() -> login("alice\r\n" + FORGED, WRONG)).isInstanceOf(RuntimeException.class);
        for (String phrase : List.of(PASSWORD, WRONG, token)) {
            try (Socket stomp = node.raw("stomp")) {
                Attacked.stomp(
                        stomp,
                        "CONNECT\naccept-version:1.2\nhost:h\nlogin:alice\npasscode:" + phrase
                                + "\n\n^SEND\ndestination:/topic/home/a\\n" + FORGED + "\nreceipt:1\n\nx^");
                answers.add(Attacked.frame(stomp));
            }
        }
        answers.add(node.send("GET", "/metrics", null, "authorization", alice).body());
        return answers;
    }

    @Test
    void noSecretIsInTheLogTheMetricsTheAuditLogOrAnAnswer() throws Exception {
        List<String> answers = everythingHappens();
        String operator =
                Files.readString(folder.resolve("data/operator.token")).strip();
        answers.add(node.send("GET", "/v1/webhooks/w", null, "authorization", "Bearer " + operator)
                .body());
        node.close();
        assertThat(logged).isNotEmpty();
        List<String> places = new ArrayList<>(answers);
        logged.forEach(event -> places.add(event.getFormattedMessage()
                + event.getKeyValuePairs()
                + (event.getThrowableProxy() == null
                        ? ""
                        : event.getThrowableProxy().getMessage())));
        places.add(Files.readString(node.broker.folder().auditLog()));
        String tokenSecret = token.substring(token.lastIndexOf('.') + 1);
        String aliceBasic = basic("alice", PASSWORD).substring("Basic ".length());
        assertThat(places)
                .allSatisfy(text -> assertThat(text)
                        .doesNotContain(
                                PASSWORD,
                                WRONG,
                                tokenSecret,
                                operator,
                                aliceBasic,
                                "argon2",
                                "\"private\"",
                                "MC4CAQAw"));
    }

    @Test
    void nothingThatAStrangerSendsIsALineOfItsOwnInTheLog() throws Exception {
        List<String> unused = everythingHappens();
        node.close();
        PatternLayoutEncoder lines = Logging.lines(logger.getLoggerContext());
        assertThat(logged).isNotEmpty().allSatisfy(event -> {
            String line = new String(lines.encode(event), StandardCharsets.UTF_8);
            assertThat(line.strip()
                            .lines()
                            .filter(each -> !each.startsWith("\tat ")
                                    && !each.startsWith("Caused by")
                                    && !each.startsWith("\t..."))
                            .count())
                    .as(line)
                    .isLessThanOrEqualTo(event.getThrowableProxy() == null ? 1 : 2);
        });
        assertThat(Files.readAllLines(node.broker.folder().auditLog())).allMatch(line -> line.startsWith("{"));
    }
}
