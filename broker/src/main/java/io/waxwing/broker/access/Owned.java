package io.waxwing.broker.access;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.spi.Access;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Things of users by name and owner. Each user has names of his own, so that nobody learns which others have by making
 * one. The operator finds everybody's: by {@code name@owner}, or by the name if only one has it. Belongs to one thread.
 *
 * @param <T> what is owned
 */
public final class Owned<T extends Owned.Thing> {
    private static final char AT = '@';

    /** Something with a name and an owner, which stay. */
    public interface Thing {
        String name();

        /** Empty while the node asks for nobody. */
        String owner();
    }

    private final Map<String, Map<String, T>> byName = new TreeMap<>();
    private int size;

    /** In the place of another one of the same name and owner. */
    public void add(T thing) {
        T former =
                byName.computeIfAbsent(thing.name(), unused -> new TreeMap<>()).put(thing.owner(), thing);
        size += former == null ? 1 : 0;
    }

    /** Only this one: not another one that has come in its place. */
    public void remove(T thing) {
        Map<String, T> owners = byName.get(thing.name());
        if (owners != null && owners.remove(thing.owner(), thing)) {
            size--;
            if (owners.isEmpty()) {
                byName.remove(thing.name());
            }
        }
    }

    /** How many there are. */
    public int size() {
        return size;
    }

    /** Of one owner, without those whose names begin so; empty: all. */
    public long countOf(String owner, String without) {
        return byName.entrySet().stream()
                .filter(entry -> (without.isEmpty() || !entry.getKey().startsWith(without))
                        && entry.getValue().containsKey(owner))
                .count();
    }

    /** Those that he may know of, in the order of names. */
    public List<T> of(Access access) {
        List<T> his = new ArrayList<>();
        byName.values()
                .forEach(owners -> owners.forEach((owner, each) -> {
                    if (isOperator(access) || owner.equals(access.principal().name())) {
                        his.add(each);
                    }
                }));
        return his;
    }

    /** In the order of names. */
    public List<T> all() {
        List<T> all = new ArrayList<>();
        byName.values().forEach(owners -> all.addAll(owners.values()));
        return all;
    }

    /** Null if he has none of this name. Throws WXW-1302 if the operator means one of several. */
    public @Nullable T find(Access access, String name) {
        String own = access.principal().name();
        int at = name.indexOf(AT, 1);
        if (!isOperator(access)) {
            return at < 0 ? at(name, own) : null;
        }
        if (at > 0) {
            return at(name.substring(0, at), name.substring(at + 1));
        }
        Map<String, T> owners = byName.getOrDefault(name, Map.of());
        if (owners.size() > 1 && !owners.containsKey(own)) {
            throw new RefusedException(
                    FailureCode.PARAMETER, owners.size() + " users have one of this name: say which by name@owner");
        }
        return owners.size() == 1 ? owners.values().iterator().next() : owners.get(own);
    }

    private @Nullable T at(String name, String owner) {
        return byName.getOrDefault(name, Map.of()).get(owner);
    }

    private static boolean isOperator(Access access) {
        return access.principal().kind() == Principal.Kind.OPERATOR;
    }
}
