package io.waxwing.broker.dispatch;

import io.waxwing.broker.store.EventJournal;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The last values a subscriber still has to get because of its new subscriptions. They are read in pages off the core
 * thread and offered on it; a value that was replaced meanwhile is left out, since its successor was delivered live, so
 * no older value ever follows a newer one.
 */
final class RetainedValuesJobs {
    private static final int PAGE_EVENTS = 256;

    private final AttachedSubscriber to;
    private final Dispatcher dispatcher;
    private final Deque<Job> jobs = new ArrayDeque<>();
    private boolean reading;

    RetainedValuesJobs(AttachedSubscriber to, Dispatcher dispatcher) {
        this.to = to;
        this.dispatcher = dispatcher;
    }

    private static final class Job {
        private final Subscription subscription;
        private final List<Retained.Value> values;
        private int next;

        Job(Subscription subscription, List<Retained.Value> values) {
            this.subscription = subscription;
            this.values = values;
        }
    }

    void add(Subscription subscription) {
        List<Retained.Value> values = dispatcher.retained().matching(subscription.filter());
        if (!values.isEmpty()) {
            jobs.add(new Job(subscription, values));
            resume();
        }
    }

    void forget(TopicFilter filter) {
        jobs.removeIf(job -> job.subscription.filter().equals(filter));
    }

    void clear() {
        jobs.clear();
    }

    /** Goes on with the first job, unless a page is being read or the subscriber is behind: what it missed is older. */
    void resume() {
        Job job = jobs.peek();
        if (job == null || reading || !to.isLive()) {
            return;
        }
        int end = Math.min(job.next + PAGE_EVENTS, job.values.size());
        List<Retained.Value> page = job.values.subList(job.next, end);
        reading = true;
        dispatcher.read(() -> {
            try {
                EventJournal.Reader reader = dispatcher.history().reader();
                List<Event> events = new ArrayList<>(page.size());
                page.forEach(value -> events.add(dispatcher.history().eventOf(reader, value.journalSeq())));
                dispatcher.command(() -> onPage(job, events));
            } catch (RefusedException e) {
                dispatcher.command(() -> {
                    reading = false;
                    if (jobs.peek() == job && to.isLive()) {
                        to.refuse(e.refusal());
                    }
                });
            }
        });
    }

    private void onPage(Job job, List<Event> events) {
        reading = false;
        if (jobs.peek() == job) {
            for (Event event : events) {
                Retained.Value value = job.values.get(job.next);
                if (!to.isLive()) {
                    return;
                }
                // Without a payload: erased meanwhile, since nothing empty is retained.
                boolean current = event.payload().size() > 0
                        && to.isSubscribed(job.subscription)
                        && dispatcher.retained().isCurrent(value.topic(), value.journalSeq());
                if (current && !to.offerRetained(event, job.subscription, value.journalSeq())) {
                    return;
                }
                job.next++;
            }
            if (job.next == job.values.size()) {
                jobs.remove();
            }
        }
        resume();
    }
}
