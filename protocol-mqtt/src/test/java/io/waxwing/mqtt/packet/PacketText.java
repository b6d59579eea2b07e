package io.waxwing.mqtt.packet;

import io.waxwing.bus.event.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Packets as one line of text, for conversations: {@code PUBLISH q1 id=7 retain topic=a/b payload=hi CONTENT_TYPE=x
 * user:k=v}. Words stand in any order behind the type; properties have their names in capitals; {@code %20} is a space.
 */
public final class PacketText {
    private PacketText() {}

    public static MqttPacket parse(String line) {
        Words words = new Words(line);
        ReasonCode reason = words.reason();
        Properties properties = words.properties();
        int id = Integer.parseInt(words.value("id", "0"));
        return switch (PacketType.valueOf(words.first())) {
            case CONNECT -> connect(words, properties);
            case PUBLISH ->
                new Publish(
                        words.has("dup"),
                        words.qos(),
                        words.has("retain"),
                        words.value("topic", ""),
                        id,
                        Payload.utf8(words.value("payload", "")),
                        properties);
            case PUBACK -> new PubAck(id, reason, properties);
            case PUBREC -> new PubRec(id, reason, properties);
            case PUBREL -> new PubRel(id, reason, properties);
            case PUBCOMP -> new PubComp(id, reason, properties);
            case SUBSCRIBE -> new Subscribe(id, entries(words), properties);
            case UNSUBSCRIBE -> new Unsubscribe(id, words.values("filter"), properties);
            case PINGREQ -> PingReq.INSTANCE;
            case DISCONNECT -> new Disconnect(reason, properties);
            case AUTH -> new Auth(reason, properties);
            default -> throw new IllegalArgumentException(line);
        };
    }

    public static String print(MqttPacket packet) {
        String fields = switch (packet.type()) {
            case CONNACK -> (((ConnAck) packet).sessionPresent() ? " present " : " ") + ((ConnAck) packet).reason();
            case PUBLISH -> publish((Publish) packet);
            case PUBACK -> ack(((PubAck) packet).packetId(), ((PubAck) packet).reason());
            case PUBREC -> ack(((PubRec) packet).packetId(), ((PubRec) packet).reason());
            case PUBREL -> ack(((PubRel) packet).packetId(), ((PubRel) packet).reason());
            case PUBCOMP -> ack(((PubComp) packet).packetId(), ((PubComp) packet).reason());
            case SUBACK -> " id=" + ((SubAck) packet).packetId() + " " + ((SubAck) packet).reasons();
            case UNSUBACK -> " id=" + ((UnsubAck) packet).packetId() + " " + ((UnsubAck) packet).reasons();
            case DISCONNECT -> " " + ((Disconnect) packet).reason();
            case AUTH -> " " + ((Auth) packet).reason();
            default -> "";
        };
        return packet.type() + fields + print(packet.properties());
    }

    private static String ack(int id, ReasonCode reason) {
        return " id=" + id + (reason == ReasonCode.SUCCESS ? "" : " " + reason);
    }

    private static String publish(Publish packet) {
        String payload = new String(packet.payload().bytes(), StandardCharsets.UTF_8);
        return " q" + packet.qos() + (packet.packetId() == 0 ? "" : " id=" + packet.packetId())
                + (packet.dup() ? " dup" : "") + (packet.retain() ? " retain" : "")
                + " topic=" + packet.topic() + " payload=" + payload;
    }

    private static String print(Properties properties) {
        StringBuilder text = new StringBuilder();
        for (Properties.Entry entry : properties.entries()) {
            if (entry.value() instanceof UserProperty user) {
                text.append(" user:").append(user.name()).append('=').append(user.value());
            } else if (entry.value() instanceof Bytes bytes) {
                String shown = new String(bytes.array(), StandardCharsets.ISO_8859_1);
                text.append(' ').append(entry.property()).append('=').append(shown);
            } else {
                text.append(' ').append(entry.property()).append('=').append(entry.value());
            }
        }
        return text.toString();
    }

    private static MqttPacket connect(Words words, Properties properties) {
        String topic = words.value("will", "");
        String user = words.value("user", "");
        String password = words.value("password", "");
        Words will = new Words("WILL " + words.value("will-properties", "").replace(',', ' '));
        ConnectWill last = topic.isEmpty()
                ? null
                : new ConnectWill(
                        topic,
                        Payload.utf8(words.value("will-payload", "")),
                        Integer.parseInt(words.value("will-qos", "0")),
                        words.has("will-retain"),
                        will.properties());
        return new Connect(
                words.has("v5") ? MqttVersion.V5 : MqttVersion.V3_1_1,
                words.has("clean"),
                Integer.parseInt(words.value("keepalive", "0")),
                words.value("client", ""),
                last,
                user.isEmpty() ? null : user,
                password.isEmpty() ? null : Bytes.of(password.getBytes(StandardCharsets.UTF_8)),
                properties);
    }

    /** {@code filter=a/#:q1:nl:rap:rh2}. */
    private static List<Subscribe.Entry> entries(Words words) {
        List<Subscribe.Entry> entries = new ArrayList<>();
        for (String text : words.values("filter")) {
            List<String> parts = List.of(text.split(":", -1));
            int qos = parts.contains("q2") ? 2 : parts.contains("q1") ? 1 : 0;
            int retainHandling = parts.contains("rh2") ? 2 : parts.contains("rh1") ? 1 : 0;
            entries.add(new Subscribe.Entry(
                    parts.get(0), qos, parts.contains("nl"), parts.contains("rap"), retainHandling));
        }
        return entries;
    }

    /** The words of a line. */
    public static final class Words {
        private final List<String> words;

        public Words(String line) {
            this.words = List.of(line.strip().split(" +", -1));
        }

        public String first() {
            return words.get(0);
        }

        public boolean has(String word) {
            return words.contains(word);
        }

        public int qos() {
            return has("q2") ? 2 : has("q1") ? 1 : 0;
        }

        public String value(String key, String absent) {
            List<String> values = values(key);
            return values.isEmpty() ? absent : values.get(0);
        }

        public List<String> values(String key) {
            List<String> values = new ArrayList<>();
            for (String word : words) {
                if (word.startsWith(key + "=")) {
                    values.add(word.substring(key.length() + 1).replace("%20", " "));
                }
            }
            return values;
        }

        public List<String> all() {
            return words;
        }

        ReasonCode reason() {
            for (String word : words.subList(1, words.size())) {
                for (ReasonCode reason : ReasonCode.values()) {
                    if (reason.name().equals(word)) {
                        return reason;
                    }
                }
            }
            return ReasonCode.SUCCESS;
        }

        Properties properties() {
            Properties.Builder out = Properties.builder();
            for (String word : words) {
                int equals = word.indexOf('=');
                String key = equals < 0 ? "" : word.substring(0, equals);
                String value = word.substring(equals + 1).replace("%20", " ");
                if (key.startsWith("user:")) {
                    out.user(key.substring("user:".length()), value);
                } else if (!key.isEmpty() && key.equals(key.toUpperCase(Locale.ROOT))) {
                    add(Property.valueOf(key), value, out);
                }
            }
            return out.build();
        }

        private static void add(Property property, String value, Properties.Builder out) {
            if (property.kind().isNumber()) {
                out.add(property, Long.parseLong(value));
            } else if (property.kind() == Property.Kind.TEXT) {
                out.add(property, value);
            } else {
                out.add(property, Bytes.utf8(value));
            }
        }
    }
}
