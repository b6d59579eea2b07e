package io.waxwing.broker.dispatch;

/**
 * What a subscriber that is away has missed, as numbers: how many events, how many bytes, and where the first one is.
 * To give up the oldest it remembers a position for every group of {@link #GROUP_EVENTS}, not for each event, so that
 * 10,000 waiting events cost a few kilobytes. Belongs to the core thread.
 *
 * <p>Invariant: {@code events} and {@code bytes} are the sums over the groups held, at most {@code eventsMax /
 * GROUP_EVENTS + 2} of them.
 */
final class Backlog {
    static final int GROUP_EVENTS = 64;

    private final int eventsMax;
    private final long bytesMax;
    private final long[] firstPositions;
    private final int[] groupEvents;
    private final long[] groupBytes;
    private int firstGroup;
    private int groups;
    private int events;
    private long bytes;
    private boolean givenUp;

    Backlog(int eventsMax, long bytesMax) {
        this.eventsMax = eventsMax;
        this.bytesMax = bytesMax;
        int capacity = eventsMax / GROUP_EVENTS + 2;
        firstPositions = new long[capacity];
        groupEvents = new int[capacity];
        groupBytes = new long[capacity];
    }

    /** One more event waits; returns how many of the oldest were given up for it. */
    int add(long position, int sizeBytes) {
        if (groups == 0 || groupEvents[last()] == GROUP_EVENTS) {
            groups++;
            firstPositions[last()] = position;
            groupEvents[last()] = 0;
            groupBytes[last()] = 0;
        }
        groupEvents[last()]++;
        groupBytes[last()] += sizeBytes;
        events++;
        bytes += sizeBytes;
        int givenUp = 0;
        while (groups > 1 && (events > eventsMax || bytes > bytesMax)) {
            givenUp += groupEvents[firstGroup];
            events -= groupEvents[firstGroup];
            bytes -= groupBytes[firstGroup];
            firstGroup = (firstGroup + 1) % firstPositions.length;
            groups--;
        }
        this.givenUp |= givenUp > 0;
        return givenUp;
    }

    /** Position of the first event that waits; {@link Long#MAX_VALUE} if none does. */
    long firstPosition() {
        return groups == 0 ? Long.MAX_VALUE : firstPositions[firstGroup];
    }

    /** Whether the oldest have been given up, with all that was before them. */
    boolean givenUp() {
        return givenUp;
    }

    int events() {
        return events;
    }

    long bytes() {
        return bytes;
    }

    private int last() {
        return (firstGroup + groups - 1) % firstPositions.length;
    }
}
