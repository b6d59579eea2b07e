package io.waxwing.broker.processing;

import io.waxwing.broker.jdbc.Database;
import io.waxwing.broker.jdbc.Databases;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.ProblemException;
import io.waxwing.http.webhook.Sender;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether rules can write where they want to, before they are kept. Any thread. */
final class Targets {
    private static final String URL = "/target/webhook/url";
    private static final String JDBC = "/target/jdbc/";

    private final Supplier<Sender> sender;
    private final Databases databases;
    private final Authentication authentication;

    Targets(Supplier<Sender> sender, Databases databases, Authentication authentication) {
        this.sender = sender;
        this.databases = databases;
        this.authentication = authentication;
    }

    /**
     * Asks where the rule wants to write.
     *
     * @param before receiver that the rule had; empty if it had none
     * @return its receiver now; empty if it posts nothing
     */
    CompletableFuture<String> ready(Rule rule, Access access, String before) {
        if (rule.target() instanceof Rule.WebhookTarget target) {
            try {
                return sender.get()
                        .ask(target.url(), before.isEmpty() ? null : before)
                        .thenApply(Targets::wanted);
            } catch (ProblemException nowhere) {
                throw nowhere.problem().at(URL).asException();
            }
        }
        if (rule.target() instanceof Rule.TableTarget target) {
            return table(target, access);
        }
        return CompletableFuture.completedFuture("");
    }

    private static String wanted(String receiver) {
        String problem = Sender.seen(receiver).problem();
        if (!problem.isEmpty()) {
            throw Problem.of(FailureCode.PROCESSING, problem).at(URL).asException();
        }
        return receiver;
    }

    private CompletableFuture<String> table(Rule.TableTarget target, Access access) {
        Database database = database(target.connection(), access);
        if (database == null) {
            throw Problem.of(FailureCode.PROCESSING, "no connection of this name is there for you (jdbc.connections)")
                    .at(JDBC + "connection")
                    .asException();
        }
        return database.look(target.table()).thenApply(fit -> {
            FailureCode code = fit.code();
            if (code != null) {
                throw Problem.of(code, fit.detail()).at(JDBC + fit.member()).asException();
            }
            return "";
        });
    }

    /** The one that somebody may use now; null if there is none. */
    @Nullable Database database(String connection, Access access) {
        return databases.find(connection, access, authentication.isRequired());
    }

    Databases databases() {
        return databases;
    }
}
