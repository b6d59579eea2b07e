package io.waxwing.broker.command;

import io.waxwing.broker.Broker;

/** What a node says when it is ready. */
final class Banner {
    private Banner() {}

    static String of(Broker broker) {
        StringBuilder text = new StringBuilder();
        text.append("waxwing is ready: institution ").append(broker.institution());
        text.append(", ").append(broker.ledgerInWords()).append('\n');
        broker.listeners()
                .forEach((name, address) -> text.append("  ")
                        .append(name)
                        .append("  ")
                        .append(address.getAddress().getHostAddress())
                        .append(':')
                        .append(address.getPort())
                        .append('\n'));
        text.append("  data  ").append(broker.folder().data()).append('\n');
        text.append("  trust ").append(broker.folder().trustPolicy()).append('\n');
        if (broker.asksWho()) {
            text.append("Users of the access file only");
            text.append(broker.insecureLan() ? "; WITHOUT TLS: everybody on the way reads passwords and events." : ".");
            return text.toString();
        }
        boolean beyond = broker.listeners().entrySet().stream()
                .anyMatch(listener -> listener.getKey().equals("mqtts")
                        && !listener.getValue().getAddress().isLoopbackAddress());
        text.append(
                beyond
                        ? "Loopback only, no authentication, but for mqtts: it takes devices with certificates, from anywhere."
                        : "Loopback only, no authentication: programs on this machine can use this node, nobody else.");
        return text.toString();
    }
}
