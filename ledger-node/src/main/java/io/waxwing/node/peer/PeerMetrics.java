package io.waxwing.node.peer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of the links. Labels come from enums and the registry, so their number is bounded. Thread safe. */
final class PeerMetrics {
    private static final String CHANNEL = "channel";
    private static final String REASON = "reason";

    private final MeterRegistry registry;
    private final LinkTable table;
    private final Map<Channel, Traffic> in = new EnumMap<>(Channel.class);
    private final Map<Channel, Traffic> out = new EnumMap<>(Channel.class);
    private final Map<Channel, Counter> noLink = new EnumMap<>(Channel.class);
    private final Map<Channel, Counter> full = new EnumMap<>(Channel.class);
    private final Map<Channel, Counter> unclaimed = new EnumMap<>(Channel.class);
    private final Map<LinkFault, Counter> faults = new EnumMap<>(LinkFault.class);
    private final Map<LinkKind, Counter> pauses = new EnumMap<>(LinkKind.class);
    private final Counter dialsFailed;
    // Event loop only.
    private final Map<Integer, List<Meter>> gauges = new HashMap<>();

    private record Traffic(Counter frames, Counter bytes) {}

    PeerMetrics(MeterRegistry registry, LinkTable table) {
        this.registry = registry;
        this.table = table;
        for (Channel channel : Channel.values()) {
            in.put(channel, traffic("in", channel));
            out.put(channel, traffic("out", channel));
            noLink.put(channel, dropped(channel, "no-link"));
            full.put(channel, dropped(channel, "full"));
            unclaimed.put(
                    channel,
                    Counter.builder("waxwing.peer.link.frames.unclaimed")
                            .description("Frames of other nodes that nothing on this node takes")
                            .tag(CHANNEL, word(channel))
                            .register(registry));
        }
        for (LinkFault fault : LinkFault.values()) {
            faults.put(
                    fault,
                    Counter.builder("waxwing.peer.connections.refused")
                            .description("Connections with other nodes that were refused or ended for a fault")
                            .tag(REASON, fault.word())
                            .register(registry));
        }
        for (LinkKind kind : LinkKind.values()) {
            pauses.put(
                    kind,
                    Counter.builder("waxwing.peer.link.reads.paused")
                            .description("Times a node was not read from because it had sent too much")
                            .tag("connection", kind.word())
                            .register(registry));
        }
        this.dialsFailed = Counter.builder("waxwing.peer.dials.failed")
                .description("Connections to other nodes that could not be made")
                .register(registry);
    }

    private static String word(Channel channel) {
        return channel.name().toLowerCase(Locale.ROOT);
    }

    private Traffic traffic(String direction, Channel channel) {
        return new Traffic(
                Counter.builder("waxwing.peer.link.frames")
                        .description("Frames exchanged with other nodes")
                        .tags("direction", direction, CHANNEL, word(channel))
                        .register(registry),
                Counter.builder("waxwing.peer.link")
                        .description("Bytes of frames exchanged with other nodes")
                        .baseUnit(BaseUnits.BYTES)
                        .tags("direction", direction, CHANNEL, word(channel))
                        .register(registry));
    }

    private Counter dropped(Channel channel, String reason) {
        return Counter.builder("waxwing.peer.link.sends.dropped")
                .description("Frames for other nodes that were dropped")
                .tags(CHANNEL, word(channel), REASON, reason)
                .register(registry);
    }

    /** One gauge per link that there should be. Event loop only. */
    void peers(Collection<Integer> peers) {
        gauges.keySet().removeIf(known -> {
            boolean gone = !peers.contains(known);
            if (gone) {
                gauges.getOrDefault(known, List.of()).forEach(registry::remove);
            }
            return gone;
        });
        peers.forEach(peer -> gauges.computeIfAbsent(peer, this::gaugesOf));
    }

    private List<Meter> gaugesOf(int peer) {
        List<Meter> made = new ArrayList<>();
        for (LinkKind kind : LinkKind.values()) {
            made.add(Gauge.builder("waxwing.peer.link.up", table, links -> links.get(kind, peer) == null ? 0 : 1)
                    .description("Whether the link to another node is up")
                    .tags("peer", String.valueOf(peer), "connection", kind.word())
                    .register(registry));
        }
        return made;
    }

    void received(Channel channel, int sizeBytes) {
        count(in, channel, sizeBytes);
    }

    void sent(Channel channel, int sizeBytes) {
        count(out, channel, sizeBytes);
    }

    private static void count(Map<Channel, Traffic> traffic, Channel channel, int sizeBytes) {
        Traffic of = traffic.get(channel);
        if (of != null) {
            of.frames().increment();
            of.bytes().increment(sizeBytes);
        }
    }

    void noLink(Channel channel) {
        increment(noLink, channel);
    }

    void full(Channel channel) {
        increment(full, channel);
    }

    void unclaimed(Channel channel) {
        increment(unclaimed, channel);
    }

    void fault(LinkFault fault) {
        increment(faults, fault);
    }

    void paused(LinkKind kind) {
        increment(pauses, kind);
    }

    void dialFailed() {
        dialsFailed.increment();
    }

    private static <K extends Enum<K>> void increment(Map<K, Counter> counters, K key) {
        Counter counter = counters.get(key);
        if (counter != null) {
            counter.increment();
        }
    }
}
