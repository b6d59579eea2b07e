package io.waxwing.broker.pull;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.spi.Access;
import io.waxwing.http.pull.Subscriptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All subscriptions by name and owner. Each user has names of his own, so that nobody learns which others have by
 * making one. The operator finds everybody's: by {@code name@owner}, or by the name if only one has it. Belongs to the
 * thread of subscriptions.
 */
final class Owned {
    private static final char AT = '@';

    private final Map<String, Map<String, PullSubscription>> byName = new TreeMap<>();
    private int size;

    void add(PullSubscription subscription) {
        Definition definition = subscription.definition();
        PullSubscription former = byName.computeIfAbsent(definition.name(), unused -> new TreeMap<>())
                .put(definition.owner(), subscription);
        size += former == null ? 1 : 0;
    }

    /** Only this one: not another one that has come in its place. */
    void remove(PullSubscription subscription) {
        Definition definition = subscription.definition();
        Map<String, PullSubscription> owners = byName.get(definition.name());
        if (owners != null && owners.remove(definition.owner(), subscription)) {
            size--;
            if (owners.isEmpty()) {
                byName.remove(definition.name());
            }
        }
    }

    int size() {
        return size;
    }

    /** Of one owner, without those that are not shown. */
    long countOf(String owner) {
        return byName.entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith(Subscriptions.HIDDEN)
                        && entry.getValue().containsKey(owner))
                .count();
    }

    /** Those that he may know of, in the order of names. */
    List<PullSubscription> of(Access access) {
        List<PullSubscription> his = new ArrayList<>();
        byName.values()
                .forEach(owners -> owners.forEach((owner, each) -> {
                    if (isOperator(access) || owner.equals(access.principal().name())) {
                        his.add(each);
                    }
                }));
        return his;
    }

    List<PullSubscription> all() {
        List<PullSubscription> all = new ArrayList<>();
        byName.values().forEach(owners -> all.addAll(owners.values()));
        return all;
    }

    /** Null if he has none of this name. Throws WXW-1302 if the operator means one of several. */
    @Nullable PullSubscription find(Access access, String name) {
        String own = access.principal().name();
        int at = name.indexOf(AT, 1);
        if (!isOperator(access)) {
            return at < 0 ? at(name, own) : null;
        }
        if (at > 0) {
            return at(name.substring(0, at), name.substring(at + 1));
        }
        Map<String, PullSubscription> owners = byName.getOrDefault(name, Map.of());
        if (owners.size() > 1 && !owners.containsKey(own)) {
            throw new RefusedException(
                    FailureCode.PARAMETER, owners.size() + " users have one of this name: say which by name@owner");
        }
        return owners.size() == 1 ? owners.values().iterator().next() : owners.get(own);
    }

    private @Nullable PullSubscription at(String name, String owner) {
        return byName.getOrDefault(name, Map.of()).get(owner);
    }

    private static boolean isOperator(Access access) {
        return access.principal().kind() == Principal.Kind.OPERATOR;
    }
}
