package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.sim.MemoryColumns;
import io.waxwing.broker.sim.PowerCut;
import io.waxwing.broker.sim.SharedLogLedgerStore;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.spi.EventReader;
import io.waxwing.bus.spi.ReceiptSource;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.verify.ReceiptReport;
import io.waxwing.ledger.verify.ReceiptVerifier;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.testkit.fake.DiskFaults;
import io.waxwing.testkit.fake.MemoryLedgerStore;
import io.waxwing.testkit.fake.MemoryVoteLog;
import io.waxwing.testkit.sim.Story;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** One seed's run: actions in seeded order, several lives of one node, and what must be true at the end. */
final class OneNodeStory {
    private static final int ACTIONS = 120;
    private static final int MAX_CRASHES = 3;

    private final SplittableRandom random;
    private final Story story = new Story();
    private final SimulatedNode.VirtualTime time = new SimulatedNode.VirtualTime();
    private final SimulatedPublisher publisher;
    private final SimulatedSubscriber subscriber = new SimulatedSubscriber();
    private final MemoryColumns columns = new MemoryColumns();
    private final DiskFaults faults = new DiskFaults();
    private MemoryLedgerStore ledgerStore = new MemoryLedgerStore(faults);
    private MemoryVoteLog votes = new MemoryVoteLog(faults);
    private SimulatedNode node;
    private int crashes;

    OneNodeStory(long seed) {
        random = new SplittableRandom(seed);
        publisher = new SimulatedPublisher(random, story);
        node = newLife();
    }

    static TopicPolicy policyOf(String topic) {
        return switch (topic) {
            case "sealed" -> new TopicPolicy(DeliveryClass.SEALED, AckPolicy.DURABLE);
            case "local" -> new TopicPolicy(DeliveryClass.LOCAL, AckPolicy.DURABLE);
            default -> new TopicPolicy(DeliveryClass.ORDERED, AckPolicy.ORDERED);
        };
    }

    private SimulatedNode newLife() {
        return new SimulatedNode(
                columns, new SharedLogLedgerStore(ledgerStore, columns), votes, time, OneNodeStory::policyOf, random);
    }

    void play() {
        subscriber.attachTo(node.dispatcher, StartFrom.FIRST);
        for (int action = 0; action < ACTIONS; action++) {
            try {
                act(random.nextInt(100));
            } catch (PowerCut | DiskFaults.Crash end) {
                restart();
            }
        }
        heal();
        checkLaws();
    }

    private void act(int choice) {
        if (choice < 35) {
            publisher.publish(node.journal);
        } else if (choice < 50) {
            story.tell("group " + node.journal.runGroup());
            drainIfFull();
        } else if (choice < 80) {
            story.tell("core " + node.coreTurn());
        } else if (choice < 87) {
            node.readOnce();
        } else if (choice < 91) {
            time.ms += random.nextInt(60);
        } else if (choice < 95) {
            subscriber.changeRoom(random.nextInt(4));
        } else if (choice < 97) {
            boolean full = random.nextInt(4) == 0;
            story.tell("disk full " + full);
            node.diskFull(full);
            faults.refuse(full);
        } else if (crashes < MAX_CRASHES) {
            planCrash();
        }
    }

    /** In a running node journal would wait for the core here. */
    private void drainIfFull() {
        if (node.coreIsBusy() && random.nextInt(8) == 0) {
            node.coreTurn();
        }
    }

    private void planCrash() {
        boolean after = random.nextBoolean();
        int step = random.nextInt(6);
        story.tell("crash planned at step " + step + (after ? " after" : " before"));
        if (random.nextBoolean()) {
            columns.endAt(step, after);
        } else {
            faults.crashAt(step, after);
        }
    }

    /** The process is gone, with it everything that nobody was told; the next one may end while it recovers. */
    private void restart() {
        publisher.nodeGone();
        subscriber.nodeGone();
        for (boolean running = false; !running; ) {
            lose();
            try {
                node = newLife();
                running = true;
            } catch (PowerCut | DiskFaults.Crash again) {
                story.tell("ended while recovering");
            }
        }
        subscriber.attachTo(node.dispatcher, subscriber.resumeFrom());
    }

