package io.waxwing.broker.intake;

import io.waxwing.broker.runtime.Answer;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.TopicPolicy;
import java.util.ArrayList;
import java.util.List;

/** Plays the ring: what is published waits here until the test lets journal take it as one group. */
public final class JournalDriver {
    private final Journal journal;
    private final HeldBytes held = new HeldBytes(Long.MAX_VALUE);
    private final List<IntakeSlot> waiting = new ArrayList<>();

    public JournalDriver(Journal journal) {
        this.journal = journal;
    }

    /** Puts an event into the ring. */
    public void publish(EventDraft draft, AckPolicy wanted, long token, AckSink sink) {
        IntakeSlot slot = new IntakeSlot();
        slot.fill(draft, wanted, token, sink, held);
        waiting.add(slot);
    }

    /** Puts events that belong together into one place of the ring; the first has {@code token}. */
    void together(List<EventDraft> drafts, long token, AckSink sink) {
        List<IntakeSlot> parts = new ArrayList<>();
        for (EventDraft draft : drafts) {
            IntakeSlot part = new IntakeSlot();
            part.fill(draft, AckPolicy.DURABLE, token + parts.size(), sink, held);
            parts.add(part);
        }
        IntakeSlot slot = new IntakeSlot();
        slot.fill(parts);
        waiting.add(slot);
    }

    /** Puts another node's batch into the ring. */
    void hold(HoldRequest request) {
        IntakeSlot slot = new IntakeSlot();
        slot.fill(request);
        waiting.add(slot);
    }

    /** Puts the creation of a topic into the ring. */
    public Answer<Boolean> create(String topic, TopicPolicy policy) {
        Answer<Boolean> answer = new Answer<>();
        IntakeSlot slot = new IntakeSlot();
        slot.fill(new TopicCreation(topic, policy, answer));
        waiting.add(slot);
        return answer;
    }

    /** Lets journal take everything as one group; returns how many events that were. */
    public int runGroup() {
        List<IntakeSlot> group = List.copyOf(waiting);
        waiting.clear();
        for (int i = 0; i < group.size(); i++) {
            try {
                journal.onEvent(group.get(i), i, i == group.size() - 1);
            } catch (InterruptedException e) {
                throw new IllegalStateException("nothing interrupts a simulation", e);
            }
        }
        return group.size();
    }
}
