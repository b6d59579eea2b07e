package io.waxwing.ledger.grant;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;

/**
 * A claim or rule that the ledger has, and from where it holds: for every event whose SEGMENT leaf stands behind its
 * own leaf. Bytes: u64 leafIndex, u64 height, then the {@link GrantStatement}.
 *
 * @param leafIndex of its GRANT leaf; 0 while the block is not executed
 * @param height of its block
 */
public record Rule(long leafIndex, long height, GrantStatement said) {
    void writeTo(ByteWriter out) {
        out.u63(leafIndex).u63(height);
        said.writeTo(out);
    }

    static Rule readFrom(ByteReader in) {
        return new Rule(in.u63("leaf"), in.u63("height"), GrantStatement.readFrom(in));
    }
}
