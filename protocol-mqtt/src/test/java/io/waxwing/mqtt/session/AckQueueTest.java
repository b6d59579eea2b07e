package io.waxwing.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.PubAck;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AckQueueTest {
    @Test
    @DisplayName("P-7: whatever the order of answers, acknowledgements come out in the order of their PUBLISH packets")
    void acksComeOutInOrder() {
        Long given = Long.getLong("seed");
        long seed = given == null ? System.nanoTime() : given;
        Random random = new Random(seed);
        AckQueue queue = new AckQueue();
        List<Long> open = new ArrayList<>();
        int added = 0;
        int left = 0;
        for (int step = 0; step < 100_000; step++) {
            if (open.size() < 40 && random.nextBoolean()) {
                open.add(queue.add(added++ % 65_535 + 1, 1));
            } else if (!open.isEmpty()) {
                long token = open.remove(random.nextInt(open.size()));
                AckQueue.Entry entry = Objects.requireNonNull(queue.find(token), "seed " + seed);
                queue.answer(entry, new PubAck(entry.packetId));
                assertThat(queue.find(token)).as("seed %s: answered once", seed).isNull();
            }
            for (MqttPacket ack = queue.poll(); ack != null; ack = queue.poll()) {
                assertThat(ack).as("seed %s", seed).isEqualTo(new PubAck(left++ % 65_535 + 1));
            }
            assertThat(queue.size()).isEqualTo(added - left);
            assertThat(queue.qos1()).isEqualTo(added - left);
        }
    }
}
