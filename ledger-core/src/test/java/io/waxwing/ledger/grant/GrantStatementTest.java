package io.waxwing.ledger.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.grant.GrantStatement.Verb;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One encoding each, and nothing beyond its ranges. */
class GrantStatementTest {
    private static GrantStatement rule(int grantee, String user, int actions) {
        return new GrantStatement(Verb.ALLOW, 1, 0, 1, "r", "orders/#", grantee, user, actions);
    }

    private static void assertMalformed(Runnable make, String because) {
        assertThatThrownBy(make::run).isInstanceOf(MalformedException.class).hasMessageContaining(because);
    }

    private static byte[] bytes(GrantStatement said) {
        ByteWriter out = new ByteWriter(64);
        said.writeTo(out);
        return out.toBytes();
    }

    private static GrantStatement read(byte[] bytes) {
        return GrantStatement.readFrom(new ByteReader(bytes, MalformedException.LEAF));
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        List<GrantStatement> all = List.of(
                GrantStatement.claim(1, 2, "a.b-c_9", "größe/+/#"),
                GrantStatement.end(3, 77),
                rule(GrantStatement.EVERYBODY, "", 3),
                rule(2, "Ann von B", 2));
        for (GrantStatement said : all) {
            assertThat(read(bytes(said))).isEqualTo(said);
        }
    }

    @Test
    void filtersBeginWithAWordAndAreShort() {
        for (String filter : List.of("#", "+/x", "", "$SYS/x", "a/#/b", "a/b+", "a/b\u0007", "x".repeat(129))) {
            assertMalformed(() -> GrantStatement.claim(1, 1, "c", filter), "");
        }
        assertThat(GrantStatement.claim(1, 1, "c", "x".repeat(128)).filter()).hasSize(128);
        assertThat(GrantStatement.claim(1, 1, "c", "/a").filter()).isEqualTo("/a");
    }

    @Test
    void namesActionsAndUsersAreWithinTheirRanges() {
        for (String id : List.of("", "A", "-a", "a/b", "x".repeat(33))) {
            assertMalformed(() -> GrantStatement.claim(1, 1, id, "t"), "an id is");
        }
        assertMalformed(() -> rule(2, "", 0), "publish, subscribe or both");
        assertMalformed(() -> rule(2, "", 4), "publish, subscribe or both");
        assertMalformed(() -> rule(0, "", 1), "names an institution");
        assertMalformed(() -> rule(GrantStatement.EVERYBODY, "ann", 1), "one of an institution");
        assertMalformed(() -> rule(2, "x".repeat(65), 1), "64 bytes");
        assertMalformed(() -> rule(2, "a\nb", 1), "control");
        assertMalformed(() -> GrantStatement.end(1, 0), "names a leaf");
    }

    @Test
    void bytesThatAreNoneAreRefused() {
        byte[] verb = bytes(GrantStatement.end(1, 7));
        verb[0] = 9;
        assertMalformed(() -> read(verb), "unknown verb 9");
        byte[] text = bytes(GrantStatement.claim(1, 1, "c", "ab"));
        text[text.length - 1] = (byte) 0xff;
        assertMalformed(() -> read(text), "not UTF-8");
        byte[] claim = bytes(GrantStatement.claim(1, 1, "c", "ab"));
        claim[10] = 1;
        assertMalformed(() -> read(claim), "names topics and nothing else");
    }

    /** Otherwise whoever says it would hold to other topics than those who read its bytes. */
    @Test
    void halfASurrogatePairIsNoText() {
        assertMalformed(() -> GrantStatement.claim(1, 1, "c", "a/\ud83d"), "surrogate");
        assertMalformed(() -> rule(2, "ann\udc00", 1), "surrogate");
        GrantStatement whole = GrantStatement.claim(1, 1, "c", "a/\ud83d\ude00");
        assertThat(read(bytes(whole))).isEqualTo(whole);
    }
}
