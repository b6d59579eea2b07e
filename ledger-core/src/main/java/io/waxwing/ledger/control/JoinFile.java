package io.waxwing.ledger.control;

import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.sign.EcdsaP256;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.sign.StrictEd25519;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What an institution hands to the others to become a member: who it is, where its node listens, its public keys, and
 * for each key the proof that it has the private one. LF-ended lines in this order; any other form is refused.
 *
 * <pre>
 * waxwing-join v1
 * institution &lt;name&gt;
 * role validator|observer|node
 * peer &lt;host:port&gt;
 * key vote|cosigner|log|origin &lt;Ed25519 key, hexadecimal&gt;      four lines
 * key tls &lt;SubjectPublicKeyInfo of a P-256 key, hexadecimal&gt;
 * pin &lt;SHA-256 of the line before's bytes, hexadecimal&gt;
 * proof vote|cosigner|log|origin|tls &lt;64-byte signature, hexadecimal&gt;      five lines
 * </pre>
 *
 * The file of a further node, which follows for an institution that is a member, has role {@code node} and of the lines
 * for keys and proofs only those for origin and tls, nine lines in all: it has no key to vote with.
 *
 * <p>A proof is the key's signature over "evl/join/v1\n" || purpose || "\n" || the lines up to the pin: nobody can put
 * another's key, or his own under another purpose or name, into a file of his own.
 *
 * @param institution its name
 * @param validator whether it votes
 * @param peer where its node listens for others
 * @param publicKeys a key for every purpose, of a further node for two
 * @param proofs a signature for each of them
 */
