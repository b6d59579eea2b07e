package io.waxwing.ledger.commit;

import java.nio.charset.StandardCharsets;

/**
 * Component c1 of an event: the publisher's headers with what its origin says of it, so that nobody who passes the
 * event on can say otherwise. Added, as lines among the others in the order of names:
 *
 * <pre>
 * wxw-class: ordered | sealed
 * wxw-qos: 0 | 1 | 2
 * wxw-retain: true              only if the publisher asked for it
 * wxw-time: &lt;milliseconds since 1970, when it arrived at its origin&gt;
 * </pre>
 *
 * No publisher's header begins with {@value #RESERVED}.
 */
public final class BoundHeaders {
    /** Names that begin so are not a publisher's. */
    public static final String RESERVED = "wxw-";

    private BoundHeaders() {}

    /**
     * The component.
     *
     * @param headers the publisher's, encoded as c1 is: {@code name: value LF}, sorted by name
     * @param deliveryClass its word
     */
    public static byte[] of(byte[] headers, String deliveryClass, int qos, boolean retain, long timeMs) {
        String lines = RESERVED + "class: " + deliveryClass + "\n" + RESERVED + "qos: " + qos + "\n"
                + (retain ? RESERVED + "retain: true\n" : "") + RESERVED + "time: " + timeMs + "\n";
        byte[] bound = lines.getBytes(StandardCharsets.US_ASCII);
        int at = place(headers);
        byte[] all = new byte[headers.length + bound.length];
        System.arraycopy(headers, 0, all, 0, at);
        System.arraycopy(bound, 0, all, at, bound.length);
        System.arraycopy(headers, at, all, at + bound.length, headers.length - at);
        return all;
    }

    /** Where the first line stands whose name comes behind the reserved ones. */
    private static int place(byte[] headers) {
        int line = 0;
        while (line < headers.length && isBefore(headers, line)) {
            while (line < headers.length && headers[line] != '\n') {
                line++;
            }
            line++;
        }
        return Math.min(line, headers.length);
    }

    private static boolean isBefore(byte[] headers, int line) {
        for (int i = 0; i < RESERVED.length() && line + i < headers.length; i++) {
            int got = headers[line + i];
            if (got != RESERVED.charAt(i)) {
                // A name that ends here is the beginning of the reserved ones.
                return got == ':' || got < RESERVED.charAt(i);
            }
        }
        return false;
    }
}
