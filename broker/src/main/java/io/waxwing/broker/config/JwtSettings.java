package io.waxwing.broker.config;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * See {@code access.jwt.*}.
 *
 * @param issuer whose tokens are good
 * @param audience that this node is
 * @param keys file, or URL if it has a scheme
 * @param userClaim claim with the user's name
 * @param rolesClaim claim with names of further users of the file whose grants the token brings; empty: none does
 * @param refresh how often a URL is asked for new keys
 */
public record JwtSettings(
        String issuer, String audience, String keys, String userClaim, String rolesClaim, Duration refresh) {
    /** Null if {@code access.jwt.issuer} is empty: no tokens of others are good. */
    static @Nullable JwtSettings of(Settings settings) {
        JwtSettings read = new JwtSettings(
                settings.text("access.jwt.issuer"),
                settings.text("access.jwt.audience"),
                settings.text("access.jwt.keys"),
                settings.text("access.jwt.userClaim"),
                settings.text("access.jwt.rolesClaim"),
                settings.duration("access.jwt.refresh"));
        if (read.issuer.isEmpty() && read.audience.isEmpty() && read.keys.isEmpty()) {
            return null;
        }
        if (read.issuer.isEmpty() || read.audience.isEmpty() || read.keys.isEmpty() || read.userClaim.isEmpty()) {
            throw new RefusedException(
                    FailureCode.CONFIG_VALUE, "access.jwt needs issuer, audience, keys and userClaim together");
        }
        if (read.isUrl() && !isSafe(URI.create(read.keys))) {
            throw new RefusedException(
                    FailureCode.CONFIG_VALUE, "access.jwt.keys: want https, or http on this machine");
        }
        return read;
    }

    /** Whether the keys are fetched. */
    public boolean isUrl() {
        return keys.startsWith("http://") || keys.startsWith("https://");
    }

    private static boolean isSafe(URI url) {
        return "https".equals(url.getScheme())
                || "localhost".equals(url.getHost())
                || "127.0.0.1".equals(url.getHost())
                || "[::1]".equals(url.getHost());
    }
}
