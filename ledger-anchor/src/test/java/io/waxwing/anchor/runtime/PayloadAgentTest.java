package io.waxwing.anchor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.anchor.availability.PayloadFrame;
import io.waxwing.anchor.availability.PayloadFrame.Push;
import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.CarriedEvent;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.dispute.ErasedEvents;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.hash.Hash;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PayloadAgentTest extends PayloadNodes {
    @Test
    void aHolderStoresThenRecordsThenForcesAndOnlyThenSigns() {
        Node origin = node(1, SECRET);
        Node holder = node(2, SECRET);
        holder.agent.onFrame(1, push(1, "x").encode());
        deliver();
        assertThat(holder.story).containsExactly("stored 1", "recorded Avail");
        assertThat(origin.story).isEmpty();
        holder.force();
        deliver();
        assertThat(origin.story).containsExactly("signed by 2");
    }

    @Test
    void aRepetitionIsSignedAgainWithoutBeingStoredAgain() {
        Node origin = node(1, SECRET);
        Node holder = node(2, SECRET);
        holder.agent.onFrame(1, push(1, "x").encode());
        holder.agent.onFrame(1, push(1, "x").encode());
        holder.force();
        holder.agent.onFrame(1, push(1, "x").encode());
        deliver();
        assertThat(origin.story).as("said a moment ago").containsExactly("signed by 2");
        holder.agent.doWork(TimeUnit.SECONDS.toNanos(1));
        holder.agent.onFrame(1, push(1, "x").encode());
        deliver();
        assertThat(holder.story).as("once on the disk and in the log").containsExactly("stored 1", "recorded Avail");
        assertThat(origin.story).containsExactly("signed by 2", "signed by 2");
    }

    @Test
    void oneNodeMayHaveOnlySoManyFramesUnderWayAndTheOthersAreServedAllTheSame() {
        Node busy = node(2, SECRET);
        busy.poolsSleep = true;
        byte[] ask = new PayloadFrame.SecretWanted(Genesis.EVERYBODY).encode();
        for (int i = 0; i < PayloadTraffic.FRAMES_EACH + 1; i++) {
            busy.agent.onFrame(1, ask);
        }
        assertThat(busy.asleep).hasSize(PayloadTraffic.FRAMES_EACH);
        assertThat(busy.count("waxwing.payload.frames.dropped")).isEqualTo(1);
        busy.agent.onFrame(3, ask);
        assertThat(busy.asleep).hasSize(PayloadTraffic.FRAMES_EACH + 1);
        busy.wakePools();
        busy.agent.onFrame(1, ask);
        assertThat(busy.asleep).hasSize(1);
    }

    private static Push withoutContent(Push of) {
        return new Push(
                of.header(), of.events().stream().map(CarriedEvent::erased).toList());
    }

    @Test
    void aBatchWithoutContentThatTheLedgerHasNotErasedIsNotTaken() {
        Node holder = node(2, SECRET);
        holder.agent.onFrame(1, withoutContent(push(1, "x")).encode());
        assertThat(holder.story).isEmpty();
        assertThat(holder.count("waxwing.payload.refused")).isEqualTo(1);
        holder.agent.want(applied(push(1, "x")));
        holder.agent.onFrame(1, withoutContent(push(1, "x")).encode());
        assertThat(holder.held).isEmpty();
        holder.erased = ErasedEvents.NONE.with(0, 0);
        holder.agent.onFrame(1, withoutContent(push(1, "x")).encode());
        assertThat(holder.held).containsKey(1L);
    }

    @Test
    void contentThatTheLedgerHasErasedIsNotStoredWhoeverSendsIt() {
        Node holder = node(2, SECRET);
        holder.erased = ErasedEvents.NONE.with(0, 0);
        holder.agent.want(applied(push(1, "x")));
        holder.agent.onFrame(1, push(1, "x").encode());
        assertThat(holder.held.get(1L).events().get(0).event().isErased()).isTrue();
        assertThat(holder.held.get(1L).events().get(0).event().salt()).isEqualTo(Hash.ZERO);
    }

    private static Applied.AppliedBatch applied(Push push) {
        return new Applied.AppliedBatch(certified(push), 10, List.of());
    }

    @Test
    void aSecondContentUnderOneNumberIsNotSigned() {
        Node holder = node(2, SECRET);
        holder.agent.onFrame(1, push(1, "x").encode());
        holder.agent.onFrame(1, push(1, "y").encode());
        assertThat(holder.story).containsExactly("stored 1", "recorded Avail");
        assertThat(holder.count("waxwing.payload.refused")).isEqualTo(1);
    }

    @Test
    void whatCouldNotBeStoredIsNotSignedAndTakenWhenItComesAgain() {
        Node holder = node(2, SECRET);
        holder.diskIsFull = true;
        holder.agent.onFrame(1, push(1, "x").encode());
        holder.diskIsFull = false;
        holder.ringIsFull = true;
        holder.agent.onFrame(1, push(1, "x").encode());
        assertThat(holder.story).isEmpty();
        holder.ringIsFull = false;
        holder.logIsFull = true;
        holder.agent.onFrame(1, push(1, "x").encode());
        assertThat(holder.story).containsExactly("stored 1");
        holder.logIsFull = false;
        assertThat(holder.agent.doWork(0)).isEqualTo(1);
        assertThat(holder.story).containsExactly("stored 1", "recorded Avail");
    }

    @Test
    void aBatchThatItsOriginDidNotSignOrThatAnotherNodeSendsIsRefused() {
        Node holder = node(2, SECRET);
        holder.agent.onFrame(1, push(1, 1, "x", origin(3)).encode());
        holder.agent.onFrame(3, push(1, "x").encode());
        holder.agent.onFrame(1, new byte[] {1, 2, 3});
        holder.agent.onFrame(1, new PayloadFrame.Pull(new Lane(1, 77), 1, SECRET).encode());
        assertThat(holder.story).isEmpty();
        assertThat(holder.count("waxwing.payload.frames.refused")).isEqualTo(4);
    }

    @Test
    void aSignatureOfAnotherKeyIsNotPassedOn() {
        Node origin = node(1, SECRET);
        byte[] message = AvailabilityCertificate.signedMessage(LEDGER_ID, SECRET);
        byte[] wrong = new PayloadFrame.Held(
                        SECRET, io.waxwing.ledger.hash.ByteString.of(origin(3).sign(message)))
                .encode();
        origin.agent.onFrame(2, wrong);
        assertThat(origin.story).isEmpty();
        origin.agent.onFrame(3, wrong);
        assertThat(origin.story).containsExactly("signed by 3");
    }

    @Test
    void whatIsFinalAndMissingIsFetchedFromWhoeverHasIt() {
        Node holder = node(2, SECRET);
        Node late = node(3, SECRET);
        holder.agent.onFrame(1, push(1, "x").encode());
        late.agent.want(new Applied.AppliedBatch(certified(push(1, "x")), 2, List.of()));
        // Node 1 does not answer at all, node 2 is asked after it.
        late.agent.doWork(0);
        deliver();
        assertThat(late.story).isEmpty();
        late.agent.doWork(late.agent.nextWorkNanos());
        deliver();
        assertThat(late.story).containsExactly("stored 1");
        assertThat(late.agent.nextWorkNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(holder.count("waxwing.payload.served")).isEqualTo(1);
    }

    @Test
    void whoDoesNotHaveItSaysSoAndTheNextIsAskedWithoutWaiting() {
        node(2, SECRET);
        Node late = node(4, SECRET);
        late.agent.search(push(1, "x").header());
        // Node 1 is not there and does not answer; node 2 is asked after it, has nothing and says so.
        late.agent.doWork(0);
        long second = late.agent.nextWorkNanos();
        assertThat(second).isPositive();
        late.agent.doWork(second);
        deliver();
        assertThat(late.agent.nextWorkNanos()).as("node 3 is asked at once").isEqualTo(second);
        assertThat(late.story).isEmpty();
    }

    @Test
    void aNodeWithoutTheAudiencesSecretAsksForItAndTakesNothingBefore() {
        node(1, SECRET);
        Node fresh = node(3, null);
        fresh.agent.onFrame(1, push(1, "x").encode());
        assertThat(fresh.story).isEmpty();
        fresh.agent.doWork(0);
        deliver();
        assertThat(fresh.story).containsExactly("secret");
        assertThat(fresh.secret.secret()).isEqualTo(SECRET);
        fresh.agent.onFrame(1, push(1, "x").encode());
        assertThat(fresh.story).contains("stored 1");
    }

    /** The registry in which node 4 is retired. */
    private static Registry withoutNode4() {
        String key = Objects.requireNonNull(REGISTRY.origin(4)).key().toString();
        String text = REGISTRY.encode()
                .utf8()
                .replace("origin 4 4 active " + key, "origin 4 4 retired " + key)
                .replace("audience 1 quorum 1,2,3,4", "audience 1 quorum 1,2,3");
        return Registry.parse(io.waxwing.ledger.hash.ByteString.utf8(text));
    }

    @Test
    void whoeverHasLeftGetsNothingAndIsNotHeardAnyMore() {
        Node holder = node(2, SECRET);
        node(4, null);
        holder.agent.onFrame(1, push(1, "x").encode());
        holder.audiences.onRegistry(withoutNode4());
        holder.agent.onRegistry(withoutNode4());
        holder.agent.onFrame(4, new PayloadFrame.SecretWanted(Genesis.EVERYBODY).encode());
        holder.agent.onFrame(
                4,
                new PayloadFrame.Pull(
                                new Lane(1, Genesis.EVERYBODY),
                                1,
                                push(1, "x").header().batchId())
                        .encode());
        holder.agent.onFrame(4, push(4, 1, "y", origin(4)).encode());
        assertThat(holder.count("waxwing.payload.frames.refused")).isEqualTo(3);
        assertThat(wire).isEmpty();
        assertThat(holder.audiences.nodes(Genesis.EVERYBODY).others()).containsOnlyKeys(1, 3);
    }

    @Test
    void finalBatchesAreNotHeldForACertificateAnyMore() {
        Node holder = node(2, SECRET);
        BatchReference done = certified(push(1, "x"));
        holder.agent.onApplied(new Applied(
                1, 1, 0, 0, 1, Hash.ZERO, List.of(new Applied.AppliedBatch(done, 0, List.of())), List.of()));
        holder.agent.onFrame(1, push(1, "x").encode());
        assertThat(holder.story).isEmpty();
        holder.agent.restore(new Lane(1, Genesis.EVERYBODY), 100);
        holder.agent.onFrame(1, push(3, "x").encode());
        assertThat(holder.story).isEmpty();
    }

    @Test
    void whatThePoolsHaveNoRoomForIsDroppedAndCounted() {
        Node holder = node(2, SECRET);
        holder.poolsAreFull = true;
        holder.agent.onFrame(1, push(1, "x").encode());
        assertThat(holder.story).isEmpty();
        assertThat(holder.count("waxwing.payload.frames.dropped")).isEqualTo(1);
    }

    @Test
    void whatIsSaidAgainWhileItIsBeingStoredIsNotHashedAgain() {
        Node holder = node(2, SECRET);
        holder.diskIsSlow = true;
        PayloadFrame.Push first = push(1, "x");
        holder.agent.onFrame(1, first.encode());
        byte[] otherEvents = new PayloadFrame.Push(first.header(), push(1, "y").events()).encode();
        holder.agent.onFrame(1, otherEvents);
        assertThat(holder.count("waxwing.payload.frames.refused")).isZero();
        holder.writing.forEach(Runnable::run);
        assertThat(holder.story).containsExactly("recorded Avail");
        holder.agent.onFrame(1, otherEvents);
        assertThat(holder.count("waxwing.payload.frames.refused")).isEqualTo(1);
    }
}
