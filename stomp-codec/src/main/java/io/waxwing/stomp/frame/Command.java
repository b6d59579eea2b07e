package io.waxwing.stomp.frame;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All commands of STOMP 1.0 to 1.2. Names are case-sensitive (F2). */
public enum Command {
    CONNECT(true),
    STOMP(true),
    SEND(true),
    SUBSCRIBE(true),
    UNSUBSCRIBE(true),
    BEGIN(true),
    COMMIT(true),
    ABORT(true),
    ACK(true),
    NACK(true),
    DISCONNECT(true),
    CONNECTED(false),
    MESSAGE(false),
    RECEIPT(false),
    ERROR(false);

    private static final Map<String, Command> OF_CLIENTS = ofClients();

    private final boolean fromClient;

    Command(boolean fromClient) {
        this.fromClient = fromClient;
    }

    /** The command of that name that a client may send, or null. */
    public static @Nullable Command ofClient(String name) {
        return OF_CLIENTS.get(name);
    }

    /** Whether its header values are never escaped (H1). */
    public boolean isRaw() {
        return this == CONNECT || this == STOMP || this == CONNECTED;
    }

    /** Whether it may have a body (F5). */
    public boolean hasBody() {
        return this == SEND || this == MESSAGE || this == ERROR;
    }

    private static Map<String, Command> ofClients() {
        Map<String, Command> byName = new HashMap<>();
        for (Command command : values()) {
            if (command.fromClient) {
                byName.put(command.name(), command);
            }
        }
        return byName;
    }
}
