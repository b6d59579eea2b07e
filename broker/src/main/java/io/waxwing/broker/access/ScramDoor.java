package io.waxwing.broker.access;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.identity.Login;
import io.waxwing.bus.identity.Secret;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Exchange;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Logins by SCRAM against the access file. Each takes microseconds, so they are judged where they come in. */
final class ScramDoor implements ScramLogin.Judge {
    private static final int NONCE_BYTES = 18;

    private final FileAuthentication door;
    private final Failures failures;
    private final ProvenLogins proven;
    private final SecureRandom random;
    private final Secret unknown;

    /** {@code secret} is the node's own and lasts: what names that nobody has are answered with comes from it. */
    ScramDoor(FileAuthentication door, Failures failures, ProvenLogins proven, SecureRandom random, Secret secret) {
        this.door = door;
        this.failures = failures;
        this.proven = proven;
        this.random = random;
        this.unknown = Secret.of(ScramVerifier.hmac(
                secret.bytes(), Secret.utf8("scram of nobody").bytes()));
    }

    Exchange login(Login login) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        String text = Base64.getEncoder().encodeToString(nonce);
        return new ScramLogin(login, new ScramExchange(text, this::verifier), this);
    }

    private ScramVerifier verifier(String name) {
        AccessFile file = door.file();
        User user = file.user(name);
        ScramVerifier known = user == null ? null : user.scram();
        ScramVerifier nobodys = ScramVerifier.nobodys(unknown, name, file.scramIterations());
        return known == null ? nobodys : known;
    }

    /** Guesses of others do not keep out who came in from the same address a while ago. */
    @Override
    public boolean tooMany(Login login, ScramVerifier verifier) {
        return failures.tooManyFrom(login)
                || (failures.tooManyOf(login)
                        && !proven.has(name(login), source(login), verifier.text(), System.nanoTime()));
    }

    @Override
    public @Nullable Access admitted(Login login, ScramVerifier verifier) {
        String stored = verifier.text();
        UserAccess.Proof proof = (now, nowMs) -> {
            ScramVerifier is = now.scram();
            return is != null && is.text().equals(stored);
        };
        User user = door.file().user(name(login));
        if (user == null || !proof.stands(user, System.currentTimeMillis())) {
            return null;
        }
        proven.add(name(login), source(login), stored, System.nanoTime());
        return door.admitted(login, user, proof);
    }

    @Override
    public Refusal refused(Login login, FailureCode code, String detail) {
        if (code != FailureCode.LOGIN_LIMIT) {
            failures.count(login);
        }
        return door.refusal(login, code, detail);
    }

    private static String name(Login login) {
        String name = Failures.user(login.credentials());
        return name == null ? "" : name;
    }

    private static Secret source(Login login) {
        return Secret.utf8("from " + Failures.source(login.address()));
    }
}
