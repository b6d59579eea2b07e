package io.waxwing.stomp.session;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.stomp.frame.Frame;
import io.waxwing.stomp.frame.StompVersion;
import org.jspecify.annotations.Nullable;

/**
 * What holds for a connection once its CONNECT was read.
 *
 * @param version the highest that both sides speak (C2)
 * @param login as the client calls itself, or empty
 * @param sendMillis we say something at least so often; 0: never by ourselves
 * @param expectMillis the client does; 0: it need not
 * @param beats value of our header {@code heart-beat}
 */
record Terms(StompVersion version, String login, long sendMillis, long expectMillis, String beats) {
    private static final int MAX_DIGITS = 9;

    /** All versions, as a refused client is told. */
    static final String VERSIONS = "1.0,1.1,1.2";

    /** @throws RefusedException WXW-1302 if there is no common version or a header is wrong */
    static Terms of(Frame connect, SessionSettings settings) {
        StompVersion version = version(connect.header("accept-version"));
        String login = connect.header("login");
        String beat = version == StompVersion.V1_0 ? null : connect.header("heart-beat");
        String[] asked = beat == null ? new String[] {"0", "0"} : beat.split(",", -1);
        if (asked.length != 2) {
            throw new RefusedException(FailureCode.PARAMETER, "heart-beat: want two numbers parted by a comma");
        }
        long clientSends = millis(asked[0]);
        long clientWants = millis(asked[1]);
        long weWant = within(clientSends, settings);
        long weSend = within(clientWants, settings);
        return new Terms(
                version,
                login == null ? "" : login,
                clientWants == 0 ? 0 : Math.max(weSend, clientWants),
                clientSends == 0 ? 0 : Math.max(weWant, clientSends),
                weSend + "," + weWant);
    }

    /** B4: near to what the client asks for, never so near that it hurts. */
    private static long within(long millis, SessionSettings settings) {
        return millis == 0
                ? 0
                : Math.min(settings.longestBeatMillis(), Math.max(settings.shortestBeatMillis(), millis));
    }

    private static long millis(String text) {
        boolean number =
                !text.isEmpty() && text.length() <= MAX_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!number) {
            throw new RefusedException(FailureCode.PARAMETER, "heart-beat: want two numbers parted by a comma");
        }
        return Long.parseLong(text);
    }

    private static StompVersion version(@Nullable String accepted) {
        if (accepted == null) {
            return StompVersion.V1_0;
        }
        StompVersion best = null;
        for (String text : accepted.split(",", -1)) {
            StompVersion offered = StompVersion.of(text.strip());
            if (offered != null && (best == null || offered.atLeast(best))) {
                best = offered;
            }
        }
        if (best == null) {
            throw new RefusedException(FailureCode.PARAMETER, "accept-version: this node speaks " + VERSIONS);
        }
        return best;
    }
}
