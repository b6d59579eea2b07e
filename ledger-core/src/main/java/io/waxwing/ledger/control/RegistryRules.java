package io.waxwing.ledger.control;

import static io.waxwing.ledger.control.ConfigRules.require;

import io.waxwing.ledger.control.Registry.Audience;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.control.Registry.Node;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.control.Registry.Topic;
import io.waxwing.ledger.hash.ByteString;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What every registry keeps of the one before it: nothing that has an id is given away a second time. Names of
 * institutions and keys inside one registry are unique by its form already.
 */
final class RegistryRules {
    private RegistryRules() {}

    /** Throws {@link io.waxwing.ledger.failure.LedgerFailure} WXW-3194 naming what is lost or used again. */
    static void check(Registry before, Registry after) {
        require(
                Objects.equals(before.genesisTimeMs(), after.genesisTimeMs()),
                "the time of the first block is history");
        checkInstitutions(before, after);
        checkOrigins(before, after);
        checkKeys(before, after);
        checkNodes(after);
        checkAudiences(before, after);
    }

    private static void checkInstitutions(Registry before, Registry after) {
        for (Institution old : before.institutions()) {
            Institution now = after.institution(old.id());
            require(now != null && now.name().equals(old.name()), "institution " + old.id() + " is gone or renamed");
            boolean removed = !before.isMember(old.id());
            require(!removed || old.equals(now), old.name() + " was removed: it joins again under another name");
        }
        for (Institution now : after.institutions()) {
            require(!now.validator() || after.isMember(now.id()), now.name() + " votes without an active origin");
        }
    }

    private static void checkOrigins(Registry before, Registry after) {
        for (Origin old : before.origins()) {
            Origin now = after.origin(old.originId());
            require(
                    now != null && now.institutionId() == old.institutionId(),
                    "origin " + old.originId() + " is gone or belongs to another institution");
            require(old.active() || old.equals(now), "origin " + old.originId() + " is retired for ever");
        }
        for (Institution old : before.institutions()) {
            Integer main = before.mainNode(old.id());
            require(
                    main == null || !after.isMember(old.id()) || main.equals(after.mainNode(old.id())),
                    "another node than " + main + " would vote for " + old.name());
        }
        for (Origin now : after.origins()) {
            require(now.originId() <= Genesis.MAX_INSTITUTIONS, "origin " + now.originId() + " has no bit");
        }
    }

    /** A key that somebody has serves him for the same, or nobody for anything. */
    private static void checkKeys(Registry before, Registry after) {
        Map<ByteString, String> uses = uses(before);
        uses(after).forEach((key, use) -> {
            String old = uses.getOrDefault(key, use);
            require(old.equals(use), "the key " + key + " was " + old + " and becomes " + use);
        });
    }

    private static Map<ByteString, String> uses(Registry registry) {
        Map<ByteString, String> uses = new HashMap<>();
        for (Institution institution : registry.institutions()) {
            uses.put(institution.voteKey(), "the vote key of " + institution.name());
            uses.put(institution.cosignerKey(), "the cosigner key of " + institution.name());
            uses.put(institution.logKey(), "the log key of " + institution.name());
        }
        registry.origins().forEach(origin -> uses.put(origin.key(), "the key of origin " + origin.originId()));
        return uses;
    }

    private static void checkNodes(Registry after) {
        Set<Object> taken = new HashSet<>();
        for (Node node : after.nodes()) {
            require(taken.add(node.address()), "two nodes listen at " + node.address());
            require(taken.add(node.pin()), "two nodes show one TLS key");
            Origin origin = after.origin(node.originId());
            require(origin != null && origin.active(), "a retired origin has a node");
        }
    }

    private static void checkAudiences(Registry before, Registry after) {
        for (Audience old : before.audiences()) {
            require(after.audience(old.audienceId()) != null, "audience " + old.audienceId() + " is gone");
        }
        for (Audience now : after.audiences()) {
            Audience old = before.audience(now.audienceId());
            boolean active = now.institutionIds().stream().allMatch(after::isMember);
            require(active || now.equals(old), "audience " + now.audienceId() + " has one that is no member");
        }
        for (Topic old : before.topics()) {
            Topic now = after.topic(old.tag());
            require(now != null && (old.active() || !now.active()), "tag " + old.tag() + " is gone or open again");
        }
        for (Topic now : after.topics()) {
            require(after.audience(now.audienceId()) != null, "tag " + now.tag() + " has no audience");
        }
    }
}
