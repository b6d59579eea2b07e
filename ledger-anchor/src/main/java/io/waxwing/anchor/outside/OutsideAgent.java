package io.waxwing.anchor.outside;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the latest checkpoint to every outside anchor that is due, in rounds. It asks for the latest one when a round
 * begins, so that nothing queues up behind a slow anchor and the ledger never hands anything over. One thread, which
 * may wait.
 */
public final class OutsideAgent {
    private static final Logger LOG = LoggerFactory.getLogger(OutsideAgent.class);

    private final Supplier<PublishedCheckpoint> latest;
    private final BiConsumer<PublishedCheckpoint, List<AnchorRecord>> shown;
    private final List<Scheduled> anchors = new ArrayList<>();
    private final long intervalNanos;
    private final MeterRegistry metrics;
    private long round;
    private long nextRoundNanos;

    /**
     * Made on any thread, before the one that works.
     *
     * @param intervalNanos from round to round
     * @param firstNanos when the first round is, of a monotonic clock
     * @param latest the latest published checkpoint; of size 0 before the first
     * @param shown takes what came of one checkpoint, on the thread that works
     */
    public OutsideAgent(
            List<CheckpointAnchor> anchors,
            long intervalNanos,
            long firstNanos,
            Supplier<PublishedCheckpoint> latest,
            BiConsumer<PublishedCheckpoint, List<AnchorRecord>> shown,
            MeterRegistry metrics) {
        this.latest = latest;
        this.shown = shown;
        this.intervalNanos = intervalNanos;
        this.metrics = metrics;
        this.nextRoundNanos = firstNanos;
        for (CheckpointAnchor anchor : anchors) {
            this.anchors.add(new Scheduled(anchor, metrics));
        }
    }

    private static final class Scheduled {
        private final CheckpointAnchor anchor;
        private final OutsideSchedule schedule;
        private final Counter showings;
        // Read by the metrics' thread.
        private volatile long size;

        Scheduled(CheckpointAnchor anchor, MeterRegistry metrics) {
            this.anchor = anchor;
            schedule = new OutsideSchedule(anchor.maxBackoff());
            showings = Counter.builder("waxwing.outside.shown")
                    .description("Checkpoints shown to an outside anchor")
                    .tag("anchor", anchor.name())
                    .register(metrics);
            Gauge.builder("waxwing.outside.size", () -> size)
                    .description("Tree size of the last checkpoint that an outside anchor has")
                    .tag("anchor", anchor.name())
                    .register(metrics);
        }
    }

    /** Holds a round if it is time for one and there is a checkpoint; returns how many it was shown to. */
    public int doWork(long nowNanos) {
        PublishedCheckpoint checkpoint = latest.get();
        if (nowNanos - nextRoundNanos < 0 || checkpoint.treeSize() == 0) {
            return 0;
        }
        round++;
        nextRoundNanos = nowNanos + intervalNanos;
        List<AnchorRecord> records = new ArrayList<>();
        for (Scheduled one : anchors) {
            if (one.schedule.isDue(checkpoint.treeSize(), round)) {
                show(one, checkpoint, records);
            }
        }
        if (!records.isEmpty()) {
            shown.accept(checkpoint, records);
        }
        return records.size();
    }

    private void show(Scheduled one, PublishedCheckpoint checkpoint, List<AnchorRecord> records) {
        try {
            records.add(one.anchor.show(checkpoint));
            one.schedule.shown(checkpoint.treeSize(), round);
            one.size = checkpoint.treeSize();
            one.showings.increment();
        } catch (AnchorFailure e) {
            one.schedule.failed(round);
            failed(one.anchor.name(), e.code()).increment();
            LOG.atWarn()
                    .addKeyValue("code", e.code())
                    .log(
                            "checkpoint of size {} not shown to {}: {}",
                            checkpoint.treeSize(),
                            one.anchor.name(),
                            e.getMessage());
        }
    }

    private Counter failed(String anchor, String code) {
        return Counter.builder("waxwing.outside.failures")
                .description("Checkpoints that could not be shown to an outside anchor")
                .tags("anchor", anchor, "code", code)
                .register(metrics);
    }
}
