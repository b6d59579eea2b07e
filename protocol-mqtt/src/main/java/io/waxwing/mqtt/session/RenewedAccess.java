package io.waxwing.mqtt.session;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Spending;
import io.waxwing.bus.topic.TopicFilter;

/** What a client may do that can show anew, while it is connected, who it is: always what it was last let in with. */
final class RenewedAccess implements Access {
    private volatile Access last;

    RenewedAccess(Access first) {
        this.last = first;
    }

    /** {@code next} is of the same principal. */
    void renew(Access next) {
        last = next;
    }

    @Override
    public Principal principal() {
        return last.principal();
    }

    @Override
    public boolean mayPublish(String topic) {
        return last.mayPublish(topic);
    }

    @Override
    public boolean mayPublishSome(String topic) {
        return last.mayPublishSome(topic);
    }

    @Override
    public boolean mayPublish(String topic, Attributes attributes) {
        return last.mayPublish(topic, attributes);
    }

    @Override
    public Spending spending() {
        return last.spending();
    }

    @Override
    public boolean maySubscribe(TopicFilter filter) {
        return last.maySubscribe(filter);
    }

    @Override
    public boolean mayReceive(String topic) {
        return last.mayReceive(topic);
    }

    @Override
    public boolean mayManage(String topic) {
        return last.mayManage(topic);
    }

    @Override
    public boolean mayManage(TopicFilter filter) {
        return last.mayManage(filter);
    }

    @Override
    public boolean maySee(String topic) {
        return last.maySee(topic);
    }

    @Override
    public boolean isOver() {
        return last.isOver();
    }

    @Override
    public boolean isUnlimited() {
        return last.isUnlimited();
    }
}
