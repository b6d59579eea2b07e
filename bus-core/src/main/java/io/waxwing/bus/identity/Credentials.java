package io.waxwing.bus.identity;

import java.util.List;

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
}
