package io.waxwing.broker.jdbc;

import io.waxwing.bus.identity.Secret;
import java.util.List;
import java.util.Set;

/**
 * See {@code jdbc.*}.
 *
 * @param drivers folder with the drivers' jars; empty: none
 * @param connectMs longest wait for a connection
 * @param statementMs longest wait for one statement
 * @param waiting rows that wait for one database
 * @param connections databases by name
 */
public record JdbcSettings(String drivers, long connectMs, long statementMs, int waiting, List<Named> connections) {
    public JdbcSettings {
        connections = List.copyOf(connections);
    }

    /**
     * One database.
     *
     * @param users who may have rules write to it, besides the operator
     * @param anybody all users may
     */
    public record Named(String name, String url, String user, Secret password, Set<String> users, boolean anybody) {
        public Named {
            users = Set.copyOf(users);
        }

        /** Addresses often carry secrets. */
        @Override
        public String toString() {
            return name;
        }
    }
}
