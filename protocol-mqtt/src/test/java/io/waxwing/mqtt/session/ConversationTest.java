package io.waxwing.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.PacketText;
import io.waxwing.mqtt.packet.ReasonCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Executes {@code src/test/resources/conversations/*.txt} on the session core. A line {@code >} is a packet from the
 * client, {@code !} something else that happens, {@code <} what the session must do then; {@code ==} begins a new
 * connection. With {@code -Dconversations.rewrite=true} the files are rewritten: then read the diff.
 */
class ConversationTest {
    private static final Path FOLDER = Path.of("src/test/resources/conversations");
    private static final long START_NANOS = 1_000_000_000_000L;
    private static final long START_MILLIS = 1_800_000_000_000L;

    private final RecordingOutput out = new RecordingOutput();
    private ClientLimits limits = ClientLimits.DEFAULT;
    private MqttSession session = newSession("n");
    private long now = START_NANOS;
    private @Nullable SessionState left;

    static Stream<Path> conversations() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("conversations")
    void sessionSpeaksAsWritten(Path file) throws IOException {
        List<String> actual = new ArrayList<>();
        List<String> written = Files.readAllLines(file, StandardCharsets.UTF_8);
        for (String line : written) {
            if (line.startsWith("<")) {
                continue;
            }
            actual.add(line);
            execute(line);
            out.take().forEach(effect -> actual.add("< " + effect));
        }
        if (Boolean.getBoolean("conversations.rewrite")) {
            Files.write(file, actual, StandardCharsets.UTF_8);
        }
        assertThat(actual).as(file.toString()).isEqualTo(written);
        assertThat(written.stream().filter(line -> line.startsWith("<"))).isNotEmpty();
    }

    private MqttSession newSession(String nonce) {
        SessionSettings settings =
                SessionSettings.of("bank-a.example").withReceiveMaximum(3).withLimits(limits);
        return new MqttSession(settings, nonce, START_NANOS, START_MILLIS);
    }

    private void execute(String line) {
        if (line.startsWith("==")) {
            now = START_NANOS;
            limits = limits(new PacketText.Words(line.substring(2)));
            session = newSession("n");
            left = null;
            out.writable = true;
            out.busHasRoom = true;
            out.access = line.contains(" asked") ? null : Access.UNLIMITED;
            out.subscriptions.clear();
        } else if (line.startsWith(">")) {
            session.onPacket(PacketText.parse(line.substring(1)), now, out);
        } else if (line.startsWith("!")) {
            happen(new PacketText.Words(line.substring(1)));
        }
    }

    /**
     * {@code == settings aliases=2 rate=10}: other limits for what follows. {@code == asked}: clients are asked who
     * they are.
     */
    private static ClientLimits limits(PacketText.Words words) {
        return new ClientLimits(
                Integer.parseInt(words.value("aliases", "0")),
                16,
                Integer.parseInt(words.value("levels", "64")),
                Long.parseLong(words.value("rate", "0")),
                Long.parseLong(words.value("bytes", "0")));
    }

    private void happen(PacketText.Words words) {
        switch (words.first()) {
            case "admitted" -> session.onAdmitted(Access.UNLIMITED, now, out);
            case "not-admitted" -> session.onNotAdmitted(refusal(words), out);
            case "owned" -> session.onOwned(words.has("former") ? left : null, now, out);
            case "saved" -> session.onSaved(now, out);
            case "save-failed" -> session.onSaveFailed(out);
            case "found" -> session.onFound(found(words), now, out);
            case "leave" -> left = session.leave(now / 1_000_000L);
            case "reconnect" -> session = newSession(words.value("nonce", "m"));
            case "restart" -> {
                left = out.store.readOnly(256);
                session = newSession(words.value("nonce", "m"));
            }
            case "after" -> {
                now += Long.parseLong(words.all().get(1)) * 1_000_000L;
                session.onTimeout(now, out);
            }
            case "durable" -> session.onAcknowledged(token(words), Acknowledgement.DURABLE, now, out);
            case "ordered" ->
                session.onAcknowledged(token(words), Acknowledgement.ordered(new EventId(0x1234abcd, 7, 9)), now, out);
            case "duplicate" ->
                session.onAcknowledged(
                        token(words), new Acknowledgement(Acknowledgement.DURABLE.reached(), null, true), now, out);
            case "refuse" -> session.onRefused(token(words), refusal(words), now, out);
            case "answered" ->
                session.onSubscriptionAnswer(token(words), Long.parseLong(words.value("since", "1")), now, out);
            case "deliver" -> session.onDelivery(delivery(words), now, out);
            case "full" -> out.busHasRoom = false;
            case "room" -> {
                out.busHasRoom = true;
                session.onRoom(now, out);
            }
            case "unwritable" -> out.writable = false;
            case "output-full" -> session.onOutputFull(out);
            case "writable" -> {
                out.writable = true;
                session.onWritable(now, out);
            }
            case "lost" -> session.onConnectionLost(out);
            case "takeover" -> session.onFault(Fault.TAKEN_OVER, out);
            case "shutdown" -> session.onFault(Fault.SHUTDOWN, out);
            case "redirect" -> session.onFault(Fault.redirected(words.all().get(1), words.has("moved")), out);
            case "detached" -> session.onDetached(refusal(words), out);
            case "malformed" ->
                session.onMalformed(
                        ReasonCode.valueOf(words.all().get(1)), "field", words.has("v5") ? MqttVersion.V5 : null, out);
            default -> throw new IllegalArgumentException(words.all().toString());
        }
    }

    private static long token(PacketText.Words words) {
        return Long.parseLong(words.all().get(1));
    }

    private static Refusal refusal(PacketText.Words words) {
        List<String> all = words.all();
        return new Refusal(FailureCode.valueOf(all.get(all.size() - 1)), "because");
    }

    /** {@code events=a,b,-}: payloads in the order asked for, a dash for one that is gone. */
    private List<@Nullable Event> found(PacketText.Words words) {
        List<@Nullable Event> events = new ArrayList<>();
        for (String payload : words.value("events", "").split(",", -1)) {
            events.add(payload.equals("-") ? null : event(words, payload, Attributes.NONE));
        }
        assertThat(events).hasSameSizeAs(out.asked);
        return events;
    }

    private Delivery delivery(PacketText.Words words) {
        Attributes.Builder headers = new Attributes.Builder();
        for (String header : words.values("header")) {
            int colon = header.indexOf(':');
            headers.put(header.substring(0, colon), header.substring(colon + 1));
        }
        List<Subscription> matched = new ArrayList<>();
        for (String filter : words.values("filter")) {
            matched.add(Objects.requireNonNull(out.subscriptions.get(filter)));
        }
        Event event = event(words, words.value("payload", ""), headers.build());
        return new Delivery(event, matched, words.has("retained"), false);
    }

    private static Event event(PacketText.Words words, String payload, Attributes attributes) {
        return new Event(
                words.value("topic", "t"),
                attributes,
                Payload.utf8(payload),
                words.qos(),
                DeliveryClass.ORDERED,
                words.has("final") ? new EventId(0x1234abcd, 7, 9) : null,
                0,
                Long.parseLong(words.value("position", "1")),
                words.value("from", ""));
    }
}
