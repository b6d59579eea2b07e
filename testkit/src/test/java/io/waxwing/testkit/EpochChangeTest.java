package io.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.control.Change;
import io.waxwing.ledger.simplex.Simplex.Standing;
import io.waxwing.testkit.epoch.EpochNode;
import io.waxwing.testkit.epoch.EpochWorld;
import io.waxwing.testkit.epoch.Members;
import io.waxwing.testkit.sim.Violation;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A consortium that changes while it runs (fault 24 of ledger.md section 2.1, and what belongs to it). */
class EpochChangeTest {
    private static final int SEEDS = Integer.getInteger("sim.epochs.seeds", 2);
    private static final int NOBODY = -1;

    private static void forEachSeed(Consumer<Long> test) {
        Long only = Long.getLong("seed");
        LongStream seeds = only == null ? LongStream.range(0, SEEDS) : LongStream.of(only);
        seeds.forEach(seed -> {
            try {
                test.accept(seed);
            } catch (Violation found) {
                throw new AssertionError("seed " + seed + " (replay with -Dseed=" + seed + "): " + found.getMessage());
            }
        });
    }

    private static Change add(int member) {
        return new Change.AddMember(Members.join(member, 0));
    }

    private static Change remove(int member) {
        return new Change.RemoveMember(Members.name(member));
    }

    private static Change rotate(int member, int generation) {
        return new Change.ReplaceMember(Members.join(member, generation));
    }

    private static EpochWorld started(int validators, int processes, int liar, long seed) {
        EpochWorld world = new EpochWorld(validators, liar, seed);
        for (int member = 0; member < processes; member++) {
            world.nodes().get(member).boot();
        }
        return world;
    }

    /** Everything heals, nothing more is published, and all who run come to the same end. */
    private static void assertSettles(EpochWorld world, long seed) {
        world.healAll();
        world.stopPublishing();
        for (int turn = 0; turn < 200 && !world.isSettled(); turn++) {
            world.pass(500);
        }
        assertThat(world.isSettled()).as("seed " + seed + world.places()).isTrue();
    }

    private static EpochNode node(EpochWorld world, int member) {
        return world.nodes().get(member);
    }

    private static boolean votes(EpochWorld world, int member) {
        return node(world, member).epochs().core().standing() == Standing.VOTING;
    }

    @Test
    void aMemberIsAddedAndVotes() {
        forEachSeed(seed -> {
            EpochWorld world = started(4, 4, NOBODY, seed);
            world.want(add(4));
            world.pass(2000);
            node(world, 4).boot();
            world.pass(2000);
            assertSettles(world, seed);
            assertThat(node(world, 4).epochs().validators().size()).isEqualTo(5);
            assertThat(votes(world, 4)).as("seed " + seed + world.places()).isTrue();
        });
    }

