package io.waxwing.broker.dispatch;

import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.GroupRow;
import io.waxwing.bus.topic.TopicFilter;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All groups of shared subscriptions. Of one with a durable member it is written after each turn how far it got, so
 * that it goes on there after a restart. A row is never ahead of its group, so a crash repeats events and loses none.
 * Belongs to the core thread.
 */
final class SharedGroups {
    private final Dispatcher dispatcher;
    private final DeliveryIndex index;
    private final Map<TopicFilter, SharedGroup> groups = new HashMap<>();
    private final Set<SharedGroup> changed = new LinkedHashSet<>();
    private final Set<TopicFilter> stored = new LinkedHashSet<>();
    private SharedStrategy strategy = SharedStrategy.WINDOW;
    private int members;

    SharedGroups(Dispatcher dispatcher, DeliveryIndex index) {
        this.dispatcher = dispatcher;
        this.index = index;
    }

    /** How groups that begin from now on choose among their members. */
    void shareBy(SharedStrategy chosen) {
        strategy = chosen;
    }

    SharedStrategy strategy() {
        return strategy;
    }

    /** The group of a filter; a new one begins with the next event. */
    SharedGroup of(TopicFilter filter) {
        SharedGroup group = groups.get(filter);
        if (group == null) {
            group = begin(filter);
            // What may be left of one of that name is of no use.
            stored.add(filter);
        }
        return group;
    }

    /** The group that a member was in before a restart. */
    SharedGroup restored(TopicFilter filter, long since) {
        SharedGroup group = groups.get(filter);
        if (group == null) {
            group = begin(filter);
            group.restore(index.group(filter.toString()), since);
            stored.add(filter);
        }
        return group;
    }

    private SharedGroup begin(TopicFilter filter) {
        SharedGroup group = new SharedGroup(filter, dispatcher, this);
        groups.put(filter, group);
        dispatcher.routes().add(group, filter);
        return group;
    }

    void changed(SharedGroup group) {
        changed.add(group);
    }

    /** Its last member is gone, and so is what waited in it. */
    void end(SharedGroup group) {
        groups.remove(group.filter());
        changed.remove(group);
        dispatcher.routes().remove(group, group.filter());
        forget(group);
    }

    private void forget(SharedGroup group) {
        if (stored.remove(group.filter())) {
            index.putGroup(group.filter().toString(), null);
        }
    }

    /** Writes what has changed. */
    void save() {
        for (SharedGroup group : changed) {
            @Nullable GroupRow row = group.isDurable() ? group.row() : null;
            if (row == null) {
                forget(group);
            } else {
                stored.add(group.filter());
                index.putGroup(group.filter().toString(), row);
            }
        }
        changed.clear();
    }

    int size() {
        return groups.size();
    }

    /** Memberships in all groups. */
    int members() {
        return members;
    }

    void joined(int more) {
        members += more;
    }
}
