package io.waxwing.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.delivery.SharedProgress.Step;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SharedWorkTest {
    private final SharedWork<String> work = new SharedWork<>();

    private String give(long position) {
        String taker = work.give(position, who -> 2, who -> true);
        return taker == null ? "nobody" : taker;
    }

    @Test
    @DisplayName("H-3 members that are here take turns, one whose window is full is passed over")
    void membersTakeTurnsAndAFullOneIsPassedOver() {
        work.join("a", true);
        work.join("b", true);
        work.join("c", false);
        assertThat(give(1) + give(2) + give(3)).isEqualTo("aba");
        work.progress("b", 2, Step.DONE);
        assertThat(give(4) + give(5) + give(6)).isEqualTo("bbnobody");
        work.progress("a", 3, Step.DONE);
        assertThat(give(6)).isEqualTo("a");
    }

    @Test
    void aMemberThatTakesNothingIsAskedAgainWhenItSaysThatItHasRoom() {
        work.join("a", true);
        work.join("b", true);
        assertThat(work.give(1, who -> 9, "b"::equals)).isEqualTo("b");
        assertThat(give(2)).isEqualTo("b");
        work.room("a");
        assertThat(give(3)).isEqualTo("a");
    }

    @Test
    @DisplayName("H-4 what a session leaves: unsent and QoS 1 to others, QoS 2 to nobody")
    void whatASessionLeavesGoesToOthersButForWhatWasSentForGood() {
        work.join("a", true);
        for (long position = 1; position <= 3; position++) {
            assertThat(work.give(position, who -> 9, who -> true)).isEqualTo("a");
        }
        work.progress("a", 2, Step.SENT);
        work.progress("a", 3, Step.SENT_FOR_GOOD);
        work.end("a");
        assertThat(work.again()).containsExactly(1L, 2L);
        assertThat(work.isOut(3)).isFalse();
    }

    @Test
    @DisplayName("H-4 a session that is away keeps what was sent, not what was not")
    void aSessionThatIsAwayKeepsWhatWasSent() {
        work.join("a", true);
        give(1);
        give(2);
        work.progress("a", 2, Step.SENT);
        work.away("a");
        assertThat(work.again()).containsExactly(1L);
        assertThat(work.isOut(2)).isTrue();
        assertThat(give(1)).isEqualTo("nobody");
        work.here("a");
        assertThat(give(1)).isEqualTo("a");
        assertThat(work.again()).isEmpty();
    }

    @Test
    @DisplayName("H-7 UNSUBSCRIBE ends only this member's share; what was sent to it stays its own")
    void whoLeavesTheGroupKeepsWhatWasSent() {
        work.join("a", true);
        work.join("b", true);
        give(1);
        give(2);
        give(3);
        work.progress("a", 1, Step.SENT);
        work.leave("a");
        assertThat(work.again()).containsExactly(3L);
        work.progress("b", 2, Step.DONE);
        assertThat(give(3)).isEqualTo("b");
    }

    @Test
    @DisplayName("F-3 what one member cannot take another gets, and nobody twice")
    void whatAMemberDeclinesAnotherGets() {
        work.join("a", true);
        work.join("b", true);
        assertThat(give(1)).isEqualTo("a");
        work.progress("a", 1, Step.DECLINED);
        assertThat(work.isDeclined(1)).isFalse();
        assertThat(give(1)).isEqualTo("b");
        work.progress("b", 1, Step.DECLINED);
        assertThat(work.isDeclined(1)).isTrue();
        work.join("c", true);
        assertThat(give(1)).isEqualTo("c");
    }

    @Test
    void afterARestartNobodyGetsAgainWhatAMemberStillHas() {
        work.restore(5);
        work.restore(6);
        work.join("a", false);
        work.progress("a", 6, Step.SENT_FOR_GOOD);
        work.progress("a", 9, Step.SENT);
        assertThat(work.again()).containsExactly(5L);
        assertThat(work.unfinished(who -> true)).containsExactly(5L, 6L, 9L);
        assertThat(work.unfinished(who -> false)).containsExactly(5L, 9L);
    }
}
