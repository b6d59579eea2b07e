package io.waxwing.node.peer;

import io.waxwing.ledger.spi.PeerLinks.Channel;
import org.jspecify.annotations.Nullable;

/** The two connections of a pair of nodes: nothing large ever stands in front of a vote. */
enum LinkKind {
    CONSENSUS(1, "consensus"),
    BULK(2, "bulk");

    private final int code;
    private final String word;

    LinkKind(int code, String word) {
        this.code = code;
        this.word = word;
    }

    /** The number in {@link Hello}. */
    int code() {
        return code;
    }

    /** The word in logs and metrics. */
    String word() {
        return word;
    }

    static @Nullable LinkKind ofCode(int code) {
        for (LinkKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        return null;
    }

    /** The connection a channel's frames travel on. */
    static LinkKind of(Channel channel) {
        return channel == Channel.CONSENSUS ? CONSENSUS : BULK;
    }
}
