package io.waxwing.http.rest;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.spi.EventReader;
import io.waxwing.bus.spi.ReceiptSource;
import io.waxwing.bus.spi.ReceiptSource.Component;
import io.waxwing.http.exchange.ETags;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.HttpMeters;
import io.waxwing.http.exchange.Query;
import io.waxwing.http.exchange.SlowReads;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/events/{eventId}/receipt} and {@code /ledger/receipt/{eventId}}: the same bytes, computed when asked
 * for. Without {@code disclose} everything that the caller could read anyway is disclosed.
 */
public final class ReceiptResource {
    private final ReceiptSource receipts;
    private final EventReader reader;
    private final LongSupplier latestSize;
    private final SlowReads slow;
    private final HttpMeters meters;

    /** Uses {@code latestSize}, the tree size of the latest published checkpoint, for {@code at=latest}. */
    public ReceiptResource(
            ReceiptSource receipts, EventReader reader, LongSupplier latestSize, SlowReads slow, HttpMeters meters) {
        this.receipts = receipts;
        this.reader = reader;
        this.latestSize = latestSize;
        this.slow = slow;
        this.meters = meters;
    }

    public HttpResponse serve(Exchange exchange, String eventIdText) {
        exchange.allow(HttpMethod.GET);
        Query query = exchange.query(Set.of("disclose", "chain", "at"));
        EventId eventId = EventId.parse(eventIdText);
        Set<Component> disclose = disclose(query.get("disclose"));
        boolean chain = query.number("chain", 0, 1, 0) == 1;
        String at = query.get("at");
        long size = size(at);
        return slow.answer(() -> {
            EventResource.requireVisible(exchange, reader, eventId);
            long treeSize = "latest".equals(at) ? latestSize.getAsLong() : size;
            byte[] receipt = receipts.receipt(eventId, disclose, treeSize, chain);
            meters.receiptIssued();
            // Without "latest" the answer is a function of the request: it never changes.
            String keep = "latest".equals(at) ? "no-cache" : "max-age=31536000, immutable";
            String who = disclose.isEmpty() ? "public, " : "private, ";
            ResponseHeaders headers = ResponseHeaders.builder(HttpStatus.OK)
                    .contentType(MediaType.PLAIN_TEXT_UTF_8)
                    .set(HttpHeaderNames.CACHE_CONTROL, who + keep)
                    .set(HttpHeaderNames.ETAG, ETags.of(receipt))
                    .set(HttpHeaderNames.CONTENT_DISPOSITION, "inline; filename=\"" + eventId + ".tlog-proof\"")
                    .build();
            return ETags.answer(exchange, headers, HttpData.wrap(receipt));
        });
    }

    private static Set<Component> disclose(@Nullable String words) {
        EnumSet<Component> components = EnumSet.noneOf(Component.class);
        if (words == null) {
            return EnumSet.allOf(Component.class);
        }
        if (words.equals("none")) {
            return components;
        }
        for (String word : words.split(",", -1)) {
            components.add(component(word));
        }
        return components;
    }

    private static Component component(String word) {
        for (Component component : Component.values()) {
            if (component.name().toLowerCase(Locale.ROOT).equals(word)) {
                return component;
            }
        }
        throw Query.refused("disclose has '" + word + "', want none or some of topic, headers, publisher, payload");
    }

    /** 0: the first checkpoint that covers the event. */
    private static long size(@Nullable String at) {
        if (at == null || at.equals("latest")) {
            return 0;
        }
        if (!at.matches("[1-9][0-9]{0,17}")) {
            throw Query.refused("at is '" + at + "', want a tree size or latest");
        }
        return Long.parseLong(at);
    }
}
