package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Laws 2, 3, 4, 5 and 7 with a real process, a real disk and real clients: kill -9 at random points under load, many
 * times, then look. {@code -Dkill.rounds} and {@code -Dseed} choose how often and where.
 */
class KillIT {
    private static final int ROUNDS = Integer.getInteger("kill.rounds", 100);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void nothingAcknowledgedIsLostOrDoubledAndCursorsMissNothing() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("KillIT seed " + seed + ", rounds " + ROUNDS);
        SplittableRandom random = new SplittableRandom(seed);
        Path data = folder.resolve("data");
        Load load = new Load();
        CursorReader reader = new CursorReader("load/#");
        for (int round = 0; round < ROUNDS; round++) {
            NodeProcess node = NodeProcess.start(data);
            reader.connect(node);
            load.run(node, round, 20 + random.nextInt(250));
            node.kill();
            reader.disconnected();
            load.ended();
        }
        try (NodeProcess node = NodeProcess.start(data)) {
            load.retryUnacknowledged(node);
            Observed observed = Observed.readAll(node, "load/#");
            assertThat(observed.payloads())
                    .as("seed %d: every payload is there once", seed)
                    .doesNotHaveDuplicates();
            assertThat(observed.payloads()).as("seed %d: acknowledged", seed).containsAll(load.acknowledged());
            observed.assertTopicSeqsGapless(seed);
            observed.assertReceiptsVerify(node, data.resolve("trust.policy"));
            assertThat(load.eventIds())
                    .as("seed %d: told eventIds name the same events", seed)
                    .allSatisfy((eventId, payload) ->
                            assertThat(observed.payloadOf(eventId)).isEqualTo(payload));
            reader.connect(node);
            reader.awaitLast(observed.lastEventId());
            assertThat(reader.eventIds())
                    .as("seed %d: the cursor missed nothing", seed)
                    .containsExactlyInAnyOrderElementsOf(observed.eventIds());
            System.out.println(
                    "KillIT: " + ROUNDS + " kills, " + load.acknowledged().size() + " acknowledged, "
                            + observed.payloads().size() + " events, all receipts verified");
        }
    }
}