    /** Sometimes the power failed too, and what was not synced is gone. */
    private void lose() {
        crashes++;
        boolean power = random.nextBoolean();
        story.tell(power ? "power lost" : "killed");
        if (power) {
            columns.losePower(random);
        }
        int kept = power ? random.nextInt(ledgerStore.unforcedWrites() + 1) : ledgerStore.unforcedWrites();
        ledgerStore = ledgerStore.afterCrash(kept);
        votes = votes.reopened();
        faults.refuse(false);
    }

    private void heal() {
        for (int attempt = 0; attempt < MAX_CRASHES + 2; attempt++) {
            try {
                faults.refuse(false);
                node.diskFull(false);
                subscriber.changeRoom(Integer.MAX_VALUE);
                publisher.retryUnanswered(node.journal);
                node.settle();
                return;
            } catch (PowerCut | DiskFaults.Crash end) {
                restart();
            }
        }
        throw new AssertionError("the node did not come to rest after its last crash");
    }

    private void checkLaws() {
        subscriber.assertOrderedTopicsGapless(story);
        publisher.assertAcknowledgedWereDelivered(subscriber, story);
        publisher.assertToldEventIdsNameTheirEvents(subscriber, story);
        assertOneRootPerSize();
        assertEveryNamedEventIsAPlaceToStartFrom();
        assertReceiptsVerify();
        story.tell("end: " + subscriber.count() + " delivered");
    }

    private void assertOneRootPerSize() {
        Map<Long, Hash> roots = new HashMap<>();
        long largest = 0;
        for (VoteRecord record : votes.records()) {
            if (record instanceof VoteRecord.Cosigned cosigned) {
                assertThat(roots.putIfAbsent(cosigned.treeSize(), cosigned.root()))
                        .as("law 6\n" + story)
                        .isNull();
                assertThat(cosigned.treeSize()).as("law 6\n" + story).isGreaterThan(largest);
                largest = cosigned.treeSize();
            }
        }
    }

    /** Also of class sealed, whose eventIds came after their delivery and perhaps after a crash. */
    private void assertEveryNamedEventIsAPlaceToStartFrom() {
        TopicFilter everything = TopicFilter.parse("#");
        EventReader history = node.dispatcher.history();
        for (Event event : history.read(everything, StartFrom.FIRST, 1000).events()) {
            if (event.eventId() != null) {
                EventReader.Page behind = history.read(everything, new StartFrom.After(event.eventId()), 1);
                long next = behind.events().isEmpty()
                        ? node.dispatcher.nextPosition()
                        : behind.events().get(0).position();
                assertThat(next).as("behind " + event.eventId() + "\n" + story).isEqualTo(event.position() + 1);
            }
        }
    }

    /** All of them in some seeds, two in the others: a verification costs more than a run. */
    private void assertReceiptsVerify() {
        ReceiptVerifier verifier =
                new ReceiptVerifier(node.ledger.reader().trustPolicy().toBytes(), Signatures.bouncyCastle());
        int left = random.nextInt(50) == 0 ? Integer.MAX_VALUE : 2;
        for (EventId eventId : subscriber.orderedEventIds()) {
            if (left-- == 0) {
                return;
            }
            byte[] receipt = node.receipts.receipt(eventId, EnumSet.allOf(ReceiptSource.Component.class), 0, false);
            ReceiptReport report = verifier.verify(receipt, null);
            assertThat(report.verified())
                    .as("law 5, " + eventId + ": " + report + "\n" + story)
                    .isTrue();
        }
    }

    Story story() {
        return story;
    }

    int crashes() {
        return crashes;
    }

    SimulatedPublisher publisher() {
        return publisher;
    }

    SimulatedSubscriber subscriber() {
        return subscriber;
    }
}
