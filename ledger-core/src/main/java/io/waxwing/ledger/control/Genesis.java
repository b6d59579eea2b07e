package io.waxwing.ledger.control;

import io.waxwing.ledger.control.Registry.Audience;
import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.control.Registry.Node;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.note.TrustPolicy.Witness;
import io.waxwing.ledger.sign.Signer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes the first CONFIG leaf. A ledger of one: institution 1, origin 1, audience 1, Q = 1, approved by its own origin
 * key. A ledger of several: institutions 1 to n in the order of their names, each with the origin of the same number
 * and its node; audience 1 is all of them, further ones are those that the terms name; the policy has the log and the
 * cosigner key of each validator and asks for Q cosignatures.
 *
 * <p>The first leaf of several carries no approvals: they stand beside it in the {@link GenesisFile}. The ledgerId is
 * the hash of this leaf, and an id that depended on who had signed so far would make two ledgers of one genesis.
 */
public final class Genesis {
    public static final int SOLO_INSTITUTION = 1;
    public static final int SOLO_ORIGIN = 1;
    public static final long SOLO_AUDIENCE = 1;

    /** The audience of all institutions. */
    public static final long EVERYBODY = 1;
    /** Audiences that a genesis can have besides that of all. */
    public static final int MAX_AUDIENCES = 64;
    /** An availability certificate has a bit for each origin from 0 to 63. */
    public static final int MAX_INSTITUTIONS = 63;

    private Genesis() {}

    /** The public keys of one institution and its origin key, which signs the approval. */
    public record SoloKeys(ByteString voteKey, ByteString cosignerKey, ByteString logKey, Signer originKey) {}

    /**
     * What a ledger of several begins with besides its members.
     *
     * @param originLine first line of every checkpoint: a bare host name that the consortium owns
     * @param availability how many of all must hold a payload
     * @param timeMs time of the first block in milliseconds since 1970
     * @param audiences those of some of the members: they get the ids from 2 on, in this order
     * @param challenges how long a challenge runs
     */
    public record Terms(
            String originLine,
            Availability availability,
            long timeMs,
            List<PrivateAudience> audiences,
            ChallengeTerms challenges) {
        public Terms {
            audiences = List.copyOf(audiences);
            Names.originLine(originLine);
            if (timeMs < 1) {
                throw members("a ledger does not begin at " + timeMs + " ms since 1970");
            }
            if (audiences.size() > MAX_AUDIENCES) {
                throw members("a genesis names up to " + MAX_AUDIENCES + " audiences, got " + audiences.size());
            }
        }

        /** Terms with the usual time for challenges. */
        public Terms(String originLine, Availability availability, long timeMs, List<PrivateAudience> audiences) {
            this(originLine, availability, timeMs, audiences, ChallengeTerms.USUAL);
        }

        /** Terms of a ledger with no audience but that of all. */
        public Terms(String originLine, Availability availability, long timeMs) {
            this(originLine, availability, timeMs, List.of());
        }
    }

    /**
     * Some of the members who keep the payloads of some topics among themselves. It has a number and no name: a name
     * would be seen by those who are not in it.
     *
     * @param institutions their names
     */
    public record PrivateAudience(Availability availability, Set<String> institutions) {
        public PrivateAudience {
            institutions = Collections.unmodifiableSet(new TreeSet<>(institutions));
            if (institutions.isEmpty()) {
                throw members("an audience has at least one member");
            }
        }
    }

    /**
     * The CONFIG leaf of a ledger of one, approved by its origin key.
     *
     * @param originLine a bare host name in lower case, such as {@code ledger.example}
     * @param institution letters a-z, digits and inner hyphens
     */
    public static ConfigLeaf solo(String originLine, String institution, SoloKeys keys) {
        Names.originLine(originLine);
        Names.institution(institution);
        Institution member =
                new Institution(SOLO_INSTITUTION, institution, true, keys.voteKey(), keys.cosignerKey(), keys.logKey());
        Registry registry = new Registry(new Registry.Items()
                .add(member)
                .add(new Origin(
                        SOLO_ORIGIN, SOLO_INSTITUTION, true, keys.originKey().publicKey()))
                .add(new Audience(SOLO_AUDIENCE, Availability.QUORUM, Set.of(SOLO_INSTITUTION))));
        ConfigLeaf bare = leaf(originLine, registry);
        ByteString approval = ByteString.of(keys.originKey().sign(bare.signedMessage(Hash.ZERO)));
        return bare.withApprovals(List.of(new ConfigLeaf.Approval(SOLO_ORIGIN, approval)));
    }

