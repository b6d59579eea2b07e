package io.waxwing.ledger.control;

import io.waxwing.ledger.control.Registry.Audience;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.ConfigLeaf.Approval;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.sign.Signer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The genesis of a ledger of several, as it goes round for signatures. LF-ended text; any other form is refused.
 *
 * <pre>
 * waxwing-genesis v1
 * ledger &lt;ledgerId, hexadecimal&gt;
 * policy &lt;number of lines&gt;          then the trust policy
 * registry &lt;number of lines&gt;        then the registry
 * join &lt;number of lines&gt;            then a join file; once per institution, in the order of their ids
 * signature &lt;originId&gt; &lt;64 bytes, hexadecimal&gt;      in the order of originId
 * </pre>
 *
 * Policy, registry and ledgerId follow from the join files, the origin line, the audiences and the time; they are
 * written out for the reader, and reading computes them again. So whoever merged the file decided nothing else, and
 * whoever signs it sees each member's proofs. A signature is an origin key's over the bytes that an approval of the
 * CONFIG leaf signs (ledger.md section 5).
 */
public final class GenesisFile {
    /** Larger files are refused before they are read. */
    public static final int MAX_BYTES = 512 * 1024;

    private static final String TITLE = "waxwing-genesis v1";

    private final List<JoinFile> members;
    private final ConfigLeaf config;
    private final Registry registry;
    private final List<Approval> signatures;

    private GenesisFile(List<JoinFile> members, ConfigLeaf config, List<Approval> signatures) {
        this.members = Genesis.inOrder(members);
        this.config = config;
        this.registry = Registry.parse(config.registry());
        this.signatures = signatures.stream()
                .sorted(Comparator.comparingInt(Approval::originId))
                .toList();
    }

    /**
     * Merges the members' files, with no signature yet.
     *
     * @throws LedgerFailure WXW-3140 if a proof of possession is wrong, WXW-3141 if they cannot make a ledger together
     */
    public static GenesisFile merge(List<JoinFile> members, Genesis.Terms terms, SignatureCheck check) {
        members.forEach(member -> member.verify(check));
        return new GenesisFile(members, Genesis.of(members, terms), List.of());
    }

    /**
     * Reads a file; proofs and signatures are not checked. Throws {@link LedgerFailure} WXW-3014 for another form,
     * WXW-3141 if its members cannot make a ledger together.
     */
    public static GenesisFile parse(ByteString file) {
        if (file.size() > MAX_BYTES) {
            throw malformed("a genesis of " + file.size() + " bytes is too large");
        }
        try {
            GenesisFile parsed = read(new TextLines(file, MalformedException.GENESIS));
            if (parsed.encode().equals(file)) {
                return parsed;
            }
        } catch (MalformedException e) {
            throw e.code().equals(MalformedException.GENESIS) ? e : malformed(e.text());
        }
        throw malformed(
                "the ledgerId, the policy or the registry is not what the join files give, or the order differs");
    }

    private static GenesisFile read(TextLines lines) {
        lines.expect(TITLE);
        lines.after("ledger ");
        ByteString policy = lines.section("policy", 2 * Genesis.MAX_INSTITUTIONS + 2);
        ByteString registry = lines.section("registry", 3 * Genesis.MAX_INSTITUTIONS + Genesis.MAX_AUDIENCES + 2);
        List<JoinFile> members = new ArrayList<>();
        while (lines.startsWith("join ") && members.size() < Genesis.MAX_INSTITUTIONS) {
            members.add(JoinFile.parse(lines.section("join", JoinFile.LINES)));
        }
        List<Approval> signatures = new ArrayList<>();
        while (lines.startsWith("signature ") && signatures.size() < Genesis.MAX_INSTITUTIONS) {
            Approval signature = signature(lines.after("signature "));
            if (signatures.stream().anyMatch(other -> other.originId() == signature.originId())) {
                throw malformed("origin " + signature.originId() + " has signed twice");
            }
            signatures.add(signature);
        }
        lines.expectEnd();
        ConfigLeaf config = Genesis.of(members, terms(policy, Registry.parse(registry)));
        return new GenesisFile(members, config, signatures);
    }

    private static Approval signature(String text) {
        int space = text.indexOf(' ');
        if (space < 1 || !text.substring(0, space).matches("[1-9][0-9]?")) {
            throw malformed("not a signature: " + text);
        }
        return new Approval(Integer.parseInt(text.substring(0, space)), ByteString.fromHex(text.substring(space + 1)));
    }

    private static Genesis.Terms terms(ByteString policy, Registry registry) {
        List<TrustPolicy.Log> logs = TrustPolicy.parse(policy.toBytes()).logs();
        Audience everybody = registry.audience(Genesis.EVERYBODY);
        Long timeMs = registry.genesisTimeMs();
        if (logs.isEmpty() || everybody == null || timeMs == null) {
            throw malformed("the policy names no log, or the registry no audience of all or no time");
        }
        List<Genesis.PrivateAudience> audiences = registry.audiences().stream()
                .filter(audience -> audience.audienceId() != Genesis.EVERYBODY)
                .map(audience -> new Genesis.PrivateAudience(audience.availability(), names(audience, registry)))
                .toList();
        return new Genesis.Terms(
                logs.get(0).key().name(), everybody.availability(), timeMs, audiences, registry.challengeTerms());
    }

    private static Set<String> names(Audience audience, Registry registry) {
        return audience.institutionIds().stream()
                .map(id -> Objects.requireNonNull(registry.institution(id)).name())
                .collect(Collectors.toSet());
    }

