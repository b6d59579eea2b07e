package io.waxwing.broker.access;

import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.topic.TopicFilter;

/** Of whoever has the node's own secret: everything, what begins with {@code $} too. */
record OperatorAccess(Principal principal) implements Access {
    @Override
    public boolean mayPublish(String topic) {
        return true;
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
    public boolean maySee(String topic) {
        return true;
    }

    @Override
    public boolean isOver() {
        return false;
    }
}
