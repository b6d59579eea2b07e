package io.waxwing.broker.store;

import io.waxwing.bus.event.SessionMark;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Keys of {@link Column#SESSIONS}: the session's name, a slash, the row's name, all ASCII. A name has neither slash nor
 * anything below it, so the rows of a session stand together.
 */
final class SessionRows {
    private static final char SLASH = '/';

    private SessionRows() {}

    static byte[] key(String session, String row) {
        return Keys.ascii(session + SLASH + row);
    }

    static byte[] key(SessionMark mark) {
        return key(mark.session(), mark.row());
    }

    static boolean isOf(String session, byte[] key) {
        byte[] prefix = key(session, "");
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** The session's name and the row's. */
    static List<String> names(byte[] key) {
        String text = new String(key, StandardCharsets.US_ASCII);
        int slash = text.indexOf(SLASH);
        return List.of(text.substring(0, slash), text.substring(slash + 1));
    }
}
