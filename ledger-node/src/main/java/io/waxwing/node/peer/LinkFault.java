package io.waxwing.node.peer;

/**
 * Why a connection was refused or ended. The number travels in {@link Hello} so that the other side's log can say it
 * too; numbers are never given again.
 */
enum LinkFault {
    /** No TLS 1.3, no certificate, or a handshake broken off. */
    TLS(1, "WXW-3161", "tls"),
    /** The certificate's key is no node's of the registry. */
    UNKNOWN_KEY(2, "WXW-3162", "unknown-key"),
    /** Another version of this protocol. */
    VERSION(3, "WXW-3163", "version"),
    OTHER_LEDGER(4, "WXW-3164", "other-ledger"),
    /** A number that the registry does not have, or has no longer. */
    UNKNOWN_NODE(5, "WXW-3165", "unknown-node"),
    /** Another node than it claims to be, or than was looked for. */
    WRONG_NODE(6, "WXW-3166", "wrong-node"),
    /** This node's own number or key. */
    SELF(7, "WXW-3167", "self"),
    /** Dialled by the node with the larger number. */
    DIRECTION(8, "WXW-3168", "direction"),
    /** Bytes that are no greeting or no frame. */
    MALFORMED(9, "WXW-3169", "malformed"),
    /** Not open within the time for it. */
    SLOW(10, "WXW-3170", "slow"),
    /** Made room for a newer one: too many were half-open. */
    CROWDED(11, "WXW-3171", "crowded"),
    FRAME_SIZE(12, "WXW-3172", "frame-size"),
    /** A frame of a channel that belongs on the other connection. */
    CHANNEL(13, "WXW-3173", "channel"),
    /** Nothing was heard for too long. */
    SILENT(14, "WXW-3174", "silent"),
    /** The other side refused, for the reason it gave. */
    REFUSED(15, "WXW-3175", "refused"),
    /** The other side made a newer connection of this kind. */
    REPLACED(16, "WXW-3176", "replaced"),
    /** A fault of this program. */
    INTERNAL(17, "WXW-3177", "internal");

    private final int number;
    private final String code;
    private final String word;

    LinkFault(int number, String code, String word) {
        this.number = number;
        this.code = code;
        this.word = word;
    }

    int number() {
        return number;
    }

    /** The stable code for logs. */
    String code() {
        return code;
    }

    /** The label in metrics. */
    String word() {
        return word;
    }

    /** The word for a number from outside. */
    static String wordOf(int number) {
        for (LinkFault fault : values()) {
            if (fault.number == number) {
                return fault.word;
            }
        }
        return "reason " + number;
    }
}
