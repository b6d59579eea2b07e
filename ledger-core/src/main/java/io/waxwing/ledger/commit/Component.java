package io.waxwing.ledger.commit;

import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The four parts of an event in their fixed order, and how each is made into bytes. */
public enum Component {
    TOPIC(0),
    HEADERS(1),
    PUBLISHER(2),
    PAYLOAD(3);

    public static final int COUNT = 4;
    /** pub32 || signature64. */
    public static final int PUBLISHER_BYTES = 96;

    private static final String PUBLISH_DOMAIN = "evl/publish/v1\n";

    private final int index;

    Component(int index) {
        this.index = index;
    }

    /** The place in the commitment, 0 to 3. */
    public int index() {
        return index;
    }

    /** The component at that place. Throws {@link MalformedException} outside of 0 to 3. */
    public static Component at(int index) {
        return switch (index) {
            case 0 -> TOPIC;
            case 1 -> HEADERS;
            case 2 -> PUBLISHER;
            case 3 -> PAYLOAD;
            default -> throw new MalformedException(MalformedException.VALUE, "no component " + index);
        };
    }

    /** c0: the topic name in UTF-8. */
    public static byte[] topic(String topicName) {
        return topicName.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * c1: a line {@code name: value\n} per header in UTF-8, sorted by name. Names must be lower-case already, without
     * colon; neither may hold control characters, so that one text has one meaning.
     */
    public static byte[] headers(Map<String, String> headers) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(headers).forEach((name, value) -> {
            checkHeader(name, value);
            text.append(name).append(": ").append(value).append('\n');
        });
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** What a publisher signs: "evl/publish/v1\n" || u32 len || c0 || u32 len || c1 || H(payload). */
    public static byte[] publisherMessage(byte[] topic, byte[] headers, byte[] payload) {
        return publisherMessage(topic, headers, Sha256.digest(payload));
    }

    /** The same when only H(payload) is at hand. */
    public static byte[] publisherMessage(byte[] topic, byte[] headers, Hash payloadHash) {
        ByteWriter out = new ByteWriter(PUBLISH_DOMAIN.length() + 8 + topic.length + headers.length + Hash.LENGTH);
        out.ascii(PUBLISH_DOMAIN).u32(topic.length).bytes(topic);
        return out.u32(headers.length).bytes(headers).hash(payloadHash).toBytes();
    }

    /** c2: publisher key || signature; an event without a publisher key has an empty c2. */
    public static byte[] publisher(ByteString publisherKey, ByteString signature) {
        publisherKey.requireSize(32, "a publisher key");
        signature.requireSize(64, "a publisher signature");
        return new ByteWriter(PUBLISHER_BYTES)
                .string(publisherKey)
                .string(signature)
                .toBytes();
    }

    private static void checkHeader(String name, String value) {
        boolean plainName = !name.isEmpty()
                && name.equals(name.toLowerCase(Locale.ROOT))
                && name.chars().allMatch(c -> c > ' ' && c != ':' && c != 0x7f);
        if (!plainName) {
            throw new MalformedException(
                    MalformedException.VALUE, "header name '" + name + "' is not lower-case text without ':'");
        }
        if (value.chars().anyMatch(c -> c < ' ')) {
            throw new MalformedException(
                    MalformedException.VALUE, "header '" + name + "' has a control character in its value");
        }
    }
}
