package io.waxwing.broker.audit;

import io.waxwing.bus.audit.Act;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.topic.AckPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the log's head, how many lines it has and the hash of the last, on a topic that nobody else may publish to.
 * Once such an event is final, whoever has its receipt finds out that a line before it was changed or is gone. The log
 * tells of it by a line of its own.
 */
public final class AuditSeals implements AckSink {
    private static final Logger LOG = LoggerFactory.getLogger(AuditSeals.class);
    private static final String ACT = "log.seal";

    private final EventBus bus;
    private final AuditLog log;
    private final String institution;
    // One head at a time: of the thread that looks, but for `pending`.
    private volatile boolean pending;
    private long sealed = -1;
    private AuditLog.Head head = new AuditLog.Head(0, AuditLine.NOTHING_BEFORE, 0);

    /** {@code topic} is where they go. */
    public AuditSeals(EventBus bus, AuditLog log, String institution) {
        this.bus = bus;
        this.log = log;
        this.institution = institution;
    }

    /** Tells of a seal, and is nothing to be sealed. */
    static boolean isOne(Act act) {
        return act.act().equals(ACT);
    }

    /** Publishes the head, unless there is nothing new or the former one is not final yet. */
    public void look() {
        AuditLog.Head now = log.head();
        if (pending || now.sealable() == sealed) {
            return;
        }
        pending = true;
        head = now;
        EventDraft draft = new EventDraft(
                "$audit/" + institution,
                new Attributes.Builder()
                        .put(Attributes.SPECVERSION, "1.0")
                        .put(Attributes.ID, now.lines() + "-" + now.head())
                        .put(Attributes.SOURCE, "//" + institution + "/audit")
                        .put(Attributes.TYPE, "io.waxwing.audit.head.v1")
                        .put(Attributes.DATACONTENTTYPE, "application/json")
                        .build(),
                Payload.utf8("{\"lines\":" + now.lines() + ",\"head\":\"" + now.head() + "\"}"),
                1,
                false,
                true,
                AckPolicy.ORDERED,
                "$audit",
                System.nanoTime());
        if (!bus.publish(draft, now.sealable(), this)) {
            pending = false;
        }
    }

    @Override
    public void acknowledged(long token, Acknowledgement acknowledgement) {
        AuditLog.Head done = head;
        sealed = token;
        log.record(
                Act.done(
                        Act.NODE,
                        "$audit/" + institution,
                        ACT,
                        done.lines() + " lines, " + done.head() + ", event " + acknowledgement.eventId()),
                refusal -> pending = false);
    }

    @Override
    public void refused(long token, Refusal refusal) {
        LOG.atWarn()
                .addKeyValue("code", refusal.code().text())
                .log("the head of the audit log is not on the ledger yet: {}", refusal.detail());
        pending = false;
    }
}
