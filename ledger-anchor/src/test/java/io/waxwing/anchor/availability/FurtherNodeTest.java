package io.waxwing.anchor.availability;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.control.Change;
import io.waxwing.ledger.control.ConfigProposal;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.JoinFile;
import io.waxwing.ledger.control.KeyPurpose;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.testkit.epoch.Members;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Node 5 is a further one of the first institution; audience 2 is of the first and the second. */
class FurtherNodeTest {
    private static final int FURTHER = 5;
    private static final long PRIVATE = 2;

    private final Registry registry = registry("m0");

    private static Registry registry(String institution) {
        List<JoinFile> four = IntStream.range(0, 4)
                .mapToObj(member -> Members.join(member, 0))
                .toList();
        ConfigLeaf genesis = Genesis.of(four, new Genesis.Terms("l.example", Availability.QUORUM, 1));
        JoinFile other = Members.join(4, 0);
        Map<KeyPurpose, ByteString> keys =
                Map.of(KeyPurpose.ORIGIN, other.key(KeyPurpose.ORIGIN), KeyPurpose.TLS, other.key(KeyPurpose.TLS));
        JoinFile node = JoinFile.of(institution, false, other.peer(), keys, (purpose, message) -> new byte[64]);
        List<Change> changes =
                List.of(new Change.SetAudience(PRIVATE, Availability.ALL, Set.of(1, 2)), new Change.AddNode(node));
        return Registry.parse(ConfigProposal.of(genesis, changes, 1).leaf().registry());
    }

    @Test
    void itMayHoldWhatItsInstitutionMayHold() {
        io.waxwing.anchor.availability.Members members =
                new io.waxwing.anchor.availability.Members(registry, Hash.ZERO, Members.check());
        assertThat(members.isMember(FURTHER, Genesis.EVERYBODY)).isTrue();
        assertThat(members.isMember(FURTHER, PRIVATE)).isTrue();
        assertThat(AudienceNodes.of(registry, PRIVATE, FURTHER)).isNotNull();
    }

    @Test
    void ofAnInstitutionOutsideAnAudienceItMayNotAsk() {
        Registry outside = registry("m2");
        io.waxwing.anchor.availability.Members members =
                new io.waxwing.anchor.availability.Members(outside, Hash.ZERO, Members.check());
        assertThat(members.isMember(FURTHER, Genesis.EVERYBODY)).isTrue();
        assertThat(members.isMember(FURTHER, PRIVATE)).isFalse();
        assertThat(AudienceNodes.of(outside, PRIVATE, FURTHER)).isNull();
    }

    @Test
    void twoNodesOfAnInstitutionAreOneHolder() {
        AudienceNodes nodes = Objects.requireNonNull(AudienceNodes.of(registry, PRIVATE, 1));
        assertThat(nodes.others().keySet()).containsExactly(2, FURTHER);
        assertThat(nodes.holdersNeeded()).isEqualTo(2);
        assertThat(nodes.institutionsWith(Set.of(FURTHER))).isOne();
        assertThat(nodes.institutionsWith(Set.of(2, FURTHER))).isEqualTo(2);
    }
}