    @Test
    void aMemberIsRemovedAndGoesOnAsAnObserverWithoutAVote() {
        forEachSeed(seed -> {
            EpochWorld world = started(4, 4, NOBODY, seed);
            world.want(remove(1));
            world.pass(3000);
            assertSettles(world, seed);
            assertThat(node(world, 0).epochs().validators().size()).isEqualTo(3);
            assertThat(node(world, 1).epochs().core().standing()).isEqualTo(Standing.OBSERVING);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void keysAreRotatedUnderLoadOneMemberAnEpoch(int validators) {
        forEachSeed(seed -> {
            EpochWorld world = started(validators, validators, NOBODY, seed);
            for (int generation = 1; generation <= 2; generation++) {
                for (int member = 0; member < validators; member++) {
                    world.want(rotate(member, generation));
                }
            }
            world.pass(8000);
            assertSettles(world, seed);
            for (int member = 0; member < validators; member++) {
                assertThat(votes(world, member))
                        .as("seed " + seed + world.places())
                        .isTrue();
            }
        });
    }

    @Test
    void oneAloneBecomesSeveralAndOneAloneAgain() {
        forEachSeed(seed -> {
            EpochWorld world = started(1, 3, NOBODY, seed);
            world.want(rotate(0, 1));
            world.want(add(1));
            world.want(add(2));
            world.want(remove(1));
            world.want(remove(0));
            world.pass(10_000);
            assertSettles(world, seed);
            assertThat(node(world, 2).epochs().validators().size()).isEqualTo(1);
            assertThat(votes(world, 2)).isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void aProcessMayEndAtEveryBoundaryOfAChange(int validators) {
        int boundaries = run(validators, NOBODY, 1);
        assertThat(boundaries).isGreaterThan(20);
        int step = Integer.getInteger("sim.epochs.step", Math.max(1, boundaries / 10));
        for (int boundary = 0; boundary < boundaries; boundary += step) {
            run(validators, boundary, 1 + boundary % 3);
        }
    }

    /** A rotation of node 0's own keys, then an addition; node 0 ends at that boundary. Returns how many there were. */
    private static int run(int validators, int boundary, long seed) {
        EpochWorld world = new EpochWorld(validators, NOBODY, seed);
        node(world, 0).endAt(boundary);
        for (int member = 0; member < validators; member++) {
            node(world, member).boot();
        }
        world.want(rotate(0, 1));
        world.want(add(validators));
        for (int turn = 0; turn < 12; turn++) {
            world.pass(250);
            if (!node(world, 0).isUp()) {
                node(world, 0).boot();
            }
        }
        int boundaries = node(world, 0).boundaries();
        node(world, 0).endAt(NOBODY);
        node(world, validators).boot();
        assertSettles(world, seed);
        assertThat(votes(world, 0))
                .as("boundary " + boundary + " seed " + seed + world.places())
                .isTrue();
        return boundaries;
    }

    /** All lose what was not forced, at once, again and again: the change is somewhere between log and ledger. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4})
    void thePowerOfAllFailsInTheMiddleOfAChange(int validators) {
        forEachSeed(seed -> {
            EpochWorld world = started(validators, validators, NOBODY, seed);
            for (int generation = 1; generation <= 3; generation++) {
                world.want(rotate(generation % validators, generation));
            }
            for (int blackout = 0; blackout < 8; blackout++) {
                for (int member = 0; member < validators; member++) {
                    node(world, member).endAt(world.chance().below(60));
                }
                world.pass(world.chance().between(100, 900));
                for (int member = 0; member < validators; member++) {
                    if (node(world, member).isUp()) {
                        node(world, member).crash();
                    }
                }
                for (int member = 0; member < validators; member++) {
                    node(world, member).boot();
                }
            }
            world.pass(1000);
            assertSettles(world, seed);
            for (int member = 0; member < validators; member++) {
                assertThat(votes(world, member))
                        .as("seed " + seed + world.places())
                        .isTrue();
            }
        });
    }

    @Test
    void oneLyingLeaderBringsNoConfigIn() {
        forEachSeed(seed -> {
            EpochWorld world = started(4, 4, 1, seed);
            world.pass(6000);
            assertThat(node(world, 0).epoch()).isZero();
            assertThat(world.height()).isGreaterThan(5);
            // What enough members approve comes in all the same.
            world.want(rotate(2, 1));
            world.pass(3000);
            world.stopPublishing();
            world.pass(10_000);
            assertThat(node(world, 0).epoch())
                    .as("seed " + seed + world.places())
                    .isEqualTo(1);
        });
    }

    @Test
    void aRemovedMemberThatGoesOnVotingIsNotCounted() {
        forEachSeed(seed -> {
            EpochWorld world = started(4, 4, NOBODY, seed);
            world.want(remove(3));
            world.pass(2000);
            world.haunt(3);
            long before = world.refusals();
            world.pass(3000);
            world.haunt(NOBODY);
            assertThat(world.refusals()).isGreaterThan(before);
            assertThat(world.accusations()).isZero();
            assertSettles(world, seed);
        });
    }

    @Test
    void fault24_whoMissedSeveralEpochsIsToldHowTheyEnded() {
        forEachSeed(seed -> {
            EpochWorld world = started(4, 3, NOBODY, seed);
            world.want(rotate(0, 1));
            world.want(rotate(1, 1));
            world.want(rotate(2, 1));
            world.pass(8000);
            // It has been away from the beginning, and its disk knows nothing.
            node(world, 3).boot();
            assertSettles(world, seed);
            assertThat(votes(world, 3)).as("seed " + seed + world.places()).isTrue();
            assertThat(node(world, 3).epoch()).isEqualTo(3);
        });
    }

    @Test
    void fault24_theNextEpochBeginsOnTheFinalBlockWhateverTheNetworkLoses() {
        forEachSeed(seed -> {
            EpochWorld world = started(4, 4, NOBODY, seed);
            world.want(rotate(0, 1));
            world.want(add(4));
            world.want(remove(0));
            world.want(rotate(2, 1));
            node(world, 4).boot();
            for (int turn = 0; turn < 30; turn++) {
                world.loseMessages(world.chance().below(400));
                int one = world.chance().below(5);
                world.cut(one, world.chance().below(5), world.chance().oneIn(2));
                EpochNode some = node(world, world.chance().below(5));
                if (some.isUp()) {
                    some.endAt(world.chance().below(80));
                } else {
                    some.boot();
                }
                world.pass(400);
            }
            for (int member = 0; member < 5; member++) {
                node(world, member).endAt(NOBODY);
                if (!node(world, member).isUp()) {
                    node(world, member).boot();
                }
            }
            assertSettles(world, seed);
            assertThat(node(world, 0).epochs().core().standing()).isEqualTo(Standing.OBSERVING);
            for (int member = 1; member < 5; member++) {
                assertThat(votes(world, member))
                        .as("seed " + seed + world.places())
                        .isTrue();
            }
        });
    }

    @Test
    void whoLostItsLedgerButNotItsLogComesBackThroughEndedEpochs() {
        forEachSeed(seed -> {
            EpochWorld world = started(4, 4, NOBODY, seed);
            world.want(rotate(0, 1));
            world.want(rotate(1, 1));
            world.pass(6000);
            node(world, 2).crash();
            node(world, 2).loseData();
            node(world, 2).boot();
            assertSettles(world, seed);
            assertThat(votes(world, 2)).as("seed " + seed + world.places()).isTrue();
        });
    }

    @Test
    void anObserverFollowsEveryEpoch() {
        EpochWorld world = started(4, 6, NOBODY, 1);
        world.want(remove(0));
        world.want(add(4));
        world.pass(6000);
        assertSettles(world, 1);
        assertThat(node(world, 5).epoch()).isEqualTo(2);
        assertThat(world.nodes().get(5).epochs().validators().size()).isEqualTo(4);
    }
}