    /**
     * The CONFIG leaf of a ledger of several, without approvals. The same members and terms give the same leaf, in
     * whatever order the members are named. Proofs of possession are not checked here.
     *
     * @throws LedgerFailure WXW-3141 if there are too few or too many, or two share a name, a key, a pin, an address or
     *     the short id of a log key
     */
    public static ConfigLeaf of(List<JoinFile> members, Terms terms) {
        checkMembers(members, terms.originLine());
        Registry.Items items = new Registry.Items();
        Map<String, Integer> everybody = new HashMap<>();
        for (JoinFile member : inOrder(members)) {
            int id = everybody.size() + 1;
            everybody.put(member.institution(), id);
            items.add(new Institution(
                    id,
                    member.institution(),
                    member.validator(),
                    member.key(KeyPurpose.VOTE),
                    member.key(KeyPurpose.COSIGNER),
                    member.key(KeyPurpose.LOG)));
            items.add(new Origin(id, id, true, member.key(KeyPurpose.ORIGIN)));
            items.add(new Node(id, member.peer(), member.pin()));
        }
        items.add(new Audience(EVERYBODY, terms.availability(), Set.copyOf(everybody.values())));
        long audienceId = EVERYBODY;
        for (PrivateAudience audience : terms.audiences()) {
            audienceId++;
            items.add(new Audience(audienceId, audience.availability(), ids(audience, everybody)));
        }
        items.genesisTimeMs = terms.timeMs();
        items.challengeTerms = terms.challenges();
        return leaf(terms.originLine(), new Registry(items));
    }

    private static Set<Integer> ids(PrivateAudience audience, Map<String, Integer> everybody) {
        Set<Integer> ids = new TreeSet<>();
        for (String name : audience.institutions()) {
            Integer id = everybody.get(name);
            if (id == null) {
                throw members("an audience names " + name + ", who does not join");
            }
            ids.add(id);
        }
        return ids;
    }

    /** The members in the order of their ids. */
    static List<JoinFile> inOrder(List<JoinFile> members) {
        return members.stream()
                .sorted(Comparator.comparing(JoinFile::institution))
                .toList();
    }

    private static ConfigLeaf leaf(String originLine, Registry registry) {
        ByteString policy = policy(originLine, registry.validators()).encode();
        return new ConfigLeaf(0, 0, Hash.ZERO, policy, registry.encode(), List.of());
    }

    /** The policy that a registry gives: all logs and cosigners of its validators, and Q of them. */
    static TrustPolicy policy(String originLine, List<Institution> validators) {
        List<NoteKey> logKeys = new ArrayList<>();
        List<Witness> witnesses = new ArrayList<>();
        for (Institution validator : validators) {
            logKeys.add(logKey(originLine, validator));
            witnesses.add(new Witness(validator.name(), cosignerKey(originLine, validator), null));
        }
        return TrustPolicy.threshold(logKeys, witnesses, Quorum.of(validators.size()));
    }

    /** An institution's log key, named exactly as the origin line. */
    public static NoteKey logKey(String originLine, Institution member) {
        return new NoteKey(originLine, NoteKey.LOG, member.logKey());
    }

    /** An institution's cosigner key, named {@code <institution>.<origin line>}. */
    public static NoteKey cosignerKey(String originLine, Institution member) {
        return new NoteKey(member.name() + "." + originLine, NoteKey.COSIGNATURE, member.cosignerKey());
    }

    private static void checkMembers(List<JoinFile> members, String originLine) {
        if (members.size() < 2 || members.size() > MAX_INSTITUTIONS) {
            throw members("a ledger of several has 2 to " + MAX_INSTITUTIONS + " institutions, got " + members.size());
        }
        if (members.stream().noneMatch(JoinFile::validator)) {
            throw members("nobody votes: at least one institution joins as validator");
        }
        Map<String, String> owners = new HashMap<>();
        for (JoinFile member : members) {
            if (member.isNode()) {
                throw members("a further node of " + member.institution() + " is added when the ledger runs");
            }
            own(owners, member, "the name " + member.institution());
            own(owners, member, "the address " + member.peer());
            for (KeyPurpose purpose : KeyPurpose.values()) {
                own(owners, member, "the key " + member.key(purpose));
            }
            // Checkpoint lines name a log key by four bytes of its hash beside the one name that all of them have.
            int keyId = new NoteKey(originLine, NoteKey.LOG, member.key(KeyPurpose.LOG)).keyId();
            own(owners, member, "the log key id " + String.format("%08x", keyId));
        }
    }

    private static void own(Map<String, String> owners, JoinFile member, String what) {
        String other = owners.put(what, member.institution());
        if (other != null) {
            throw members(member.institution() + " and " + other + " both have " + what);
        }
    }

    private static LedgerFailure members(String text) {
        return new LedgerFailure(CeremonyCodes.MEMBERS, text);
    }
}
