package io.waxwing.broker.access;

import io.waxwing.bus.identity.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one SCRAM-SHA-256 exchange (RFC 5802 section 5), without I/O: two messages from the client, two
 * answers. There is no channel binding here: a client that asks for it ({@code p}) is refused, one that would have it
 * if the server had ({@code y}) is not. Optional extensions are passed over, mandatory ones ({@code m}) refused.
 */
final class ScramExchange {
    static final String METHOD = "SCRAM-SHA-256";

    /** The messages are none of this method, or they ask for what is not offered. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String why) {
            super(why, null, false, false);
        }
    }

    private static final int MESSAGE_BYTES_MAX = 2_048;
    /** Header, name, nonce; no mandatory extension, which would stand before the name. */
    private static final Pattern FIRST = Pattern.compile(
            "(([ny]|p=[A-Za-z0-9.-]+),(?:a=([^,]+))?,)(n=([^,]+),r=([\\x21-\\x2b\\x2d-\\x7e]{8,512})(?:,[A-Za-z]=[^,]+)*)");

    private static final Pattern FINAL = Pattern.compile(
            "(c=([A-Za-z0-9+/]+={0,2}),r=([\\x21-\\x2b\\x2d-\\x7e]+)(?:,[A-Za-ln-oq-z]=[^,]+)*),p=([A-Za-z0-9+/]+={0,2})");

    private final String ownNonce;
    private final Function<String, ScramVerifier> verifiers;
    private String header = "";
    private String user = "";
    private String nonce = "";
    private String messages = "";
    private @Nullable ScramVerifier verifier;

    /**
     * One exchange.
     *
     * @param ownNonce printable, without a comma, of this exchange alone
     * @param verifiers by name; of a name that nobody has, one that nothing matches
     */
    ScramExchange(String ownNonce, Function<String, ScramVerifier> verifiers) {
        this.ownNonce = ownNonce;
        this.verifiers = verifiers;
    }

    /** The name that the client has said. */
    String user() {
        return user;
    }

    /** Takes the client's first message. @return the server's first */
    String first(Secret message) throws Malformed {
        Matcher parts = parts(message, FIRST);
        if (parts.group(2).startsWith("p")) {
            throw new Malformed("channel binding is not offered");
        }
        user = unescaped(parts.group(5));
        String wanted = parts.group(3);
        if (wanted != null && !unescaped(wanted).equals(user)) {
            throw new Malformed("nobody acts for another one");
        }
        header = parts.group(1);
        nonce = parts.group(6) + ownNonce;
        ScramVerifier known = verifiers.apply(user);
        verifier = known;
        String answer =
                "r=" + nonce + ",s=" + Base64.getEncoder().encodeToString(known.salt()) + ",i=" + known.iterations();
        messages = parts.group(4) + "," + answer;
        return answer;
    }

    /** What that name's proof is checked with; after {@link #first}. */
    ScramVerifier verifier() {
        return Objects.requireNonNull(verifier);
    }

    /** Takes the client's last message. @return the server's last, or empty if the proof is wrong */
    String last(Secret message) throws Malformed {
        Matcher parts = parts(message, FINAL);
        byte[] binding = base64(parts.group(2));
        boolean ours = new String(binding, StandardCharsets.UTF_8).equals(header)
                && parts.group(3).equals(nonce);
        if (!ours) {
            throw new Malformed("the messages do not belong together");
        }
        byte[] all = (messages + "," + parts.group(1)).getBytes(StandardCharsets.UTF_8);
        return verifier().matches(base64(parts.group(4)), all)
                ? "v=" + Base64.getEncoder().encodeToString(verifier().signature(all))
                : "";
    }

    private static Matcher parts(Secret message, Pattern form) throws Malformed {
        try {
            String text = message.size() > MESSAGE_BYTES_MAX
                    ? ""
                    : StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(message.bytes()))
                            .toString();
            Matcher parts = form.matcher(text);
            if (parts.matches()) {
                return parts;
            }
        } catch (CharacterCodingException noText) {
            throw new Malformed("not UTF-8");
        }
        throw new Malformed("not a message of " + METHOD);
    }

    private static byte[] base64(String text) throws Malformed {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new Malformed("not base64");
        }
    }

    /** {@code =2C} is a comma, {@code =3D} an equals sign, and nothing else begins with one. */
    private static String unescaped(String name) throws Malformed {
        String plain = name.replace("=2C", ",").replace("=3D", "\0");
        if (plain.indexOf('=') >= 0) {
            throw new Malformed("not a name of " + METHOD);
        }
        return plain.replace('\0', '=');
    }
}
