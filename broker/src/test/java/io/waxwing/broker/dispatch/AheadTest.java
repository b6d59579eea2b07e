package io.waxwing.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.broker.dispatch.GapBench.Made;
import io.waxwing.bus.delivery.Gap;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.EventReader.Beyond;
import io.waxwing.bus.topic.TopicFilter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Subscribers that pass gaps, beside one that waits, over a ledger some of whose payloads are kept back. */
class AheadTest {
    private final GapBench bench = new GapBench();

    private GapClient client(boolean passes, StartFrom start) {
        GapClient made = new GapClient(passes, "#");
        made.attach(bench, start);
        bench.settle();
        return made;
    }

    private Made ordered(int origin, String topic, boolean here, String... names) {
        Made made = bench.batch(origin, topic, List.of(names));
        if (here) {
            bench.hold(made);
        }
        bench.block(List.of(made), List.of());
        bench.settle();
        return made;
    }

    private static String gap(Made of) {
        return "gap " + (of.leaf() + 1);
    }

    private void waitLong() {
        bench.settle();
        bench.pass(2 * GapBench.WAIT_NANOS);
        bench.settle();
    }

    @Test
    void nobodyGoesAheadBeforeTheTimeAndWhoWaitsNeverDoes() {
        GapClient passes = client(true, StartFrom.FIRST);
        GapClient waits = client(false, StartFrom.FIRST);
        ordered(2, "t", true, "a");
        Made missing = ordered(3, "t", false, "b", "c");
        ordered(2, "t", true, "d");
        bench.pass(GapBench.WAIT_NANOS - 2);
        bench.settle();
        assertThat(passes.seen).containsExactly("a");
        bench.pass(GapBench.WAIT_NANOS);
        bench.settle();
        assertThat(passes.seen).containsExactly("a", gap(missing), "d");
        assertThat(waits.seen).containsExactly("a");
        bench.hold(missing);
        bench.settle();
        assertThat(waits.seen).containsExactly("a", "b", "c", "d");
        assertThat(passes.seen).containsExactly("a", gap(missing), "d", "late b", "late c");
        ordered(2, "t", true, "e");
        assertThat(passes.seen).endsWith("late c", "e");
        assertThat(waits.seen).endsWith("d", "e");
    }

    @Test
    void aPayloadThatIsOnlySlowIsNoGapThoughAnotherHasBeenMissingForLong() {
        GapClient passes = client(true, StartFrom.FIRST);
        Made missing = ordered(3, "t", false, "a");
        waitLong();
        Made slow = ordered(2, "t", false, "b");
        ordered(2, "t", true, "c");
        assertThat(passes.seen).containsExactly(gap(missing));
        bench.hold(slow);
        bench.settle();
        assertThat(passes.seen).containsExactly(gap(missing), "b", "c");
    }

    @Test
    void whoComesBackGetsWhatCameWhileItWasAwayAlsoAfterARestartOfTheNode() {
        GapClient passes = client(true, StartFrom.FIRST);
        ordered(2, "t", true, "a");
        Made missing = ordered(3, "t", false, "b");
        ordered(2, "t", true, "c");
        waitLong();
        assertThat(passes.seen).containsExactly("a", gap(missing), "c");
        bench.restart();
        passes.attach(bench, passes.last);
        ordered(2, "t", true, "d");
        waitLong();
        assertThat(passes.thisTime).containsExactly("d");
        bench.restart();
        bench.hold(missing);
        ordered(2, "t", true, "e");
        bench.settle();
        passes.attach(bench, passes.last);
        bench.settle();
        assertThat(passes.thisTime).containsExactlyInAnyOrder("late b", "e");
    }

    @Test
    void aTopicThatWasNeverSeenHereIsAGapByItsPseudonym() {
        GapClient all = client(true, StartFrom.FIRST);
        GapClient other = new GapClient(true, "t");
        other.attach(bench, StartFrom.FIRST);
        GapClient same = new GapClient(true, "new/topic");
        same.attach(bench, StartFrom.FIRST);
        Made missing = ordered(3, "new/topic", false, "a");
        ordered(2, "t", true, "b");
        waitLong();
        assertThat(all.seen).containsExactly(gap(missing), "b");
        assertThat(other.seen).containsExactly("b");
        assertThat(same.seen).containsExactly(gap(missing));
    }

    @Test
    void placesThatAreNotThereAreRefused() {
        ordered(2, "t", true, "a");
        for (StartFrom wrong :
                List.of(new StartFrom.AfterGap(1, 999), new StartFrom.AfterGap(7, 2), new StartFrom.AfterGap(0, 0))) {
            GapClient lost = client(true, wrong);
            assertThat(lost.refused).isNotNull();
            GapClient waits = client(false, wrong);
            assertThat(waits.refused).isNotNull();
        }
    }

    @Test
    void aPageShowsWhatIsBehindTheGapAndGoesOnThere() {
        ordered(2, "t", true, "a");
        Made missing = ordered(3, "t", false, "b");
        ordered(2, "t", true, "c", "d");
        History history = bench.dispatcher.history();
        TopicFilter t = TopicFilter.parse("t");
        assertThat(history.beyond(t, null, 10).items()).isEmpty();
        waitLong();
        Beyond first = history.beyond(t, null, 2);
        assertThat(first.atEnd()).isFalse();
        assertThat(first.items()).hasSize(2);
        Gap gap = first.items().get(0).gap();
        assertThat(gap).isNotNull();
        assertThat(gap.place().leafIndex()).isEqualTo(missing.leaf() + 1);
        assertThat(gap.origin()).isEqualTo("bank-3");
        Beyond second = history.beyond(
                t, new StartFrom.After(first.items().get(1).event().eventId()), 2);
        assertThat(second.items()).hasSize(1);
        assertThat(second.atEnd()).isTrue();
        assertThat(history.beyond(TopicFilter.parse("u"), null, 10).items()).isEmpty();
        assertThatThrownBy(() -> history.beyond(t, null, 0)).isInstanceOf(RefusedException.class);
        bench.hold(missing);
        bench.settle();
        assertThat(history.beyond(t, null, 10).items()).isEmpty();
    }
}
