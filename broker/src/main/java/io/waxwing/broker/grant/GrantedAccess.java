package io.waxwing.broker.grant;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Spending;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.ledger.grant.GrantAction;

/** What this node allows somebody, as far as the ledger allows it to the institution. */
final class GrantedAccess implements Access {
    private final Access here;
    private final RightsGate ledger;

    GrantedAccess(Access here, RightsGate ledger) {
        this.here = here;
        this.ledger = ledger;
    }

    private String user() {
        return here.principal().name();
    }

    @Override
    public Principal principal() {
        return here.principal();
    }

    @Override
    public boolean mayPublish(String topic) {
        return here.mayPublish(topic) && ledger.mayPublish(user(), topic);
    }

    @Override
    public boolean mayPublishSome(String topic) {
        return here.mayPublishSome(topic) && ledger.mayPublish(user(), topic);
    }

    @Override
    public boolean mayPublish(String topic, Attributes attributes) {
        return here.mayPublish(topic, attributes) && ledger.mayPublish(user(), topic);
    }

    @Override
    public Spending spending() {
        return here.spending();
    }

    @Override
    public boolean maySubscribe(TopicFilter filter) {
        return here.maySubscribe(filter) && ledger.mayAskFor(filter, user());
    }

    @Override
    public boolean mayReceive(String topic) {
        return here.mayReceive(topic) && ledger.may(GrantAction.SUBSCRIBE, user(), topic);
    }

    @Override
    public boolean mayManage(String topic) {
        return here.mayManage(topic);
    }

    @Override
    public boolean mayManage(TopicFilter filter) {
        return here.mayManage(filter);
    }

    @Override
    public boolean maySee(String topic) {
        return here.maySee(topic);
    }

    @Override
    public boolean isOver() {
        return here.isOver();
    }

    @Override
    public boolean isUnlimited() {
        return here.isUnlimited() && ledger.isOpen();
    }
}
