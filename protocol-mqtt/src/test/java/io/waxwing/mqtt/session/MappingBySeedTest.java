package io.waxwing.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.mqtt.packet.Bytes;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.Property;
import io.waxwing.mqtt.packet.Publish;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Through the headers of an event, as stored bytes, and back. */
class MappingBySeedTest {
    private static final String[] TEXTS = {
        "",
        "a",
        "id",
        "type",
        "source",
        "specversion",
        "wait",
        "datacontenttype",
        "&",
        "=",
        "%",
        "%41",
        "a&b=c%25",
        "\u0001\n\t",
        "\u0085",
        "\u00e9",
        "\ud83d\ude00",
        "Upper",
        "x.y",
        "\ufeff",
        "1.0"
    };

    private final long seed = Long.getLong("seed") == null ? System.nanoTime() : Long.getLong("seed");
    private final Random random = new Random(seed);

    @Test
    @DisplayName("D-2: what the publisher gave comes back unaltered and in order, whatever it was")
    void propertiesSurviveTheTrip() {
        DraftMaker drafts = new DraftMaker("bank-a.example", "c/\u00e9", "nonce");
        int identified = 0;
        for (int i = 0; i < 6_000; i++) {
            Properties properties = properties(i % 3 == 0);
            Publish packet = new Publish(false, 1, random.nextBoolean(), "t", 1, Payload.utf8("p"), properties);
            EventDraft draft;
            try {
                draft = drafts.draft(packet, 0, 1_000);
            } catch (RefusedException e) {
                // By chance the texts gave all four names that make a CloudEvent, and not one that is legal.
                boolean byChance = i % 3 != 0 && givesCloudEvent(properties);
                assertThat(byChance).as("seed %s case %s: %s", seed, i, e).isTrue();
                continue;
            }
            identified += draft.identified() ? 1 : 0;
            Attributes stored = Attributes.decode(draft.attributes().encoded());
            Event event = new Event("t", stored, packet.payload(), 1, DeliveryClass.SEALED, null, 0, 1, "");
            long left = PublishMaker.secondsLeft(event, 1_999);
            Properties back = PublishMaker.properties(event, left, false).build();
            assertThat(sorted(back)).as("seed %s case %s", seed, i).isEqualTo(sorted(properties));
            assertThat(back.userProperties()).as("seed %s case %s", seed, i).isEqualTo(properties.userProperties());
        }
        assertThat(identified).isGreaterThan(1_500);
    }

    @Test
    void wrappedEventsHaveDifferentIdsAndALegalSource() {
        DraftMaker drafts = new DraftMaker("bank-a.example", "c/\u00e9 d", "nonce");
        Publish packet = new Publish(false, 0, false, "t", 0, Payload.EMPTY, Properties.NONE);
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            Attributes attributes = drafts.draft(packet, 0, 0).attributes();
            ids.add(String.valueOf(attributes.get(Attributes.ID)));
            assertThat(attributes.get(Attributes.SOURCE)).isEqualTo("//bank-a.example/mqtt/c%2F%C3%A9%20d");
        }
        assertThat(ids).hasSize(1_000);
    }

    private Properties properties(boolean cloudEvent) {
        Properties.Builder out = Properties.builder();
        if (random.nextBoolean()) {
            out.add(Property.CONTENT_TYPE, text());
            out.add(Property.RESPONSE_TOPIC, "r" + text());
            out.add(Property.MESSAGE_EXPIRY_INTERVAL, 1 + (random.nextInt() & 0x7FFFFFFFL));
        }
        if (random.nextBoolean()) {
            byte[] bytes = new byte[random.nextInt(5)];
            random.nextBytes(bytes);
            out.add(Property.CORRELATION_DATA, Bytes.of(bytes));
            out.add(Property.PAYLOAD_FORMAT_INDICATOR, random.nextInt(2));
        }
        if (cloudEvent) {
            out.user("specversion", "1.0").user("id", "i").user("type", "t").user("source", "s");
        }
        for (int i = random.nextInt(6); i > 0; i--) {
            out.user(cloudEvent || random.nextBoolean() ? text() : "z", text());
        }
        return out.build();
    }

    private static boolean givesCloudEvent(Properties properties) {
        return properties.userProperty("specversion") != null
                && properties.userProperty("id") != null
                && properties.userProperty("type") != null
                && properties.userProperty("source") != null;
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    /** Only user properties have an order that means something. */
    private static Set<Properties.Entry> sorted(Properties properties) {
        return new HashSet<>(properties.entries());
    }
}
