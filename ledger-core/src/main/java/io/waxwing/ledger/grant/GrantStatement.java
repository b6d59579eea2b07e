package io.waxwing.ledger.grant;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * What an institution says about its topics. Bytes: u8 verb, u16 institution, u64 index of the leaf that ends with it
 * (0: none). Unless the verb is END: u32 audience, u8 length and id, u8 length and filter; and unless it is CLAIM: u16
 * grantee, u8 length and user, u8 actions. Every statement has exactly one encoding.
 *
 * @param institutionId who says it
 * @param ends of END the leaf of the claim or rule that holds no more; of a rule that of the one it takes the place of
 * @param id its name among the institution's, empty for END
 * @param filter see {@link TopicSet}; empty for END
 * @param granteeId an institution, or {@link #EVERYBODY}; 0 for CLAIM and END
 * @param user of the grantee, empty for all of them
 * @param actions bits of {@link GrantAction}
 */
public record GrantStatement(
        Verb verb,
        int institutionId,
        long ends,
        long audienceId,
        String id,
        String filter,
        int granteeId,
        String user,
        int actions) {
    /** All other members of the audience. */
    public static final int EVERYBODY = 0xffff;

    /** Most bytes of a filter. */
    public static final int MAX_FILTER_BYTES = 128;
    /** Most bytes of a user's name. */
    public static final int MAX_USER_BYTES = 64;

    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,31}");
    private static final int MAX_ID_BYTES = 32;

    /** What it does. */
    public enum Verb {
        /** The topics are the institution's. */
        CLAIM(1),
        /** Somebody may. */
        ALLOW(2),
        /** Somebody may not, whatever else allows it. */
        DENY(3),
        /** A claim or rule holds no more. */
        END(4);

        private final int code;

        Verb(int code) {
            this.code = code;
        }
    }

    /** Throws {@link MalformedException} WXW-3001 with the reason if anything is out of its range. */
    public GrantStatement {
        require(isEncodable(filter) && isEncodable(user), "a filter or user's name has half a surrogate pair");
        boolean plain = granteeId == 0 && user.isEmpty() && actions == 0;
        if (verb == Verb.END) {
            require(
                    ends > 0 && audienceId == 0 && id.isEmpty() && filter.isEmpty() && plain,
                    "an END names a leaf and nothing else");
        } else {
            require(ID.matcher(id).matches(), "an id is 1 to 32 of a-z, 0-9, '.', '_' and '-', got '" + id + "'");
            require(bytes(filter).length <= MAX_FILTER_BYTES, "a filter has at most 128 bytes");
            TopicSet unused = TopicSet.parse(filter);
        }
        if (verb == Verb.CLAIM) {
            require(ends == 0 && plain, "a CLAIM names topics and nothing else");
        } else if (verb != Verb.END) {
            require(granteeId > 0, "a rule names an institution, or everybody");
            require(actions > 0 && actions <= GrantAction.ALL, "a rule is about publish, subscribe or both");
            boolean legal = bytes(user).length <= MAX_USER_BYTES && user.chars().noneMatch(Character::isISOControl);
            require(legal, "a user's name has at most 64 bytes and no control characters");
            require(user.isEmpty() || granteeId != EVERYBODY, "a user is one of an institution, not of everybody");
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new MalformedException(MalformedException.LEAF, otherwise);
        }
    }

    /** The topics of that filter are the institution's. */
    public static GrantStatement claim(int institutionId, long audienceId, String id, String filter) {
        return new GrantStatement(Verb.CLAIM, institutionId, 0, audienceId, id, filter, 0, "", 0);
    }

    /** What that leaf said holds no more. */
    public static GrantStatement end(int institutionId, long leafIndex) {
        return new GrantStatement(Verb.END, institutionId, leafIndex, 0, "", "", 0, "", 0);
    }

    /** True if it allows or denies. */
    public boolean isRule() {
        return verb == Verb.ALLOW || verb == Verb.DENY;
    }

    public TopicSet topics() {
        return TopicSet.parse(filter);
    }

    public void writeTo(ByteWriter out) {
        out.u8(verb.code).u16(institutionId).u63(ends);
        if (verb == Verb.END) {
            return;
        }
        out.u32(audienceId);
        write(id, out);
        write(filter, out);
        if (isRule()) {
            out.u16(granteeId);
            write(user, out);
            out.u8(actions);
        }
    }

    /** Throws {@link MalformedException} if there is none. */
    public static GrantStatement readFrom(ByteReader in) {
        int code = in.u8();
        Verb verb = Arrays.stream(Verb.values())
                .filter(candidate -> candidate.code == code)
                .findFirst()
                .orElseThrow(() -> in.malformed("unknown verb " + code + " of a GRANT"));
        int institutionId = in.u16();
        long ends = in.u63("the leaf that ends");
        if (verb == Verb.END) {
            return end(institutionId, ends);
        }
        long audienceId = in.u32();
        String id = text(in, MAX_ID_BYTES);
        String filter = text(in, MAX_FILTER_BYTES);
        if (verb == Verb.CLAIM) {
            return new GrantStatement(verb, institutionId, ends, audienceId, id, filter, 0, "", 0);
        }
        int granteeId = in.u16();
        String user = text(in, MAX_USER_BYTES);
        return new GrantStatement(verb, institutionId, ends, audienceId, id, filter, granteeId, user, in.u8());
    }

    /** Text with half a surrogate pair would be another one once it is encoded. */
    private static boolean isEncodable(String text) {
        return new String(bytes(text), StandardCharsets.UTF_8).equals(text);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void write(String text, ByteWriter out) {
        byte[] bytes = bytes(text);
        out.u8(bytes.length).bytes(bytes);
    }

    private static String text(ByteReader in, int maxBytes) {
        int length = in.u8();
        if (length > maxBytes) {
            throw in.malformed("a text of " + length + " bytes, limit " + maxBytes);
        }
        byte[] bytes = in.bytes(length);
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!Arrays.equals(bytes(text), bytes)) {
            throw in.malformed("a text that is not UTF-8");
        }
        return text;
    }
}
