package io.waxwing.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.Subscriber;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Copies of births on a bus that is full when the test says so. */
class SparkplugBirthsTest {
    private static final String NODE = "spBv1.0/g/NBIRTH/e";
    private static final String DEVICE = "spBv1.0/g/DBIRTH/e/d";

    private final DispatchBench bench = new DispatchBench();
    private final FullBus bus = new FullBus();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final SparkplugBirths births = new SparkplugBirths(bench.dispatcher, bus, "bank-a", metrics);

    private static final class FullBus implements EventBus {
        final List<EventDraft> taken = new ArrayList<>();
        final List<Runnable> waiting = new ArrayList<>();
        boolean full;
        boolean refuses;

        @Override
        public boolean publish(EventDraft draft, long token, AckSink sink) {
            if (full) {
                return false;
            }
            if (refuses) {
                sink.refused(token, new Refusal(FailureCode.TOPIC_LIMIT, "no more"));
            } else {
                taken.add(draft);
                sink.acknowledged(token, Acknowledgement.ACCEPTED);
            }
            return true;
        }

        @Override
        public void whenRoom(String topic, Runnable resume) {
            waiting.add(resume);
        }

        @Override
        public Attachment attach(Subscriber subscriber, StartFrom start) {
            throw new AssertionError("births are published, nobody subscribes for them");
        }

        void drain() {
            full = false;
            List<Runnable> all = List.copyOf(waiting);
            waiting.clear();
            all.forEach(Runnable::run);
        }

        List<String> texts() {
            return taken.stream()
                    .map(draft ->
                            draft.topic() + "=" + new String(draft.payload().bytes(), StandardCharsets.UTF_8))
                    .toList();
        }
    }

    private double counted(String name) {
        return metrics.get(name).counter().count();
    }

    @Test
    @DisplayName("what is born before the bus takes events waits for it, the newest of each name")
    void whatIsBornEarlyWaits() {
        bench.publish(NODE, "1", false);
        bench.publish(DEVICE, "2", false);
        bench.publish(NODE, "3", false);
        bench.settle();
        assertThat(bus.taken).isEmpty();
        births.start();
        bench.settle();
        assertThat(bus.texts())
                .containsExactly("$sparkplug/certificates/" + DEVICE + "=2", "$sparkplug/certificates/" + NODE + "=3");
        assertThat(counted("waxwing.sparkplug.births")).isEqualTo(2);
    }

    @Test
    @DisplayName("a full bus is asked once for room, and gets what waits then, in order")
    void aFullBusIsWaitedFor() {
        births.start();
        bench.settle();
        bus.full = true;
        bench.publish(NODE, "1", false);
        bench.publish(DEVICE, "2", false);
        bench.publish(NODE, "3", false);
        bench.settle();
        assertThat(bus.waiting).hasSize(1);
        assertThat(metrics.get("waxwing.sparkplug.births.waiting").gauge().value())
                .isEqualTo(2);
        bus.drain();
        bench.settle();
        assertThat(bus.texts())
                .containsExactly("$sparkplug/certificates/" + DEVICE + "=2", "$sparkplug/certificates/" + NODE + "=3");
        assertThat(bus.taken).allMatch(EventDraft::retain);
        assertThat(bus.taken.get(0).attributes().get(Attributes.SOURCE)).isEqualTo("//bank-a/sparkplug");
    }

    @Test
    @DisplayName("what waits is bounded in bytes: the oldest goes and is counted")
    void whatWaitsIsBounded() {
        bus.full = true;
        births.start();
        bench.publish(DEVICE, "x".repeat(9 << 20), false);
        bench.publish(NODE, "y".repeat(9 << 20), false);
        bench.settle();
        assertThat(counted("waxwing.sparkplug.births.lost")).isEqualTo(1);
        bus.drain();
        bench.settle();
        assertThat(bus.taken).singleElement().matches(draft -> draft.topic().endsWith(NODE));
    }

    @Test
    @DisplayName("an empty birth is none, and a copy that is refused is counted")
    void whatIsNotKept() {
        births.start();
        bench.publish(NODE, "", false);
        bench.settle();
        assertThat(bus.taken).isEmpty();
        bus.refuses = true;
        bench.publish(NODE, "1", false);
        bench.settle();
        assertThat(counted("waxwing.sparkplug.births.lost")).isEqualTo(1);
    }
}
