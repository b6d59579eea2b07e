package io.waxwing.http.weevent;

import com.linecorp.armeria.common.HttpHeaderNames;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.PercentText;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request's parameters, of its query and of a form in its body alike; the first of a name counts. Others than those
 * that are asked for are passed over, as WeEvent did.
 */
final class Params {
    private static final String FORM = "application/x-www-form-urlencoded";

    private final Map<String, String> values = new LinkedHashMap<>();

    /** Reads them. @throws WeEventFault 200001 if they are not percent-encoded UTF-8 */
    static Params of(Exchange exchange, byte[] body) {
        Params params = new Params();
        params.add(exchange.rawQuery());
        String type = exchange.header(HttpHeaderNames.CONTENT_TYPE);
        if (type != null && type.toLowerCase(Locale.ROOT).startsWith(FORM)) {
            params.add(new String(body, StandardCharsets.UTF_8));
        }
        return params;
    }

    private void add(@Nullable String pairs) {
        if (pairs == null) {
            return;
        }
        for (String pair : pairs.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            values.putIfAbsent(name, equals < 0 ? "" : decoded(pair.substring(equals + 1)));
        }
    }

    private static String decoded(String text) {
        try {
            return PercentText.decode(text, true, FailureCode.PARAMETER, "parameters");
        } catch (RefusedException malformed) {
            throw new WeEventFault(WeEventCode.INPUT, malformed.refusal().detail());
        }
    }

    @Nullable String get(String name) {
        return values.get(name);
    }

    /** @throws WeEventFault 200000, as WeEvent says it */
    String required(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new WeEventFault(WeEventCode.FAILED, "parameter '" + name + "' is missing");
        }
        return value;
    }

    /** A whole number. @throws WeEventFault 200000 if it is missing, 200001 if it is none */
    int number(String name) {
        return (int) number(name, required(name), Integer.MAX_VALUE);
    }

    /** A whole number or null. @throws WeEventFault 200001 */
    @Nullable Long longOrNull(String name) {
        String value = values.get(name);
        return value == null || value.isBlank() ? null : number(name, value, Long.MAX_VALUE);
    }

    private static long number(String name, String text, long max) {
        try {
            long number = Long.parseLong(text);
            if (number <= max && number >= -max) {
                return number;
            }
        } catch (NumberFormatException none) {
            throw new WeEventFault(WeEventCode.INPUT, "parameter '" + name + "' is no whole number");
        }
        throw new WeEventFault(WeEventCode.INPUT, "parameter '" + name + "' is too large");
    }

    /** Those that a publisher may name as he likes. */
    Map<String, String> extensions() {
        Map<String, String> extensions = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith(Extensions.PREFIX)) {
                extensions.put(name, value);
            }
        });
        return extensions;
    }
}
