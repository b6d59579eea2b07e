package io.waxwing.perf.scale;

import io.waxwing.perf.mqtt.RawClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Clients that are there and do nothing, some with subscriptions that nothing matches. */
final class Bystanders implements AutoCloseable {
    private static final int FILTERS_A_PACKET = 100;
    private static final int FILTERS_A_CLIENT = 10_000;

    private final List<RawClient> clients = new ArrayList<>();

    /** Connections without subscriptions. */
    static Bystanders idle(InetSocketAddress broker, int connections) throws IOException {
        Bystanders some = new Bystanders();
        for (int i = 0; i < connections; i++) {
            some.clients.add(RawClient.connect(broker, "idle-" + i));
        }
        return some;
    }

    /** Subscriptions: exact, and with each wildcard. */
    static Bystanders subscribed(InetSocketAddress broker, int subscriptions) throws IOException {
        Bystanders some = new Bystanders();
        for (int done = 0; done < subscriptions; done += FILTERS_A_PACKET) {
            if (done % FILTERS_A_CLIENT == 0) {
                some.clients.add(RawClient.connect(broker, "subscriber-" + done));
            }
            List<String> filters = new ArrayList<>();
            for (int i = done; i < Math.min(subscriptions, done + FILTERS_A_PACKET); i++) {
                String device = "elsewhere/" + i % 1000 + "/device-" + i;
                filters.add(i % 3 == 0 ? device : i % 3 == 1 ? device + "/+" : device + "/#");
            }
            some.clients.get(some.clients.size() - 1).subscribe(filters);
        }
        return some;
    }

    /** Throws if the broker has ended a connection. */
    void requireConnected() throws IOException {
        for (RawClient client : clients) {
            client.requireConnected();
        }
    }

    @Override
    public void close() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
    }
}
