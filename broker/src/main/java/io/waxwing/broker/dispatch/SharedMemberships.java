package io.waxwing.broker.dispatch;

import io.waxwing.bus.delivery.SharedProgress;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The groups that one subscriber is in. Belongs to the core thread. */
final class SharedMemberships {
    private final AttachedSubscriber member;
    private final SharedGroups groups;
    private final Map<TopicFilter, SharedGroup> memberships = new LinkedHashMap<>();

    SharedMemberships(AttachedSubscriber member, SharedGroups groups) {
        this.member = member;
        this.groups = groups;
    }

    void put(Subscription subscription) {
        SharedGroup group = groups.of(subscription.filter());
        memberships.put(subscription.filter(), group);
        group.put(member, subscription, true);
    }

    /** One that held before a restart, of a subscriber that is away. */
    void restore(Subscription subscription, long since) {
        SharedGroup group = groups.restored(subscription.filter(), since);
        memberships.put(subscription.filter(), group);
        group.put(member, subscription, false);
    }

    /** False if it is not in that group. */
    boolean remove(TopicFilter filter) {
        SharedGroup group = memberships.remove(filter);
        if (group != null) {
            group.remove(member, false);
        }
        return group != null;
    }

    void progress(List<SharedProgress> steps) {
        for (SharedProgress step : steps) {
            SharedGroup group = memberships.get(step.filter());
            if (group != null) {
                group.progress(member, step);
            }
        }
    }

    void away() {
        memberships.values().forEach(group -> group.away(member));
    }

    void here() {
        memberships.values().forEach(group -> group.here(member));
    }

    void room() {
        memberships.values().forEach(group -> group.room(member));
    }

    void end() {
        List<SharedGroup> all = new ArrayList<>(memberships.values());
        memberships.clear();
        all.forEach(group -> group.remove(member, true));
    }
}
