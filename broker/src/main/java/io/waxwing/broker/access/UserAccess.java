package io.waxwing.broker.access;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Grants;
import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.quota.Quota;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Spending;
import io.waxwing.bus.topic.TopicFilter;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one connection of a user may do. Grants are taken anew from the access file whenever that has changed, so what
 * is taken back is gone with the next question.
 */
final class UserAccess implements Access {
    private final Principal principal;
    private final Supplier<AccessFile> current;
    private final Function<AccessFile, @Nullable User> whose;
    private final Proof proof;
    private final @Nullable String clientId;
    private final String protocol;
    private final AccessMetrics metrics;
    private final Spendings spendings;
    private final String commandType;
    private volatile Bound bound;

    /** What a user has shown still stands. */
    interface Proof {
        boolean stands(User user, long nowMs);
    }

    private record Bound(
            AccessFile of, Grants grants, @Nullable User user, Quota quota) {}

    UserAccess(
            Principal principal,
            Supplier<AccessFile> current,
            Function<AccessFile, @Nullable User> whose,
            Proof proof,
            @Nullable String clientId,
            String protocol,
            AccessMetrics metrics,
            Spendings spendings,
            String commandType) {
        this.spendings = spendings;
        this.commandType = commandType;
        this.principal = principal;
        this.current = current;
        this.whose = whose;
        this.proof = proof;
        this.clientId = clientId;
        this.protocol = protocol;
        this.metrics = metrics;
        this.bound = new Bound(AccessFile.EMPTY, Grants.NOTHING, null, Quota.NONE);
    }

    @Override
    public Principal principal() {
        return principal;
    }

    @Override
    public boolean mayPublish(String topic) {
        return counted(Action.PUBLISH, bound().grants().allow(Action.PUBLISH, topic));
    }

    private boolean mayCommand(String topic) {
        return bound().grants().allow(Action.COMMAND, topic);
    }

    @Override
    public boolean mayPublish(String topic, Attributes attributes) {
        String type = commandType.isEmpty() ? null : attributes.get(Attributes.TYPE);
        return (type != null && type.startsWith(commandType))
                ? counted(Action.COMMAND, mayCommand(topic))
                : mayPublish(topic);
    }

    @Override
    public boolean mayPublishSome(String topic) {
        return mayCommand(topic) || mayPublish(topic);
    }

    /** Asked anew each time: what is forgotten while nobody owes anything is made again. */
    @Override
    public Spending spending() {
        return spendings.of(principal.name(), bound().quota());
    }

    @Override
    public boolean maySubscribe(TopicFilter filter) {
        return counted(Action.SUBSCRIBE, bound().grants().allowAll(Action.SUBSCRIBE, filter));
    }

    @Override
    public boolean mayReceive(String topic) {
        return bound().grants().allow(Action.SUBSCRIBE, topic);
    }

    @Override
    public boolean mayManage(String topic) {
        return counted(Action.MANAGE, bound().grants().allow(Action.MANAGE, topic));
    }

    @Override
    public boolean mayManage(TopicFilter filter) {
        return counted(Action.MANAGE, bound().grants().allowAll(Action.MANAGE, filter));
    }

    @Override
    public boolean maySee(String topic) {
        Grants grants = bound().grants();
        return grants.allow(Action.SUBSCRIBE, topic)
                || grants.allow(Action.PUBLISH, topic)
                || grants.allow(Action.MANAGE, topic)
                || grants.allow(Action.COMMAND, topic);
    }

    @Override
    public boolean isOver() {
        User user = bound().user();
        return user == null || !proof.stands(user, System.currentTimeMillis());
    }

    @Override
    public boolean isUnlimited() {
        return false;
    }

    private boolean counted(Action action, boolean allowed) {
        if (!allowed) {
            metrics.denied(protocol, action);
        }
        return allowed;
    }

    private Bound bound() {
        AccessFile now = current.get();
        Bound at = bound;
        if (at.of() != now) {
            User user = whose.apply(now);
            boolean stands = user != null && proof.stands(user, System.currentTimeMillis());
            Grants grants =
                    user == null || !stands ? Grants.NOTHING : new Grants(user.grants(), principal.name(), clientId);
            at = new Bound(now, grants, user, user == null ? Quota.NONE : user.quota());
            bound = at;
        }
        return at;
    }
}
