package io.waxwing.bus.spi;

import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Login;
import org.jspecify.annotations.Nullable;

/**
 * Whether somebody may come in. A protocol asks once per connection, before it touches any state, and keeps the
 * {@link Access}; it asks that before every publication and subscription and before it shows an event.
 */
public interface Authentication {
    /** Everybody may come in, with whatever credentials or none. */
    Authentication OPEN = new Authentication() {
        @Override
        public boolean isRequired() {
            return false;
        }

        @Override
        public void authenticate(Login login, Answer answer) {
            answer.admitted(Access.UNLIMITED);
        }

        @Override
        public Access absent(String principal, @Nullable String clientId) {
            return Access.UNLIMITED;
        }

        @Override
        public void onChange(Runnable recheck) {}
    };

    /** Told one of the two, once, on any thread, perhaps before {@link #authenticate} returns; must not wait. */
    interface Answer {
        void admitted(Access access);

        /**
         * WXW-1401 nothing was shown, WXW-1402 it is wrong, WXW-1403 too many were wrong before, WXW-1404 too many come
         * in at once. The text holds neither a secret nor whether the user exists.
         */
        void refused(Refusal refusal);
    }

    /** False if everybody may do everything. */
    boolean isRequired();

    /** What everybody may do, if nobody is asked who he is. */
    default Access open() {
        return Access.UNLIMITED;
    }

    /** Judges credentials. Never waits: what takes time is done on a thread of its own. */
    void authenticate(Login login, Answer answer);

    /**
     * Begins a conversation by which somebody shows who he is.
     *
     * @param method name of a SASL mechanism, as it came
     * @param login with {@link io.waxwing.bus.identity.Credentials#NONE}
     * @return null if there is no such method here
     */
    default @Nullable Exchange exchange(String method, Login login) {
        return null;
    }

    /** What somebody who was let in once may do now, while not connected: for what happens then in that name. */
    Access absent(String principal, @Nullable String clientId);

    /**
     * The grant by which somebody may, or may not, do that on this topic, as its line in the access file; empty if none
     * says anything, and where nobody is asked.
     */
    default String explain(String principal, Action action, String topic) {
        return "";
    }

    /**
     * Runs {@code recheck} now and then, and after every change of users and grants, on a thread that may not be kept:
     * a protocol looks then which of its connections {@link Access#isOver}.
     */
    void onChange(Runnable recheck);
}
