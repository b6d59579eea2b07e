package io.waxwing.ledger.commit;

import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Hmac;
import java.nio.charset.StandardCharsets;

/** The pseudonym of a topic on the ledger: HMAC(topicKey, "evl/topic/v1" || u32 tagEpoch). */
public final class TopicTag {
    private static final byte[] DOMAIN = "evl/topic/v1".getBytes(StandardCharsets.US_ASCII);

    private TopicTag() {}

    /** The tag under a 32-byte topic key. */
    public static Hash of(ByteString topicKey, long tagEpoch) {
        topicKey.requireSize(32, "a topic key");
        return Hmac.sha256(
                topicKey.toBytes(), DOMAIN, new ByteWriter(4).u32(tagEpoch).toBytes());
    }
}
