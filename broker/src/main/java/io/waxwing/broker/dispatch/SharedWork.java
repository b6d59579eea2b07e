package io.waxwing.broker.dispatch;

import io.waxwing.bus.delivery.SharedProgress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which member of a group has which of its events, and which are to be given to another. Who gets an event is chosen by
 * a {@link SharedStrategy}. Bookkeeping only: events are positions, and reading them is somebody else's.
 *
 * <p>Invariant: a position is with one member, or is to be given again, or is neither; never two of these. Belongs to
 * the core thread.
 *
 * @param <M> a member
 */
final class SharedWork<M> {
    private enum Held {
        HANDED,
        SENT,
        SENT_FOR_GOOD
    }

    private static final class Member<M> {
        final M who;
        final long number;
        final Map<Long, Held> held = new HashMap<>();
        // By key only: of what it holds, which keys are out and how many events of each.
        final Map<Long, String> keyOf = new HashMap<>(0);
        final Map<String, Integer> keys = new HashMap<>(0);
        boolean here;
        // It said that it has no room; until it says otherwise.
        boolean full;

        Member(M who, long number) {
            this.who = who;
            this.number = number;
        }

        void hand(long position, String key) {
            held.put(position, Held.HANDED);
            if (!key.isEmpty() && keyOf.put(position, key) == null) {
                keys.merge(key, 1, Integer::sum);
            }
        }

        /** It holds that event no longer. */
        void forgetKey(long position) {
            String key = keyOf.remove(position);
            if (key != null) {
                keys.computeIfPresent(key, (same, count) -> count == 1 ? null : Integer.valueOf(count - 1));
            }
        }

        void forgetKeys() {
            keyOf.clear();
            keys.clear();
        }

        boolean drop(long position) {
            forgetKey(position);
            return held.remove(position) != null;
        }
    }

    private final SharedStrategy strategy;

    private final List<Member<M>> members = new ArrayList<>();
    private final TreeSet<Long> again = new TreeSet<>();
    // Of events that some could not take: who these are, until one has sent it.
    private final Map<Long, Set<M>> declined = new HashMap<>();
    private int turn;
    private long joined;

    SharedWork(SharedStrategy strategy) {
        this.strategy = strategy;
    }

