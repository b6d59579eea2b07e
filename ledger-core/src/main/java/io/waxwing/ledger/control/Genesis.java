package io.waxwing.ledger.control;

import io.waxwing.ledger.control.Registry.Audience;
import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.note.TrustPolicy.Witness;
import io.waxwing.ledger.sign.Signer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Makes the first CONFIG leaf. A ledger of one: institution 1, origin 1, audience 1, Q = 1. */
public final class Genesis {
    public static final int SOLO_INSTITUTION = 1;
    public static final int SOLO_ORIGIN = 1;
    public static final long SOLO_AUDIENCE = 1;

    // Some verifiers compare the origin line with a host name, so it is one: no scheme, port or path.
    private static final Pattern HOST =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private Genesis() {}

    /** The public keys of one institution and its origin key, which signs the approval. */
    public record SoloKeys(ByteString voteKey, ByteString cosignerKey, ByteString logKey, Signer originKey) {}

    /**
     * The CONFIG leaf of a ledger of one, approved by its origin key.
     *
     * @param originLine a bare host name in lower case, such as {@code ledger.example}
     * @param institution letters a-z, digits and inner hyphens
     */
    public static ConfigLeaf solo(String originLine, String institution, SoloKeys keys) {
        check(HOST, originLine, "the origin line is a bare host name in lower case");
        check(NAME, institution, "an institution's name is lower-case letters, digits and hyphens");
        Institution member =
                new Institution(SOLO_INSTITUTION, institution, true, keys.voteKey(), keys.cosignerKey(), keys.logKey());
        Origin origin =
                new Origin(SOLO_ORIGIN, SOLO_INSTITUTION, true, keys.originKey().publicKey());
        Audience audience = new Audience(SOLO_AUDIENCE, Availability.QUORUM, Set.of(SOLO_INSTITUTION));
        Registry registry = new Registry(
                Map.of(SOLO_INSTITUTION, member),
                Map.of(SOLO_ORIGIN, origin),
                Map.of(SOLO_AUDIENCE, audience),
                Map.of());
        ConfigLeaf bare =
                new ConfigLeaf(0, 0, Hash.ZERO, policy(originLine, member).encode(), registry.encode(), List.of());
        ByteString approval = ByteString.of(keys.originKey().sign(bare.signedMessage(Hash.ZERO)));
        return bare.withApprovals(List.of(new ConfigLeaf.Approval(SOLO_ORIGIN, approval)));
    }

    private static TrustPolicy policy(String originLine, Institution member) {
        NoteKey log = new NoteKey(originLine, NoteKey.LOG, member.logKey());
        Witness witness = new Witness(member.name(), cosignerKey(originLine, member), null);
        return TrustPolicy.threshold(log, List.of(witness), Quorum.of(1));
    }

    /** An institution's cosigner key, named {@code <institution>.<origin line>}. */
    public static NoteKey cosignerKey(String originLine, Institution member) {
        return new NoteKey(member.name() + "." + originLine, NoteKey.COSIGNATURE, member.cosignerKey());
    }

    private static void check(Pattern pattern, String text, String rule) {
        if (!pattern.matcher(text).matches()) {
            throw new MalformedException(MalformedException.REGISTRY, rule + ", got '" + text + "'");
        }
    }
}
