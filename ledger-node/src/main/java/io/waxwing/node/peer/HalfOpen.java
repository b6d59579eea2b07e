package io.waxwing.node.peer;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Connections accepted that are not links yet. One too many ends the oldest: who means it is through the handshake long
 * before its turn, who only holds a place loses it. Event loop only.
 */
final class HalfOpen {
    private final int max;
    private final Set<Greeting> waiting = new LinkedHashSet<>();

    HalfOpen(int max) {
        this.max = max;
    }

    void add(Greeting greeting) {
        if (waiting.size() >= max) {
            Iterator<Greeting> oldest = waiting.iterator();
            Greeting evicted = oldest.next();
            oldest.remove();
            evicted.end(LinkFault.CROWDED, "more than " + max + " connections are half-open");
        }
        waiting.add(greeting);
    }

    void remove(Greeting greeting) {
        waiting.remove(greeting);
    }

    int size() {
        return waiting.size();
    }
}
