package io.waxwing.broker.grant;

import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.identity.Login;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.bus.spi.Exchange;
import org.jspecify.annotations.Nullable;

/** Lets in whom the node lets in; what they may do is what the ledger leaves of what the node allows. */
public final class GrantedAuthentication implements Authentication {
    private final Authentication here;
    private final RightsGate ledger;

    public GrantedAuthentication(Authentication here, RightsGate ledger) {
        this.here = here;
        this.ledger = ledger;
    }

    private Access granted(Access access) {
        return new GrantedAccess(access, ledger);
    }

    private Exchange.Step granted(Exchange.Step step) {
        return step instanceof Exchange.Step.Admitted admitted
                ? new Exchange.Step.Admitted(granted(admitted.access()), admitted.last())
                : step;
    }

    private Answer granting(Answer answer) {
        return new Answer() {
            @Override
            public void admitted(Access access) {
                answer.admitted(granted(access));
            }

            @Override
            public void refused(Refusal refusal) {
                answer.refused(refusal);
            }
        };
    }

    @Override
    public boolean isRequired() {
        return here.isRequired();
    }

    @Override
    public Access open() {
        return granted(here.open());
    }

    @Override
    public void authenticate(Login login, Answer answer) {
        here.authenticate(login, granting(answer));
    }

    @Override
    public @Nullable Exchange exchange(String method, Login login) {
        Exchange begun = here.exchange(method, login);
        return begun == null ? null : message -> granted(begun.next(message));
    }

    @Override
    public Access absent(String principal, @Nullable String clientId) {
        return granted(here.absent(principal, clientId));
    }

    @Override
    public void onChange(Runnable recheck) {
        here.onChange(recheck);
    }
}
