package io.waxwing.mqtt.session;

import io.waxwing.bus.spi.SessionStore;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a store of sessions would have after a restart. */
final class StoredRows {
    private final Map<String, TreeMap<String, byte[]>> sessions = new LinkedHashMap<>();

    void write(SessionStore.Change change) {
        if (change.discarded()) {
            sessions.remove(change.session());
        }
        for (SessionStore.Row row : change.rows()) {
            byte[] value = row.value();
            if (value == null) {
                rows(change.session()).remove(row.name());
            } else {
                rows(change.session()).put(row.name(), value);
            }
        }
    }

    /** What the bus writes with an event; false if it is there. */
    boolean putIfAbsent(String session, String row) {
        return rows(session).putIfAbsent(row, new byte[] {1}) == null;
    }

    /** The session as a new process would find it, null if there is none. */
    @Nullable SessionState read(String name, int capacity) {
        TreeMap<String, byte[]> rows = sessions.get(name);
        return rows == null ? null : SessionRows.read(name, rows, capacity);
    }

    /** The only session, as a new process would find it. */
    @Nullable SessionState readOnly(int capacity) {
        if (sessions.isEmpty()) {
            return null;
        }
        return read(sessions.keySet().iterator().next(), capacity);
    }

    private TreeMap<String, byte[]> rows(String session) {
        return sessions.computeIfAbsent(session, unused -> new TreeMap<>());
    }
}
