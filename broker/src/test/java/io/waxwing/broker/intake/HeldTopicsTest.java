package io.waxwing.broker.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.anchor.availability.HeldBatch;
import io.waxwing.broker.sim.MemoryColumns;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.CarriedEvent;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.node.crypto.Signatures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Batches of nodes 7 and 8 at node 1, where each may bring three topics. */
class HeldTopicsTest {
    private static final TopicPolicy ORDERED = new TopicPolicy(DeliveryClass.ORDERED, AckPolicy.ORDERED);

    private final MemoryColumns columns = new MemoryColumns();
    private final Topics topics = new Topics(
            columns,
            name -> ORDERED,
            3,
            (topic, audience) -> Sha256.digest((topic + audience).getBytes(StandardCharsets.UTF_8)),
            new AudienceNames(Map.of(), id -> id < 3, id -> id < 3),
            () -> 1);
    private final List<String> story = new ArrayList<>();
    private final JournalDriver journal = new JournalDriver(new Journal(
            new Origins(1, origin -> "origin-" + origin),
            new EventJournal(columns),
            topics,
            new StorageGuard(() -> Long.MAX_VALUE, 1),
            new Sink(),
            () -> Hash.ZERO,
            () -> 1,
            new IntakeMetrics(new SimpleMeterRegistry()),
            () -> {}));

    private final class Sink implements DurableSink {
        @Override
        public void onDurable(List<JournaledEvent> events) {
            events.forEach(event -> assertThat(event.stored().held()).isTrue());
        }

        @Override
        public void onHeld(HoldRequest request, @Nullable List<JournaledEvent> events) {
            story.add(request.batch().lane().originId() + (events == null ? " refused" : " stored"));
        }

        @Override
        public void onDuplicate(long journalSeq, AckPolicy wanted, long token, AckSink sink) {
            throw new AssertionError("nothing is repeated here");
        }
    }

    private void hold(int originId, boolean wanted, String... names) {
        List<HeldBatch.Content> events = new ArrayList<>();
        for (String name : names) {
            CarriedEvent event = new CarriedEvent(1, 0, false, 5, Hash.ZERO, name, new byte[0], new byte[0]);
            events.add(new HeldBatch.Content(event, Hash.ZERO, event.payloadCommit()));
        }
        List<OriginPart> parts = List.of(new OriginPart(originId, 1, names.length, 5, Hash.ZERO, Hash.ZERO));
        BatchHeader header = BatchStatement.over(new Lane(originId, 2), 1, 1, parts)
                .signedBy(Signatures.bouncyCastle().signer(new byte[32]), Hash.ZERO);
        journal.hold(new HoldRequest(new HeldBatch(header, header.batchId(), events), wanted, done -> {}));
        journal.runGroup();
    }

    @Test
    void aNodeThatBringsTooManyTopicsFillsNobodyElsesShareAndLeavesNothingOfWhatIsRefused() {
        hold(7, false, "a", "b");
        hold(7, false, "c", "d");
        assertThat(topics.get("c", 2)).as("all of a batch or nothing").isNull();
        hold(7, false, "c", "a");
        hold(8, false, "d", "e", "f");
        assertThat(story).containsExactly("7 stored", "7 refused", "7 stored", "8 stored");
    }

    @Test
    void whatIsFinalIsNeverRefusedForRoom() {
        hold(7, false, "a", "b", "c");
        hold(7, false, "d");
        hold(7, true, "d", "e");
        assertThat(story).containsExactly("7 stored", "7 refused", "7 stored");
        assertThat(topics.get("e", 2)).isNotNull();
    }

    @Test
    void anEventThatNoBusCanHaveLeavesNoTopicsOfItsBatch() {
        hold(7, false, "good", "not/#/good");
        assertThat(story).containsExactly("7 refused");
        assertThat(topics.get("good", 2)).isNull();
    }

    @Test
    void headsOfAuditLogsAreHeldForTheInstitutionThatTheyAreOf() {
        hold(7, false, "$audit/origin-7");
        assertThat(topics.get("$audit/origin-7", 2)).isNotNull();
        hold(7, false, "$audit/origin-8");
        hold(7, false, "$audit/");
        hold(7, false, "$audit/origin-7/more");
        hold(7, false, "$sparkplug/origin-7");
        assertThat(story).containsExactly("7 stored", "7 refused", "7 refused", "7 refused", "7 refused");
    }

    @Test
    void ofAnInstitutionThatIsGoneWhatIsFinalIsHeldStill() {
        hold(7, true, "$audit/gone");
        hold(7, true, "$audit/#");
        assertThat(story).containsExactly("7 stored", "7 refused");
    }
}
