package io.waxwing.broker.network;

import io.waxwing.ledger.control.ChallengeTerms;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.GenesisFile;
import io.waxwing.ledger.control.JoinFile;
import io.waxwing.ledger.control.KeyPurpose;
import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Audience;
import io.waxwing.node.crypto.KeyFiles;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** A genesis for people: what they compare by telephone first. */
public final class GenesisText {
    private GenesisText() {}

    /** The lines. Says who has signed, which is true only of a verified file. */
    public static List<String> of(GenesisFile genesis) {
        Registry registry = genesis.registry();
        int validators = registry.validators().size();
        int faults = Quorum.faults(validators);
        List<String> lines = new ArrayList<>();
        lines.add("ledger       " + genesis.ledgerId());
        lines.add("origin       " + genesis.originLine());
        lines.add("time         " + Instant.ofEpochMilli(Objects.requireNonNull(registry.genesisTimeMs())));
        lines.add("validators   " + validators + ", quorum " + genesis.needed() + ", "
                + (faults == 0 ? "no fault tolerance" : "tolerates " + faults + " that fail or lie"));
        for (JoinFile member : genesis.members()) {
            int id = Objects.requireNonNull(registry.institutionNamed(member.institution()))
                    .id();
            lines.add(String.format(
                    Locale.ROOT,
                    "%-12s %s, %s, %s",
                    "member " + id,
                    member.institution(),
                    member.validator() ? "validator" : "observer",
                    member.peer()));
            lines.add("  origin key " + KeyFiles.fingerprint(member.key(KeyPurpose.ORIGIN)));
            lines.add("  TLS pin    " + member.pin());
        }
        for (Audience audience : registry.audiences()) {
            lines.add(audience(audience, registry));
        }
        lines.add("challenges   " + challenges(registry.challengeTerms()));
        lines.add("signed       " + genesis.signed().size() + " of " + validators + ": " + names(genesis.signed()));
        lines.add("not signed   " + names(genesis.unsigned()));
        return lines;
    }

    private static String challenges(ChallengeTerms terms) {
        return terms.areAllowed()
                ? "a payload that nobody gives is void after " + terms.blocks() + " blocks and "
                        + Duration.ofMillis(terms.timeMs())
                                .toString()
                                .substring(2)
                                .toLowerCase(Locale.ROOT)
                : "none: a payload that nobody gives stops delivery where it is missing";
    }

    private static String audience(Audience audience, Registry registry) {
        List<String> members = audience.institutionIds().stream()
                .map(id -> Objects.requireNonNull(registry.institution(id)).name())
                .toList();
        return String.format(
                Locale.ROOT,
                "%-12s %s; %d of %d must hold a payload (%s)",
                "audience " + audience.audienceId(),
                audience.audienceId() == Genesis.EVERYBODY ? "all" : names(members),
                audience.holdersNeeded(),
                members.size(),
                audience.availability().word());
    }

    private static String names(List<String> names) {
        return names.isEmpty() ? "nobody" : String.join(", ", names);
    }
}
