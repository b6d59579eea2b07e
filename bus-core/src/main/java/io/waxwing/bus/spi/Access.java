package io.waxwing.bus.spi;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.topic.TopicFilter;

/**
 * What one connection (or request) may do, as the grants are now: the answers change when grants do. Any thread; never
 * waits.
 */
public interface Access {
    /** Everything, for everybody: the node asks for no credentials. */
    Access UNLIMITED = new Unlimited(Principal.NOBODY);

    /** Of somebody who may do everything, also with what begins with {@code $}, for as long as the connection lasts. */
    record Unlimited(Principal principal) implements Access {
        @Override
        public boolean mayPublish(String topic) {
            return true;
        }

        @Override
        public boolean mayPublish(String topic, Attributes attributes) {
            return true;
        }

        @Override
        public boolean mayPublishSome(String topic) {
            return true;
        }

        @Override
        public Spending spending() {
            return Spending.UNBOUND;
        }

        @Override
        public boolean maySubscribe(TopicFilter filter) {
            return true;
        }

        @Override
        public boolean mayReceive(String topic) {
            return true;
        }

        @Override
        public boolean mayManage(String topic) {
            return true;
        }

        @Override
        public boolean mayManage(TopicFilter filter) {
            return true;
        }

        @Override
        public boolean maySee(String topic) {
            return true;
        }

        @Override
        public boolean isOver() {
            return false;
        }

        @Override
        public boolean isUnlimited() {
            return true;
        }
    }

    Principal principal();

    /** Whether an event that commands nothing may be published. */
    boolean mayPublish(String topic);

    /** Whether an event with these attributes may be published: they tell whether it commands a device. */
    boolean mayPublish(String topic, Attributes attributes);

    /** Whether anything may be published to the topic, so that it is worth while to read what. */
    boolean mayPublishSome(String topic);

    /** What the principal may publish in a second, over all its connections. */
    Spending spending();

    /** Whether every topic that the filter matches may be read. Of {@code $share/group/filter}, give the filter. */
    boolean maySubscribe(TopicFilter filter);

    /** Whether an event of this topic may be shown, also to a subscription that was allowed once. */
    boolean mayReceive(String topic);

    /** Whether the topic may be created, and its schema set. */
    boolean mayManage(String topic);

    /** Whether every topic that the filter matches may be managed. */
    boolean mayManage(TopicFilter filter);

    /** Whether it may be told that there is such a topic: it may do something with it. */
    boolean maySee(String topic);

    /** The principal is gone, its credentials have changed or ended: the connection is to be closed. */
    boolean isOver();

    /** It may read everything now, so that nobody need ask topic by topic. */
    boolean isUnlimited();
}