public record JoinFile(
        String institution,
        boolean validator,
        PeerAddress peer,
        Map<KeyPurpose, ByteString> publicKeys,
        Map<KeyPurpose, ByteString> proofs) {
    /** Lines of an institution's join file. */
    public static final int LINES = 15;
    /** Larger files are refused before they are read. */
    public static final int MAX_BYTES = 8 * 1024;

    private static final String DOMAIN = "evl/join/v1\n";
    private static final String TITLE = "waxwing-join v1";
    private static final List<KeyPurpose> PURPOSES = List.of(KeyPurpose.values());
    private static final List<KeyPurpose> NODE_PURPOSES = List.of(KeyPurpose.ORIGIN, KeyPurpose.TLS);

    public JoinFile {
        boolean node = isOfNode(publicKeys);
        publicKeys = copyOf(publicKeys, node, "key");
        proofs = copyOf(proofs, node, "proof");
        if (node && validator) {
            throw malformed("a further node of " + institution + " does not vote");
        }
        Names.institution(institution);
        checkKeys(institution, publicKeys);
    }

    /** Whoever has the private keys. */
    @FunctionalInterface
    public interface Possession {
        /** The 64-byte signature of the message by the key for that purpose. */
        byte[] sign(KeyPurpose purpose, byte[] message);
    }

    /** Makes the file of an institution. Throws {@link MalformedException} if a name or key may not be registered. */
    public static JoinFile of(
            String institution,
            boolean validator,
            PeerAddress peer,
            Map<KeyPurpose, ByteString> publicKeys,
            Possession possession) {
        Map<KeyPurpose, ByteString> none = new EnumMap<>(KeyPurpose.class);
        publicKeys.keySet().forEach(purpose -> none.put(purpose, ByteString.EMPTY));
        JoinFile unproven = new JoinFile(institution, validator, peer, publicKeys, none);
        Map<KeyPurpose, ByteString> proofs = new EnumMap<>(KeyPurpose.class);
        for (KeyPurpose purpose : unproven.purposes()) {
            proofs.put(purpose, ByteString.of(possession.sign(purpose, unproven.signedMessage(purpose))));
        }
        return new JoinFile(institution, validator, peer, publicKeys, proofs);
    }

    /** True for a further node of an institution, which has an origin key and a TLS key and no other. */
    public boolean isNode() {
        return isOfNode(publicKeys);
    }

    private static boolean isOfNode(Map<KeyPurpose, ByteString> keys) {
        return keys.keySet().equals(Set.copyOf(NODE_PURPOSES));
    }

    private List<KeyPurpose> purposes() {
        return isNode() ? NODE_PURPOSES : PURPOSES;
    }

    /** The key for a purpose; a further node has no others than its two. */
    public ByteString key(KeyPurpose purpose) {
        return Objects.requireNonNull(publicKeys.get(purpose));
    }

    /** What a peer checks of this institution's certificate: SHA-256 of the TLS key's SubjectPublicKeyInfo. */
    public Hash pin() {
        return pinOf(key(KeyPurpose.TLS));
    }

    /** The pin of a TLS key. */
    public static Hash pinOf(ByteString subjectPublicKeyInfo) {
        return Sha256.digest(subjectPublicKeyInfo.toBytes());
    }

    /**
     * Checks that every key's proof is its own.
     *
     * @throws LedgerFailure WXW-3140 naming the institution and the key
     */
    public void verify(SignatureCheck check) {
        for (KeyPurpose purpose : purposes()) {
            byte[] message = signedMessage(purpose);
            ByteString proof = Objects.requireNonNull(proofs.get(purpose));
            boolean valid = purpose == KeyPurpose.TLS
                    ? EcdsaP256.verify(key(purpose), message, proof)
                    : check.verify(key(purpose), message, proof);
            if (!valid) {
                throw new LedgerFailure(
                        CeremonyCodes.POSSESSION,
                        institution + ": the proof that it has the private " + purpose.word() + " key is wrong");
            }
        }
    }

    /** The file. */
    public ByteString encode() {
        StringBuilder text = new StringBuilder(statement());
        for (KeyPurpose purpose : purposes()) {
            text.append("proof " + purpose.word() + " " + proofs.get(purpose) + "\n");
        }
        return ByteString.of(text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads a file. Throws {@link MalformedException} WXW-3013; proofs are not checked. */
    public static JoinFile parse(ByteString file) {
        if (file.size() > MAX_BYTES) {
            throw malformed("a join file of " + file.size() + " bytes is too large");
        }
        try {
            JoinFile parsed = read(new TextLines(file, MalformedException.JOIN));
            if (parsed.encode().equals(file)) {
                return parsed;
            }
        } catch (MalformedException e) {
            throw e.code().equals(MalformedException.JOIN) ? e : malformed(e.text());
        }
        throw malformed("the join file is not in its one form");
    }

    private static JoinFile read(TextLines lines) {
        lines.expect(TITLE);
        String institution = lines.after("institution ");
        String role = lines.after("role ");
        PeerAddress peer = PeerAddress.parse(lines.after("peer "));
        List<KeyPurpose> purposes = role.equals("node") ? NODE_PURPOSES : PURPOSES;
        Map<KeyPurpose, ByteString> keys = new EnumMap<>(KeyPurpose.class);
        purposes.forEach(purpose -> keys.put(purpose, ByteString.fromHex(lines.after("key " + purpose.word() + " "))));
        String pin = lines.after("pin ");
        Map<KeyPurpose, ByteString> proofs = new EnumMap<>(KeyPurpose.class);
        for (KeyPurpose purpose : purposes) {
            ByteString proof = ByteString.fromHex(lines.after("proof " + purpose.word() + " "));
            proofs.put(purpose, proof.requireSize(64, "a proof"));
        }
        lines.expectEnd();
        JoinFile parsed = new JoinFile(institution, role.equals("validator"), peer, keys, proofs);
        if (!parsed.pin().hex().equals(pin)) {
            throw malformed("the pin is not that of the TLS key");
        }
        return parsed;
    }

    private byte[] signedMessage(KeyPurpose purpose) {
        String statement = statement();
        ByteWriter out = new ByteWriter(DOMAIN.length() + 16 + statement.length());
        return out.ascii(DOMAIN).ascii(purpose.word() + "\n").ascii(statement).toBytes();
    }

    private String statement() {
        StringBuilder text = new StringBuilder(TITLE + "\n");
        text.append("institution " + institution + "\n");
        String role = isNode() ? "node" : "observer";
        text.append("role " + (validator ? "validator" : role) + "\n");
        text.append("peer " + peer + "\n");
        purposes().forEach(purpose -> text.append("key " + purpose.word() + " " + key(purpose) + "\n"));
        return text.append("pin " + pin() + "\n").toString();
    }

    private static Map<KeyPurpose, ByteString> copyOf(Map<KeyPurpose, ByteString> values, boolean node, String what) {
        for (KeyPurpose purpose : node ? NODE_PURPOSES : PURPOSES) {
            if (!values.containsKey(purpose)) {
                throw malformed("the " + what + " for " + purpose.word() + " is missing");
            }
        }
        return Collections.unmodifiableMap(new EnumMap<>(values));
    }

    private static void checkKeys(String institution, Map<KeyPurpose, ByteString> keys) {
        keys.forEach((purpose, key) -> {
            boolean accepted =
                    purpose == KeyPurpose.TLS ? EcdsaP256.acceptsKey(key) : StrictEd25519.acceptsKey(key.toBytes());
            if (!accepted) {
                throw malformed("the " + purpose.word() + " key of " + institution
                        + " is not registered: it is of another kind, not canonical or of small order");
            }
        });
        if (new HashSet<>(keys.values()).size() != keys.size()) {
            throw malformed(institution + " uses one key for two purposes");
        }
    }

    private static MalformedException malformed(String text) {
        return new MalformedException(MalformedException.JOIN, text);
    }
}