    /** A new member; one that is not {@code here} gets nothing until it is. */
    void join(M who, boolean here) {
        Member<M> member = new Member<>(who, ++joined);
        member.here = here;
        members.add(member);
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    boolean has(M who) {
        return find(who) != null;
    }

    List<M> members() {
        return members.stream().map(member -> member.who).toList();
    }

    /** Its session has ended: what it has not finished goes to others, but for what was sent for good. */
    void end(M who) {
        remove(who, Held.SENT_FOR_GOOD);
    }

    /** It wants no more: what was sent to it is its own, the rest goes to others. */
    void leave(M who) {
        remove(who, Held.SENT);
    }

    private void remove(M who, Held keptFrom) {
        Member<M> member = find(who);
        if (member != null) {
            int at = members.indexOf(member);
            members.remove(at);
            turn -= at < turn ? 1 : 0;
            giveBack(member, keptFrom);
            declined.values().forEach(by -> by.remove(who));
        }
    }

    private void giveBack(Member<M> member, Held keptFrom) {
        member.held.entrySet().removeIf(entry -> {
            boolean goes = entry.getValue().compareTo(keptFrom) < 0;
            if (goes) {
                member.forgetKey(entry.getKey());
                again.add(entry.getKey());
            }
            return goes;
        });
    }

    /** It is away: what was not sent goes to others, what was sent waits for it. */
    void away(M who) {
        Member<M> member = find(who);
        if (member != null) {
            member.here = false;
            member.full = false;
            giveBack(member, Held.SENT);
            member.forgetKeys(); // Nobody waits for it: others go on with them.
        }
    }

    void here(M who) {
        Member<M> member = find(who);
        if (member != null) {
            member.here = true;
            member.full = false;
        }
    }

    /** A member that had no room may have some. */
    void room(M who) {
        Member<M> member = find(who);
        if (member != null) {
            member.full = false;
        }
    }

    boolean nobodyIsHere() {
        return members.stream().noneMatch(member -> member.here);
    }

    /**
     * What a member says about an event; nothing of it counts for an event that is not with it, but that it was sent.
     */
    void progress(M who, long position, SharedProgress.Step step) {
        Member<M> member = find(who);
        if (member == null) {
            return;
        }
        switch (step) {
            case SENT, SENT_FOR_GOOD -> {
                boolean its = member.held.containsKey(position) || again.remove(position) || !isOut(position);
                if (its) {
                    declined.remove(position);
                    member.held.put(position, step == SharedProgress.Step.SENT ? Held.SENT : Held.SENT_FOR_GOOD);
                }
            }
            case DONE -> {
                declined.remove(position);
                member.full &= !member.drop(position);
            }
            case DECLINED -> {
                if (member.drop(position)) {
                    again.add(position);
                    declined.computeIfAbsent(position, unused -> new HashSet<>())
                            .add(who);
                }
            }
        }
    }

    /** Positions to be given again, before anything new. */
    NavigableSet<Long> again() {
        return again;
    }

    /** Nobody gets the event any more: it is not there, or nobody is to have it. */
    void drop(long position) {
        again.remove(position);
        declined.remove(position);
    }

    /** Whether everybody who is here has declined the event. */
    boolean isDeclined(long position) {
        Set<M> by = declined.getOrDefault(position, Set.of());
        return !by.isEmpty() && members.stream().allMatch(member -> !member.here || by.contains(member.who));
    }

    /** Whether a member has the event. */
    boolean isOut(long position) {
        return members.stream().anyMatch(member -> member.held.containsKey(position));
    }

    /** How many events could be given now, as far as the windows say. */
    int room(ToIntFunction<M> window) {
        int room = 0;
        for (Member<M> member : members) {
            room += hasRoom(member, window) ? window.applyAsInt(member.who) - member.held.size() : 0;
        }
        return room;
    }

    /**
     * Gives the event to the member that the strategy chooses; null if there is none that takes it now.
     *
     * @param key of the event, if the strategy goes by it
     */
    @Nullable M give(long position, String key, ToIntFunction<M> window, Predicate<M> taker) {
        return strategy == SharedStrategy.BY_KEY
                ? giveByKey(position, key, window, taker)
                : giveInTurn(position, window, taker);
    }

    private @Nullable M giveInTurn(long position, ToIntFunction<M> window, Predicate<M> taker) {
        Set<M> by = declined.getOrDefault(position, Set.of());
        for (int tried = 0; tried < members.size(); tried++) {
            Member<M> member = members.get((turn + tried) % members.size());
            if (!hasRoom(member, window) || by.contains(member.who)) {
                continue;
            }
            if (taker.test(member.who)) {
                int at = members.indexOf(member);
                turn = strategy == SharedStrategy.STICKY ? at : (at + 1) % members.size();
                member.hand(position, "");
                again.remove(position);
                return member.who;
            }
            member.full = true;
        }
        return null;
    }

    private @Nullable M giveByKey(long position, String key, ToIntFunction<M> window, Predicate<M> taker) {
        Member<M> member = memberOf(key, declined.getOrDefault(position, Set.of()));
        if (member == null || !hasRoom(member, window)) {
            return null;
        }
        if (!taker.test(member.who)) {
            member.full = true;
            return null;
        }
        member.hand(position, key);
        again.remove(position);
        return member.who;
    }

    /** Who has events of that key out, so that none overtakes another; else whom the key is assigned to. */
    private @Nullable Member<M> memberOf(String key, Set<M> without) {
        Member<M> chosen = null;
        long highest = 0;
        for (Member<M> member : members) {
            if (!member.here || without.contains(member.who)) {
                continue;
            }
            if (member.keys.containsKey(key)) {
                return member;
            }
            long weight = weight(key, member.number);
            if (chosen == null || weight > highest) {
                chosen = member;
                highest = weight;
            }
        }
        return chosen;
    }

    /** The member with the highest weight has the key, so one that joins or leaves moves only its own keys. */
    private static long weight(String key, long member) {
        long mixed = key.hashCode() * 0x9E3779B97F4A7C15L + member * 0xC2B2AE3D27D4EB4FL;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    private static <M> boolean hasRoom(Member<M> member, ToIntFunction<M> window) {
        return member.here && !member.full && member.held.size() < window.applyAsInt(member.who);
    }

    /**
     * All positions that nobody has finished, rising: what a restart has to know. What was sent for good to a member
     * that a restart ends is not among them.
     */
    NavigableSet<Long> unfinished(Predicate<M> survives) {
        NavigableSet<Long> all = new TreeSet<>(again);
        for (Member<M> member : members) {
            member.held.forEach((position, held) -> {
                if (held != Held.SENT_FOR_GOOD || survives.test(member.who)) {
                    all.add(position);
                }
            });
        }
        return all;
    }

    /** After a restart: not finished, and with nobody as far as is known. */
    void restore(long position) {
        if (!isOut(position)) {
            again.add(position);
        }
    }

    @SuppressWarnings("ReferenceEquality") // That very member; another one may look like it.
    private @Nullable Member<M> find(M who) {
        for (Member<M> member : members) {
            if (member.who == who) {
                return member;
            }
        }
        return null;
    }
}
