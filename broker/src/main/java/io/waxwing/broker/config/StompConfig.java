package io.waxwing.broker.config;

import java.time.Duration;
import java.util.List;

/**
 * See {@code listeners.stomp}, {@code listeners.stomps} and {@code stomp.*}.
 *
 * @param listener TCP and WebSocket
 * @param encrypted the same by TLS
 * @param pages which pages of browsers may connect
 * @param wire bounds of frames
 * @param session bounds of connections
 */
public record StompConfig(
        BrokerConfig.Listener listener, BrokerConfig.Listener encrypted, Pages pages, Wire wire, Session session) {
    /** See {@code stomp.webSocketOrigins}. */
    public record Pages(boolean some, List<String> origins, boolean any) {
        public Pages {
            origins = List.copyOf(origins);
        }
    }

    /** Bounds of frames. */
    public record Wire(int headers, int headerBytes, int bodyBytes) {}

    /** Bounds of connections. */
    public record Session(
            Duration connectTimeout,
            Duration shortestHeartBeat,
            int subscriptions,
            int prefetch,
            int maxPrefetch,
            int maxDeliver,
            int transactions,
            int transactionEvents,
            int transactionBytes,
            Duration transactionTimeout,
            int tempQueues) {}

    static StompConfig of(Settings settings) {
        return new StompConfig(
                ConfigLoader.listener(settings, "stomp"),
                ConfigLoader.listener(settings, "stomps"),
                pages(settings),
                new Wire(
                        (int) settings.number("stomp.maxHeaders", 8, 10_000),
                        (int) settings.size("stomp.maxHeader", 64 << 10),
                        (int) settings.size("stomp.maxBody", 256 << 20)),
                new Session(
                        settings.duration("stomp.connectTimeout"),
                        settings.duration("stomp.shortestHeartBeat"),
                        (int) settings.number("stomp.maxSubscriptions", 1, 100_000),
                        (int) settings.number("stomp.prefetch", 1, 65_535),
                        (int) settings.number("stomp.maxPrefetch", 1, 65_535),
                        (int) settings.number("stomp.maxDeliver", 1, 1_000_000),
                        (int) settings.number("stomp.maxTransactions", 0, 10_000),
                        (int) settings.number("stomp.maxTransactionEvents", 1, 4_096),
                        (int) settings.size("stomp.maxTransaction", 16 << 20),
                        settings.duration("stomp.transactionTimeout"),
                        (int) settings.number("stomp.maxTempQueues", 0, 10_000)));
    }

    private static Pages pages(Settings settings) {
        String words = "same, any, none, or origins parted by commas";
        String origins = settings.matching("stomp.webSocketOrigins", ConfigLoader.ORIGINS, words);
        boolean named = origins.startsWith("http");
        return new Pages(
                !origins.equals("none"), named ? List.of(origins.split(", *", -1)) : List.of(), origins.equals("any"));
    }
}
