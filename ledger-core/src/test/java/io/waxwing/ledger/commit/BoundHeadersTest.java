package io.waxwing.ledger.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BoundHeadersTest {
    private static String encoded(Map<String, String> headers) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(headers)
                .forEach((name, value) ->
                        text.append(name).append(": ").append(value).append('\n'));
        return text.toString();
    }

    private static String bound(String headers, boolean retain) {
        byte[] all = BoundHeaders.of(headers.getBytes(StandardCharsets.UTF_8), "sealed", 1, retain, 1234);
        return new String(all, StandardCharsets.UTF_8);
    }

    @Test
    void whatTheOriginSaysStandsAmongTheHeadersInTheOrderOfNames() {
        Map<String, String> own =
                Map.of("wxw-class", "sealed", "wxw-qos", "1", "wxw-retain", "true", "wxw-time", "1234");
        for (String name : new String[] {"a", "w", "wxv", "wxw", "wxw.a", "wxwid", "wy", "z"}) {
            Map<String, String> given = Map.of("id", "1", name, "wxw-: \u00e9");
            Map<String, String> all = new TreeMap<>(own);
            all.putAll(given);
            assertThat(bound(encoded(given), true)).as(name).isEqualTo(encoded(all));
        }
    }

    @Test
    void anEventWithoutHeadersHasThemToo() {
        assertThat(bound("", false)).isEqualTo("wxw-class: sealed\nwxw-qos: 1\nwxw-time: 1234\n");
    }
}
