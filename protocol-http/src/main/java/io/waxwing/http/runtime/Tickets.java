package io.waxwing.http.runtime;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.spi.Access;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Problem;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/tickets}: 192 random bits with which whoever asked opens one stream within half a minute, since
 * EventSource and WebSocket of browsers send no {@code Authorization}. Kept in memory alone. Any thread.
 */
final class Tickets {
    /** The piece of the path behind {@code v1}. */
    static final String NAME = "tickets";

    private static final String PARAMETER = "ticket";
    private static final long LIFETIME_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int MAX_OF_ONE = 100;
    private static final int MAX = 10_000;
    private static final int BYTES = 24;

    private final LongSupplier clockNanos;
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<String, Ticket> open = new ConcurrentHashMap<>();

    private record Ticket(Access access, long endNanos) {}

    Tickets(LongSupplier clockNanos) {
        this.clockNanos = clockNanos;
    }

    /** Serves {@code /v1/tickets}. */
    HttpResponse serve(Exchange exchange) {
        if (exchange.pieces().size() > 2) {
            throw Problem.of(FailureCode.NOT_FOUND, "nothing is below /v1/tickets")
                    .asException();
        }
        exchange.allow(HttpMethod.POST);
        exchange.noQuery();
        return exchange.withBody(unused -> {
            String ticket = issue(exchange.access());
            String end = Instant.now()
                    .plusNanos(LIFETIME_NANOS)
                    .truncatedTo(ChronoUnit.SECONDS)
                    .toString();
            return Exchange.json(
                    201,
                    new JsonText()
                            .open()
                            .member(PARAMETER, ticket)
                            .member("until", end)
                            .close()
                            .toString());
        });
    }

    private String issue(Access access) {
        long now = clockNanos.getAsLong();
        open.values().removeIf(each -> each.endNanos() - now <= 0);
        long own = open.values().stream()
                .filter(each -> each.access().principal().equals(access.principal()))
                .count();
        if (own >= MAX_OF_ONE || open.mappingCount() >= MAX) {
            throw Problem.of(FailureCode.LOGIN_BUSY, "too many tickets are open; each ends after 30 s")
                    .asException();
        }
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        open.put(ticket, new Ticket(access, now + LIFETIME_NANOS));
        return ticket;
    }

    /** Whether a request may show a ticket: it opens a stream. */
    static boolean isFor(Exchange exchange) {
        List<String> pieces = exchange.pieces();
        return exchange.method() == HttpMethod.GET
                && shown(exchange) != null
                && pieces.size() > 1
                && pieces.get(0).equals("v1")
                && pieces.get(pieces.size() - 1).equals("events");
    }

    /** What whoever shows it may do, once; null if it is none, not any more, or of somebody who is gone. */
    @Nullable Access take(Exchange exchange) {
        String shown = shown(exchange);
        Ticket ticket = shown == null ? null : open.remove(shown);
        if (ticket == null || ticket.endNanos() - clockNanos.getAsLong() <= 0) {
            return null;
        }
        return ticket.access().isOver() ? null : ticket.access();
    }

    private static @Nullable String shown(Exchange exchange) {
        String raw = exchange.rawQuery();
        String shown = null;
        for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
            if (pair.startsWith(PARAMETER + "=")) {
                shown = pair.substring(PARAMETER.length() + 1);
            }
        }
        return shown;
    }

    /** The same request without the ticket. */
    static Exchange without(Exchange exchange) {
        StringBuilder rest = new StringBuilder();
        String raw = exchange.rawQuery();
        for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
            if (!pair.startsWith(PARAMETER + "=")) {
                rest.append(rest.isEmpty() ? "" : "&").append(pair);
            }
        }
        return exchange.asking(rest.toString());
    }
}