    /** The file. */
    public ByteString encode() {
        StringBuilder text = new StringBuilder(TITLE + "\n");
        text.append("ledger " + ledgerId() + "\n");
        section(text, "policy", config.policy());
        section(text, "registry", config.registry());
        members.forEach(member -> section(text, "join", member.encode()));
        signatures.forEach(
                signature -> text.append("signature " + signature.originId() + " " + signature.signature() + "\n"));
        return ByteString.of(text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static void section(StringBuilder text, String title, ByteString lines) {
        String content = new String(lines.toBytes(), StandardCharsets.US_ASCII);
        text.append(title + " " + content.lines().count() + "\n").append(content);
    }

    /** The first CONFIG leaf, which carries no approvals. */
    public ConfigLeaf config() {
        return config;
    }

    /** H of the first CONFIG leaf: what the institutions compare before they sign, and the same whoever has signed. */
    public Hash ledgerId() {
        return config.configHash();
    }

    public Registry registry() {
        return registry;
    }

    /** The first line of every checkpoint. */
    public String originLine() {
        return TrustPolicy.parse(config.policy().toBytes()).logs().get(0).key().name();
    }

    /** The join files, in the order of the institutions' ids. */
    public List<JoinFile> members() {
        return members;
    }

    /**
     * The institution with these public keys.
     *
     * @throws LedgerFailure WXW-3145 if none has all of them, saying which differs if one has some
     */
    public Institution memberWith(Map<KeyPurpose, ByteString> publicKeys) {
        for (JoinFile member : members) {
            if (member.publicKeys().equals(publicKeys)) {
                return Objects.requireNonNull(registry.institutionNamed(member.institution()));
            }
        }
        for (JoinFile member : members) {
            for (KeyPurpose purpose : KeyPurpose.values()) {
                if (member.key(purpose).equals(publicKeys.get(purpose))) {
                    throw new LedgerFailure(
                            CeremonyCodes.STRANGER,
                            "these are not all the keys of " + member.institution() + ": only some, such as the "
                                    + purpose.word() + " key, are the same");
                }
            }
        }
        throw new LedgerFailure(CeremonyCodes.STRANGER, "no institution of ledger " + ledgerId() + " has these keys");
    }

    /** The file with one more signature. Throws {@link LedgerFailure} WXW-3145 if the key is no member's. */
    public GenesisFile signedBy(Signer originKey) {
        for (Origin origin : registry.origins()) {
            if (origin.key().equals(originKey.publicKey())) {
                ByteString signature = ByteString.of(originKey.sign(config.signedMessage(Hash.ZERO)));
                return with(List.of(new Approval(origin.originId(), signature)));
            }
        }
        throw new LedgerFailure(CeremonyCodes.STRANGER, "no institution of ledger " + ledgerId() + " has this key");
    }

    /** The signatures of both files in one. Throws {@link LedgerFailure} WXW-3144 if they are of different ledgers. */
    public GenesisFile unitedWith(GenesisFile other) {
        if (!ledgerId().equals(other.ledgerId())) {
            throw new LedgerFailure(
                    CeremonyCodes.OTHER_GENESIS,
                    "one file is of ledger " + ledgerId() + ", another of " + other.ledgerId());
        }
        return with(other.signatures);
    }

    private GenesisFile with(List<Approval> more) {
        Map<Integer, Approval> all = new TreeMap<>();
        signatures.forEach(signature -> all.put(signature.originId(), signature));
        more.forEach(signature -> all.putIfAbsent(signature.originId(), signature));
        return new GenesisFile(members, config, List.copyOf(all.values()));
    }

    /**
     * Checks every proof of possession and every signature there is, not how many there are.
     *
     * @throws LedgerFailure WXW-3140 or WXW-3142 naming the institution
     */
    public void verify(SignatureCheck check) {
        members.forEach(member -> member.verify(check));
        byte[] message = config.signedMessage(Hash.ZERO);
        for (Approval signature : signatures) {
            Origin origin = registry.origin(signature.originId());
            if (origin == null) {
                throw new LedgerFailure(
                        CeremonyCodes.SIGNATURE,
                        "a signature names origin " + signature.originId() + ", which nobody has");
            }
            if (!check.verify(origin.key(), message, signature.signature())) {
                throw new LedgerFailure(CeremonyCodes.SIGNATURE, "the signature of " + nameOf(origin) + " is wrong");
            }
        }
    }

    /**
     * Checks everything, and that a quorum of the validators has signed: what a node does before it starts.
     *
     * @throws LedgerFailure WXW-3140 or WXW-3142 as {@link #verify}; WXW-3143 naming who has not signed
     */
    public void requireQuorum(SignatureCheck check) {
        verify(check);
        int signed = signed().size();
        if (signed < needed()) {
            throw new LedgerFailure(
                    CeremonyCodes.UNSIGNED,
                    "signed by " + signed + " of " + registry.validators().size() + " validators, " + needed()
                            + " are needed; missing: " + String.join(", ", unsigned()));
        }
    }

    /** Q: how many validators have to sign. */
    public int needed() {
        return Quorum.of(registry.validators().size());
    }

    /** The validators that have signed, by name; believe it after {@link #verify} only. */
    public List<String> signed() {
        return signatures.stream()
                .map(signature -> registry.origin(signature.originId()))
                .filter(Objects::nonNull)
                .map(this::nameOf)
                .filter(name ->
                        Objects.requireNonNull(registry.institutionNamed(name)).validator())
                .toList();
    }

    /** The validators that have not signed, by name. */
    public List<String> unsigned() {
        List<String> signed = signed();
        return registry.validators().stream()
                .map(Institution::name)
                .filter(name -> !signed.contains(name))
                .toList();
    }

    private String nameOf(Origin origin) {
        return Objects.requireNonNull(registry.institution(origin.institutionId()))
                .name();
    }

    private static MalformedException malformed(String text) {
        return new MalformedException(MalformedException.GENESIS, text);
    }
}
