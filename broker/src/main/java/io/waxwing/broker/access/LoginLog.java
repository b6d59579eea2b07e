package io.waxwing.broker.access;

import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.identity.Credentials;
import io.waxwing.bus.identity.Login;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of refused logins, one a second at most; the counter has them all. What a stranger sent stands there with
 * everything but printable ASCII replaced, and cut; secrets never.
 */
final class LoginLog {
    private static final Logger LOG = LoggerFactory.getLogger(LoginLog.class);
    private static final long SILENCE_NANOS = 1_000_000_000L;
    private static final int CHARS_MAX = 64;

    private final AtomicLong last = new AtomicLong(System.nanoTime() - SILENCE_NANOS);

    void refused(Login login, Refusal refusal) {
        long now = System.nanoTime();
        long before = last.get();
        if (now - before < SILENCE_NANOS || !last.compareAndSet(before, now)) {
            return;
        }
        LOG.atWarn()
                .addKeyValue("code", refusal.code().text())
                .addKeyValue("protocol", login.protocol())
                .addKeyValue("address", login.address())
                .log("login refused: {}, user '{}'", refusal.code().title(), printable(user(login.credentials())));
    }

    private static String user(Credentials credentials) {
        String user = Failures.user(credentials);
        return user == null ? "" : user;
    }

    static String printable(String text) {
        String cut = text.length() > CHARS_MAX ? text.substring(0, CHARS_MAX) + "..." : text;
        StringBuilder out = new StringBuilder();
        cut.chars().forEach(c -> out.append(c > 0x1f && c < 0x7f && c != '\'' ? (char) c : '?'));
        return out.toString();
    }
}
