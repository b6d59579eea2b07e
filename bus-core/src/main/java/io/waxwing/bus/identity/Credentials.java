package io.waxwing.bus.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What somebody shows of himself. None of these prints a secret. */
public sealed interface Credentials {
    /** Nothing at all. */
    record None() implements Credentials {}

    /**
     * A name and a secret: a password, or a token in the place of one.
     *
     * @param user as it came, perhaps no legal name
     */
    record Password(String user, Secret secret) implements Credentials {}

    /** A secret that names its owner itself: an API key, a JSON Web Token, the operator's token. */
    record Bearer(Secret secret) implements Credentials {}

    /**
     * A certificate whose chain the transport has verified.
     *
     * @param names the subject's common name first, then alternative names (DNS, URI, e-mail)
     * @param notAfterMs Unix milliseconds of its end
     */
    record Certificate(List<String> names, long notAfterMs) implements Credentials {
        public Certificate {
            names = List.copyOf(names);
        }
    }

    /**
     * A name, and messages of a method that proves it ({@link io.waxwing.bus.spi.Exchange}).
     *
     * @param user as it came, perhaps no legal name
     */
    record Proof(String user) implements Credentials {}

    Credentials NONE = new None();

    /**
     * What STOMP's two headers amount to: a secret alone is a token, a name alone is nothing. Many clients send both
     * always, empty if there is nothing to say.
     *
     * @return null if nothing was said, so that what the transport shows counts
     */
    static @Nullable Credentials of(@Nullable String login, @Nullable String passcode) {
        if (login == null || login.isEmpty()) {
            return passcode == null || passcode.isEmpty() ? null : new Bearer(Secret.utf8(passcode));
        }
        return passcode == null ? NONE : new Password(login, Secret.utf8(passcode));
    }
}
