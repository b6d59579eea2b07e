package io.waxwing.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.simplex.Validators;
import io.waxwing.node.crypto.NodeKeys;
import org.junit.jupiter.api.Test;

class PeerNamesTest {
    private static String institution(int id, String role) {
        NodeKeys keys = ConsortiumKeys.of(id);
        return "institution " + id + " m" + id + " " + role + " " + keys.vote().publicKey() + " "
                + keys.cosigner().publicKey() + " " + keys.log().publicKey() + "\n";
    }

    private static String origin(int originId, int institutionId, String state) {
        return "origin " + originId + " " + institutionId + " " + state + " "
                + ConsortiumKeys.of(originId).origin().publicKey() + "\n";
    }

    @Test
    void ofTwoNodesOfAnInstitutionOneIsTheValidatorAndTheOtherAnObserver() {
        Registry registry = Registry.parse(ByteString.utf8(institution(1, "validator")
                + institution(2, "validator")
                + institution(3, "observer")
                + origin(1, 1, "retired")
                + origin(2, 1, "active")
                + origin(3, 2, "active")
                + origin(4, 1, "active")
                + origin(5, 3, "active")
                + "audience 1 quorum 1,2\n"));
        PeerNames names = new PeerNames(registry);
        assertThat(names.nameOf(2)).isZero();
        assertThat(names.nameOf(3)).isEqualTo(1);
        assertThat(names.nameOf(4)).isEqualTo(Validators.MAX + 4);
        assertThat(names.nameOf(5)).isEqualTo(Validators.MAX + 5);
        assertThat(names.nodeOf(0)).isEqualTo(2);
        assertThat(names.nodeOf(Validators.MAX + 4)).isEqualTo(4);
    }
}
