package io.waxwing.broker.intake;

import io.waxwing.broker.store.EventJournal;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import java.util.ArrayList;
import java.util.List;

/** The topics of the group that journal is gathering: remembered already, on the disk with the group or forgotten. */
final class NewTopics {
    /** For what this node brings itself. */
    static final int OURS = 0;

    private final Topics topics;
    private final EventJournal store;
    private final IntakeMetrics metrics;
    private final List<Topics.NewTopic> added = new ArrayList<>();
    private final List<TopicCreation> created = new ArrayList<>();

    NewTopics(Topics topics, EventJournal store, IntakeMetrics metrics) {
        this.topics = topics;
        this.store = store;
        this.metrics = metrics;
    }

    /** Makes a topic or answers why not. One that is there must be on the disk already. */
    void create(TopicCreation creation) {
        long audienceId;
        TopicState known;
        try {
            audienceId = topics.audienceFor(creation.topic(), creation.policy());
            known = topics.get(creation.topic(), audienceId);
            if (known == null) {
                topics.requireRoom();
                put(topics.add(creation.topic(), creation.policy(), audienceId, OURS));
                created.add(creation);
                return;
            }
        } catch (RefusedException e) {
            metrics.refusedTopic.increment();
            creation.answer().refuse(e.refusal());
            return;
        }
        if (known.policy().equals(topics.shown(creation.policy(), audienceId))) {
            creation.answer().give(false);
        } else {
            creation.answer()
                    .refuse(new Refusal(
                            FailureCode.POLICY,
                            "topic '" + known.name() + "' exists with class "
                                    + known.policy().deliveryClass().word() + " and ack "
                                    + known.policy().ack().word() + "; both are fixed while it has events"));
        }
    }

    /** The topic of an event that is published here. @throws RefusedException WXW-1010, WXW-1240 to 1242 */
    TopicState home(String name) {
        long audienceId = topics.audienceFor(name);
        TopicState known = topics.get(name, audienceId);
        if (known != null && !known.isForeign()) {
            return known;
        }
        topics.requireRoom();
        return put(known == null ? topics.add(name, null, audienceId, OURS) : topics.adopt(known));
    }

    /** The topic of an event that a node's batch brings. */
    TopicState brought(String name, long audienceId, int originId) {
        TopicState known = topics.get(name, audienceId);
        return known == null ? put(topics.add(name, null, audienceId, originId)) : known;
    }

    private TopicState put(Topics.NewTopic topic) {
        added.add(topic);
        store.addTopic(
                topic.state().name(), topic.state().audienceId(), topic.record().toBytes());
        return topic.state();
    }

    /** Somebody waits to hear that a topic is on the disk. */
    boolean isAnswerDue() {
        return !created.isEmpty();
    }

    /** The group is on the disk. */
    void stored() {
        created.forEach(creation -> creation.answer().give(true));
    }

    /** The group could not be stored. */
    void giveUp(Refusal refusal) {
        added.forEach(topics::forget);
        created.forEach(creation -> creation.answer().refuse(refusal));
    }

    /** The next group begins. */
    void settled() {
        added.clear();
        created.clear();
    }
}
