package io.waxwing.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.delivery.SharedProgress;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.SessionMark;
import io.waxwing.bus.topic.TopicFilter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SessionRowsTest {
    private static final TopicFilter SHARED = TopicFilter.parseShared("$share/g/t/#");

    private static SessionState read(Map<String, byte[]> rows) {
        return Objects.requireNonNull(SessionRows.read("n", rows, 16));
    }

    private static Map<String, byte[]> rows(SessionState session) {
        Map<String, byte[]> rows = new HashMap<>();
        rows.put(SessionRows.HEAD, SessionRows.head(session));
        rows.put(SessionRows.FLIGHT, SessionRows.flight(session));
        return rows;
    }

    @Test
    @DisplayName("P-4: of a mark that is found nobody knows whether its event is as safe as was asked for")
    void marksAreUndecidedAfterARead() {
        Map<String, byte[]> rows = rows(new SessionState("n", "", "a", 16));
        rows.put(new SessionMark("n", 7).row(), new byte[] {1});
        SessionState session = read(rows);
        assertThat(session.unreleased().stream()).containsExactly(7);
        assertThat(session.undecided().stream()).containsExactly(7);
        assertThat(session.hasChanged()).isFalse();
    }

    @Test
    @DisplayName("H-4: shared subscriptions, and what is in flight of them, survive")
    void sharedSubscriptionsSurvive() {
        SessionState session = new SessionState("n", "", "a", 16);
        Subscription subscription = new Subscription(
                SHARED, Subscription.RetainedValues.DO_NOT_SEND, false, new SubscriptionOptions(1, false, 3, false));
        session.subscribed(new KeptSubscription(subscription, 5));
        int id = session.inflight().take(Inflight.Waiting.PUBACK);
        session.inflight().remember(id, new Sent(9, false, false, List.of(3), SHARED));
        int ordinary = session.inflight().take(Inflight.Waiting.PUBREC);
        session.inflight().remember(ordinary, new Sent(10, true, false, List.of()));
        SessionState again = read(rows(session));
        assertThat(again.subscriptions()).singleElement().satisfies(kept -> {
            assertThat(kept.subscription().filter().isShared()).isTrue();
            assertThat(kept.since()).isEqualTo(5);
        });
        assertThat(again.inflight().sent()).isEqualTo(session.inflight().sent());
        assertThat(again.sharedInFlight()).containsExactly(new SharedProgress(SHARED, 9, SharedProgress.Step.SENT));
    }
}
