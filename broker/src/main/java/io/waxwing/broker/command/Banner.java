package io.waxwing.broker.command;

import io.waxwing.broker.Broker;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a node says when it is ready. */
final class Banner {
    private static final Set<String> ENCRYPTED = Set.of("mqtts", "stomps", "https");

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
        List<String> beyond = broker.listeners().entrySet().stream()
                .filter(listener -> ENCRYPTED.contains(listener.getKey())
                        && !listener.getValue().getAddress().isLoopbackAddress())
                .map(Map.Entry::getKey)
                .toList();
        text.append("Loopback only, no authentication");
        text.append(
                beyond.isEmpty()
                        ? ": programs on this machine can use this node, nobody else."
                        : ", but for " + String.join(" and ", beyond)
                                + (beyond.size() == 1 ? ": it takes" : ": they take")
                                + " devices with certificates, from anywhere.");
        return text.toString();
    }
}
