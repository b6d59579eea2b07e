package io.waxwing.broker.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.sim.MemoryColumns;
import io.waxwing.bus.event.SessionMark;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.SessionStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredSessionsTest {
    private final MemoryColumns columns = new MemoryColumns();
    private final List<String> told = new ArrayList<>();
    private final StoredSessions sessions = new StoredSessions(columns, Column.SESSIONS, () -> {});

    private void write(String session, boolean discarded, SessionStore.Row... rows) {
        sessions.write(new SessionStore.Change(session, List.of(rows), discarded, false), new SessionStore.Done() {
            @Override
            public void written() {
                told.add(session);
            }

            @Override
            public void failed(Refusal refusal) {
                told.add(session + " " + refusal.code().text());
            }
        });
    }

    private static SessionStore.Row row(String name, String value) {
        return new SessionStore.Row(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> stored() {
        List<String> rows = new ArrayList<>();
        sessions.forEach((session, row, value) ->
                rows.add(session + " " + row + " " + new String(value, StandardCharsets.UTF_8)));
        return rows;
    }

    @Test
    void whatGatheredIsWrittenTogetherInTheOrderOfAsking() {
        write("a", false, row("x", "1"), row("y", "2"));
        write("ab", false, row("x", "3"));
        write("a", false, row("x", "4"), new SessionStore.Row("y", null));
        assertThat(told).isEmpty();
        assertThat(sessions.writeGroup()).isEqualTo(3);
        assertThat(told).containsExactly("a", "ab", "a");
        assertThat(stored()).containsExactly("a x 4", "ab x 3");
        assertThat(sessions.writeGroup()).isZero();
        assertThat(sessions.isEmpty()).isTrue();
    }

    @Test
    void aDiscardedSessionLeavesNothingAndNoOtherIsTouched() {
        write("a", false, row("x", "1"));
        write("ab", false, row("x", "1"));
        assertThat(sessions.writeGroup()).isEqualTo(2);
        EventJournal journal = new EventJournal(columns);
        journal.addMark(new SessionMark("a", 7), 42);
        journal.commit();
        assertThat(journal.findMark(new SessionMark("a", 7))).isEqualTo(42L);
        write("a", false, row("z", "1"));
        write("a", true);
        assertThat(sessions.writeGroup()).isEqualTo(2);
        assertThat(stored()).containsExactly("ab x 1");
        assertThat(journal.findMark(new SessionMark("a", 7))).isNull();
    }

    @Test
    void marksAreRowsOfTheirSession() {
        SessionMark mark = new SessionMark("a", 65_535);
        assertThat(SessionMark.packetIdOf(mark.row())).isEqualTo(65_535);
        assertThat(SessionMark.packetIdOf("head")).isZero();
    }
}
