package io.waxwing.stomp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.testkit.peer.NaiveParser;
import io.waxwing.testkit.sim.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One subscription under random acknowledgements, transactions and stalls, beside a model of what waits where. */
class RedeliveryBySeedTest {
    private static final int SEEDS = 100;
    private static final int STEPS = 300;
    private static final int PREFETCH = 8;
    private static final int MAX_DELIVER = SessionSettings.of("x").maxDeliver();

    /** The model: events by number, where they are, and how often they were sent. */
    private static final class Model {
        final boolean cumulative;
        final TreeSet<Integer> waiting = new TreeSet<>();
        final List<NaiveParser.Plain> unacked = new ArrayList<>();
        final int[] times = new int[STEPS + 1];
        int done;

        Model(boolean cumulative) {
            this.cumulative = cumulative;
        }

        void sent(NaiveParser.Plain message) {
            int number = Integer.parseInt(message.body());
            assertThat(number).as("the oldest that waits is sent first").isEqualTo(waiting.pollFirst());
            times[number]++;
            String redelivered = message.headers().get("redelivered");
            assertThat(redelivered != null).isEqualTo(times[number] > 1);
            unacked.add(message);
        }

        void answered(NaiveParser.Plain about, boolean taken, boolean requeue) {
            int at = unacked.indexOf(about);
            List<NaiveParser.Plain> meant = new ArrayList<>(unacked.subList(cumulative ? 0 : at, at + 1));
            unacked.removeAll(meant);
            for (NaiveParser.Plain message : meant) {
                int number = Integer.parseInt(message.body());
                if (!taken && requeue && times[number] < MAX_DELIVER) {
                    waiting.add(number);
                } else {
                    done++;
                }
            }
        }
    }

    @Test
    @DisplayName("A2-A4, T3: nothing is lost or doubled, what comes back comes in order and before what is newer")
    void anyAnswersInAnyOrder() {
        Seeds.forEach(SEEDS, seed -> {
            Random random = new Random(seed);
            boolean cumulative = random.nextBoolean();
            Peer peer = Peer.of("1.2")
                    .in("SUBSCRIBE\nid:s\ndestination:a\nack:" + (cumulative ? "client" : "client-individual")
                            + "\nprefetch-count:" + PREFETCH + "\n\n^");
            Feed feed = peer.subscribed();
            Model model = new Model(cumulative);
            int arrived = 0;
            boolean starved = false;
            for (int step = 0; step < STEPS; step++) {
                int held = model.waiting.size() + model.unacked.size();
                if (random.nextInt(3) > 0 && held < PREFETCH && !starved) {
                    model.waiting.add(++arrived);
                    peer.deliver(feed, "a", Integer.toString(arrived));
                } else if (held == PREFETCH && !starved) {
                    starved = true;
                    peer.session.onStarved(feed, 200, peer);
                } else if (random.nextInt(4) == 0) {
                    peer.writable = !peer.writable;
                    peer.session.onWritable(peer.now, peer);
                } else if (!model.unacked.isEmpty()) {
                    answer(peer, model, random);
                }
                while (!peer.received.isEmpty()) {
                    model.sent(peer.got("MESSAGE"));
                }
                assertThat(peer.closed).isNull();
                assertThat(peer.released).isEqualTo(model.done);
                if (peer.writable) {
                    assertThat(model.waiting)
                            .as("nothing waits while the socket takes more")
                            .isEmpty();
                }
                held = model.waiting.size() + model.unacked.size();
                boolean resumed = !peer.resumed.isEmpty();
                assertThat(resumed)
                        .as("the bus is called when half is free")
                        .isEqualTo(starved && held <= PREFETCH / 2);
                starved &= !resumed;
                peer.resumed.clear();
            }
            assertThat(model.done + model.waiting.size() + model.unacked.size()).isEqualTo(arrived);
        });
    }

    private static void answer(Peer peer, Model model, Random random) {
        NaiveParser.Plain about = model.unacked.get(random.nextInt(model.unacked.size()));
        boolean taken = random.nextBoolean();
        boolean requeue = random.nextInt(5) > 0;
        String frame = (taken ? "ACK" : "NACK") + "\nid:" + about.headers().get("ack") + "\nrequeue:" + requeue + "\n";
        int kind = random.nextInt(4);
        if (kind > 1) {
            peer.in(frame + "\n^");
            model.answered(about, taken, requeue);
            return;
        }
        peer.in("BEGIN\ntransaction:t\n\n^" + frame + "transaction:t\n\n^");
        assertThat(peer.received).as("nothing happens before COMMIT").isEmpty();
        peer.in((kind == 0 ? "COMMIT" : "ABORT") + "\ntransaction:t\n\n^");
        if (kind == 0) {
            model.answered(about, taken, requeue);
        }
    }
}
