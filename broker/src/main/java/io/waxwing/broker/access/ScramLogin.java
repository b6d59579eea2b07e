package io.waxwing.broker.access;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.identity.Credentials;
import io.waxwing.bus.identity.Login;
import io.waxwing.bus.identity.Secret;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * One login by SCRAM: a {@link ScramExchange} between the limits of failed logins and the grants. Whether there is a
 * user of the name shows nowhere: not in the messages, not in the refusal, not in the time.
 */
final class ScramLogin implements Exchange {
    /** What the node does with what came out. */
    interface Judge {
        /** Whether somebody of that name has been wrong too often. */
        boolean tooMany(Login login, ScramVerifier verifier);

        /** He has shown that he has the password; null if nobody has that one any more. */
        @Nullable Access admitted(Login login, ScramVerifier verifier);

        /** He is not; counted if {@code code} says that something was wrong. */
        Refusal refused(Login login, FailureCode code, String detail);
    }

    private enum At {
        BEGIN,
        ASKED,
        OVER
    }

    private final ScramExchange exchange;
    private final Judge judge;
    private Login login;
    private At at = At.BEGIN;

    ScramLogin(Login login, ScramExchange exchange, Judge judge) {
        this.login = login;
        this.exchange = exchange;
        this.judge = judge;
    }

    @Override
    public Step next(Secret message) {
        if (at == At.OVER) {
            throw new IllegalStateException("the exchange is over");
        }
        if (at == At.BEGIN && message.size() == 0) {
            return new Step.More(message); // RFC 4422 section 3: it is the client that begins.
        }
        try {
            return at == At.BEGIN ? first(message) : last(message);
        } catch (ScramExchange.Malformed e) {
            return refused(FailureCode.LOGIN_EXCHANGE, String.valueOf(e.getMessage()));
        }
    }

    private Step first(Secret message) throws ScramExchange.Malformed {
        String answer = exchange.first(message);
        at = At.ASKED;
        login = new Login(new Credentials.Proof(exchange.user()), login.protocol(), login.address(), login.clientId());
        return judge.tooMany(login, exchange.verifier()) ? limited() : new Step.More(Secret.utf8(answer));
    }

    private Step limited() {
        return refused(FailureCode.LOGIN_LIMIT, "wait a while; this one was not looked at");
    }

    private Step last(Secret message) throws ScramExchange.Malformed {
        if (judge.tooMany(login, exchange.verifier())) {
            return limited(); // Whoever begins many exchanges at once has no more guesses than others.
        }
        String signature = exchange.last(message);
        if (signature.isEmpty()) {
            return refused(FailureCode.LOGIN_WRONG, "no user has this name and password");
        }
        Access access = judge.admitted(login, exchange.verifier());
        if (access == null) {
            return refused(FailureCode.LOGIN_WRONG, "no user has this name and password");
        }
        at = At.OVER;
        return new Step.Admitted(access, Secret.utf8(signature));
    }

    private Step refused(FailureCode code, String detail) {
        at = At.OVER;
        return new Step.Refused(judge.refused(login, code, detail));
    }
}
