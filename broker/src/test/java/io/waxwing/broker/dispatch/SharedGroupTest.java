package io.waxwing.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.delivery.SharedProgress.Step;
import io.waxwing.bus.delivery.StartFrom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SharedGroupTest extends DispatchBench {
    private GroupMember member(String filter) {
        GroupMember member = new GroupMember();
        member.attachment = dispatcher.attach(member, StartFrom.NEXT);
        member.subscribe(filter);
        settle();
        return member;
    }

    private void publish(int from, int to) {
        for (int i = from; i <= to; i++) {
            publish("t", "e" + i, false);
        }
        settle();
    }

    @Test
    @DisplayName("H-2 each event goes to one member of a group, and besides to every ordinary subscription")
    void eachEventGoesToOneMember() {
        GroupMember a = member("$share/g/t");
        GroupMember b = member("$share/g/t");
        GroupMember other = member("$share/h/t");
        a.subscribe("#");
        settle();
        publish(1, 4);
        assertThat(a.shared()).containsExactly(1L, 3L);
        assertThat(b.shared()).containsExactly(2L, 4L);
        assertThat(other.shared()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(a.ordinary()).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    @DisplayName("H-3 a slow member does not hold up the others")
    void aMemberWithoutRoomIsPassedOver() {
        GroupMember slow = member("$share/g/t");
        slow.window = 2;
        GroupMember quick = member("$share/g/t");
        for (int i = 1; i <= 40; i++) {
            publish(i, i);
            quick.tellAll(Step.DONE);
        }
        assertThat(slow.shared()).hasSize(2);
        assertThat(quick.shared()).hasSize(38);
    }

    @Test
    @DisplayName("H-3 when nobody has room the group goes on from the store")
    void whenNobodyHasRoomTheGroupGoesOnFromTheStore() {
        GroupMember a = member("$share/g/t");
        a.window = 3;
        publish(1, 700);
        while (a.shared().size() < 700) {
            int before = a.shared().size();
            a.tellAll(Step.DONE);
            settle();
            assertThat(a.shared().size()).isGreaterThan(before);
        }
        assertThat(a.shared()).isSorted().doesNotHaveDuplicates().hasSize(700);
    }

    @Test
    @DisplayName("H-4 what a session leaves goes to others before what is later")
    void whatASessionLeavesGoesFirst() {
        GroupMember a = member("$share/g/t");
        publish(1, 3);
        a.tell(2, Step.SENT);
        a.tell(3, Step.SENT_FOR_GOOD);
        GroupMember b = member("$share/g/t");
        a.attachment.detach();
        settle();
        publish(4, 5);
        assertThat(b.shared()).containsExactly(1L, 2L, 4L, 5L);
    }

    @Test
    @DisplayName("H-6 no retained values at SUBSCRIBE")
    void noRetainedValues() {
        publish("t", "kept", true);
        assertThat(member("$share/g/t").seen).isEmpty();
    }

    @Test
    @DisplayName("H-7 UNSUBSCRIBE ends only this member's share, the last one's ends the group")
    void unsubscribingEndsOnlyThisMembersShare() {
        GroupMember a = member("$share/g/t");
        GroupMember b = member("$share/g/t");
        a.unsubscribe("$share/g/t");
        settle();
        publish(1, 2);
        assertThat(a.seen).isEmpty();
        assertThat(b.shared()).containsExactly(1L, 2L);
        b.unsubscribe("$share/g/t");
        settle();
        publish(3, 3);
        assertThat(member("$share/g/t").seen).isEmpty();
        assertThat(dispatcher.groups().size()).isEqualTo(1);
    }

    private GroupMember durable(String filter) {
        GroupMember member = new GroupMember();
        member.standing(dispatcher.attach(member.new Away(), -1)).resume(member);
        member.subscribe(filter);
        settle();
        return member;
    }

    @Test
    @DisplayName("H-3 while nobody is there what comes waits for the first durable member that returns")
    void whatComesWhileNobodyIsThereWaitsForADurableMember() {
        GroupMember a = durable("$share/g/t");
        publish(1, 3);
        a.tell(1, Step.DONE);
        a.tell(2, Step.SENT);
        a.standing().pause(1);
        settle();
        publish(4, 5);
        a.seen.clear();
        a.standing().resume(a);
        settle();
        assertThat(a.shared()).containsExactly(3L, 4L, 5L);
    }

    @Test
    @DisplayName("H-3 no more waits than an absent member may have waiting")
    void whatWaitsForAGroupHasTheBoundOfASession() {
        GroupMember a = durable("$share/g/t");
        a.window = 1_000;
        a.standing().pause(1);
        settle();
        publish(1, 400);
        a.standing().resume(a);
        settle();
        int lost = a.givenUp.stream().mapToInt(Integer::intValue).sum();
        assertThat(lost).isBetween(400 - 128, 399);
        assertThat(a.shared()).hasSize(400 - lost).startsWith(lost + 1L).endsWith(400L);
    }

    @Test
    @DisplayName("H-4 after a restart the group goes on where it stood")
    void afterARestartTheGroupGoesOn() {
        GroupMember a = durable("$share/g/t");
        GroupMember guest = member("$share/g/t");
        publish(1, 6);
        a.tell(1, Step.DONE);
        a.tell(3, Step.SENT);
        guest.tell(2, Step.DONE);
        guest.tell(4, Step.SENT);
        settle();
        restart();
        List<Long> held = new ArrayList<>(List.of(3L));
        GroupMember again = new GroupMember();
        again.standing(dispatcher.attach(again.new Away(), 1)).restore(GroupMember.all("$share/g/t"), 1);
        held.forEach(position -> again.tell(position, Step.SENT));
        settle();
        publish(7, 7);
        again.standing().resume(again);
        settle();
        assertThat(again.shared())
                .as("all but what was acknowledged and what the session still has")
                .containsExactly(4L, 5L, 6L, 7L);
    }

    @Test
    @DisplayName("H-4 a kill before the group was written repeats nothing that a session says it has")
    void aKillBeforeTheGroupWasWrittenRepeatsNothingThatASessionHas() {
        GroupMember a = durable("$share/g/t");
        publish("t", "e1", false);
        publish("t", "e2", false);
        assertThat(a.shared()).containsExactly(1L, 2L);
        restart();
        GroupMember again = new GroupMember();
        again.standing(dispatcher.attach(again.new Away(), 1)).restore(GroupMember.all("$share/g/t"), 1);
        again.tell(1, Step.SENT_FOR_GOOD);
        again.standing().resume(again);
        settle();
        assertThat(again.shared()).containsExactly(2L);
    }
}
