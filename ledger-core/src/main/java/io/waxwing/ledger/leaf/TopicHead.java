package io.waxwing.ledger.leaf;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;

/** Topic head record, 80 bytes: tag 32, last topicSeq 8, leaf hash of its last SEGMENT 32, index of that leaf 8. */
public record TopicHead(Hash topicTag, long topicSeq, Hash segmentLeafHash, long leafIndex) {
    public static final int ENCODED_BYTES = 80;

    public byte[] encode() {
        return new ByteWriter(ENCODED_BYTES)
                .hash(topicTag)
                .u63(topicSeq)
                .hash(segmentLeafHash)
                .u63(leafIndex)
                .toBytes();
    }

    public static TopicHead decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes, MalformedException.LEAF);
        TopicHead head = new TopicHead(in.hash(), in.u63("topicSeq"), in.hash(), in.u63("leafIndex"));
        in.expectEnd("a topic head");
        return head;
    }
}
