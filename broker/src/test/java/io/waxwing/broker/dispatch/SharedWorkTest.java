package io.waxwing.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.delivery.SharedProgress.Step;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.topic.DeliveryClass;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SharedWorkTest {
    private final SharedWork<String> work = new SharedWork<>(SharedStrategy.WINDOW);

    private String give(long position) {
        String taker = work.give(position, "", who -> 2, who -> true);
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
        assertThat(work.give(1, "", who -> 9, "b"::equals)).isEqualTo("b");
        assertThat(give(2)).isEqualTo("b");
        work.room("a");
        assertThat(give(3)).isEqualTo("a");
    }

    @Test
    @DisplayName("H-4 what a session leaves: unsent and QoS 1 to others, QoS 2 to nobody")
    void whatASessionLeavesGoesToOthersButForWhatWasSentForGood() {
        work.join("a", true);
        for (long position = 1; position <= 3; position++) {
            assertThat(work.give(position, "", who -> 9, who -> true)).isEqualTo("a");
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

    @Test
    @DisplayName("sticky: one member gets everything while it is here and has room; who takes over keeps it")
    void stickyStaysWithOneMember() {
        SharedWork<String> sticky = new SharedWork<>(SharedStrategy.STICKY);
        for (String member : new String[] {"a", "b", "c"}) {
            sticky.join(member, true);
        }
        StringBuilder takers = new StringBuilder();
        for (long position = 1; position <= 4; position++) {
            takers.append(sticky.give(position, "", who -> 3, who -> true));
        }
        sticky.progress("a", 1, Step.DONE);
        takers.append(sticky.give(5, "", who -> 3, who -> true));
        sticky.away("b");
        takers.append(sticky.give(6, "", who -> 3, who -> true));
        assertThat(takers).hasToString("aaabbc");
    }

    @Test
    @DisplayName("by key: a key stays with its member, though it is full, until that has finished what it has of it")
    void byKeyStaysWithTheMemberThatHasTheKey() {
        SharedWork<String> keyed = new SharedWork<>(SharedStrategy.BY_KEY);
        keyed.join("a", true);
        assertThat(keyed.give(1, "k", who -> 2, who -> true)).isEqualTo("a");
        for (int i = 0; i < 20; i++) {
            keyed.join("b" + i, true);
        }
        assertThat(keyed.give(2, "k", who -> 2, who -> true)).isEqualTo("a");
        assertThat(keyed.give(3, "k", who -> 2, who -> true)).as("full").isNull();
        keyed.progress("a", 1, Step.SENT);
        keyed.progress("a", 1, Step.DONE);
        assertThat(keyed.give(3, "k", who -> 2, who -> true)).isEqualTo("a");
        keyed.away("a");
        assertThat(keyed.again()).as("not sent").containsExactly(2L, 3L);
        String next = keyed.give(2, "k", who -> 2, who -> true);
        assertThat(next).startsWith("b").isEqualTo(keyed.give(3, "k", who -> 2, who -> true));
    }

    @Test
    @DisplayName("by key: a member that goes moves its own keys only, and all members get some")
    void byKeySpreadsTheKeys() {
        SharedWork<String> keyed = new SharedWork<>(SharedStrategy.BY_KEY);
        for (String member : new String[] {"a", "b", "c", "d"}) {
            keyed.join(member, true);
        }
        Map<String, String> before = takers(keyed);
        assertThat(before.values()).contains("a", "b", "c", "d");
        keyed.end("b");
        takers(keyed).forEach((key, taker) -> {
            if (!"b".equals(before.get(key))) {
                assertThat(taker).as(key).isEqualTo(before.get(key));
            }
        });
    }

    private static Map<String, String> takers(SharedWork<String> work) {
        Map<String, String> takers = new HashMap<>();
        for (int i = 0; i < 64; i++) {
            String taker = work.give(i, "key-" + i, who -> 99, who -> true);
            takers.put("key-" + i, String.valueOf(taker));
            work.progress(String.valueOf(taker), i, Step.DONE);
        }
        return takers;
    }

    @Test
    @DisplayName("the key is the partitionkey as attribute, or as MQTT user property, else the topic")
    void theKeyOfAnEvent() {
        assertThat(SharedStrategy.keyOf(event())).isEqualTo("the/topic");
        assertThat(SharedStrategy.keyOf(event("partitionkey", "7"))).isEqualTo("7");
        assertThat(SharedStrategy.keyOf(event("mqtt.user-properties", "a=1&partitionkey=8&partitionkey=9")))
                .isEqualTo("8");
        assertThat(SharedStrategy.keyOf(event("mqtt.user-properties", "a=partitionkey=8&partitionkey=")))
                .isEqualTo("the/topic");
    }

    private static Event event(String... header) {
        Attributes.Builder attributes = new Attributes.Builder();
        if (header.length > 0) {
            attributes.put(header[0], header[1]);
        }
        return new Event("the/topic", attributes.build(), Payload.utf8("x"), 0, DeliveryClass.LOCAL, null, 0, 1, "");
    }
}
