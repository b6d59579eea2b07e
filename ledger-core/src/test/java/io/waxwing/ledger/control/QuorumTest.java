package io.waxwing.ledger.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.fixture.SeedSigner;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuorumTest {
    @Test
    void twoQuorumsShareAnHonestValidatorAndTheHonestOnesAreOne() {
        for (int n = 1; n <= 40; n++) {
            int f = Quorum.faults(n);
            int q = Quorum.of(n);
            assertThat(2 * q - n).as("n = " + n).isGreaterThan(f);
            assertThat(n - f).as("n = " + n).isGreaterThanOrEqualTo(q);
        }
        assertThat(new int[] {Quorum.of(1), Quorum.of(4), Quorum.of(7), Quorum.of(10), Quorum.of(13)})
                .containsExactly(1, 3, 5, 7, 9);
        assertThat(new int[] {Quorum.of(16), Quorum.of(20)}).containsExactly(11, 14);
    }

    private static ConfigLeaf genesis(String originLine) {
        return Genesis.solo(
                originLine,
                "acme",
                new Genesis.SoloKeys(
                        SeedSigner.named("vote").publicKey(),
                        SeedSigner.named("cosigner").publicKey(),
                        SeedSigner.named("log").publicKey(),
                        SeedSigner.named("origin")));
    }

    @Test
    void aLedgerOfOneIsWholeAndApproved() {
        ConfigLeaf genesis = genesis("ledger.example");
        Registry registry = Registry.parse(genesis.registry());
        assertThat(registry.encode()).isEqualTo(genesis.registry());
        assertThat(registry.validators()).hasSize(1);
        Registry.Audience audience = Objects.requireNonNull(registry.audience(1));
        assertThat(audience.holdersNeeded()).isEqualTo(1);
        TrustPolicy policy = TrustPolicy.parse(genesis.policy().toBytes());
        assertThat(policy.logs().get(0).key().name()).isEqualTo("ledger.example");
        assertThat(policy.witnesses().get(0).key().name()).isEqualTo("acme.ledger.example");
        assertThat(new JdkSignatureCheck()
                        .verify(
                                SeedSigner.named("origin").publicKey(),
                                genesis.signedMessage(Hash.ZERO),
                                genesis.approvals().get(0).signature()))
                .isTrue();
        assertThat(genesis("ledger.example").configHash()).isEqualTo(genesis.configHash());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Ledger.example", "ledger.example/log", "ledger.example:443", "a b", "-a.example", "a..b"})
    void anOriginLineIsABareHostName(String originLine) {
        assertThatThrownBy(() -> genesis(originLine)).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "origin 1 1 active %s\n",
                "institution 1 a validator %s %s\n",
                "institution 1 a voter %s %s %s\n",
                "institution 01 a validator %s %s %s\n",
                "institution 1 a validator %s %s %s",
                "institution  1 a validator %s %s %s\n",
                "institution 2 b observer %s %s %s\ninstitution 1 a validator %s %s %s\n",
                "audience 1 quorum 1\n",
                "member 1\n",
                "institution 99999 a validator %s %s %s\n"
            })
    void aRegistryOfAnotherFormIsRefused(String text) {
        String filled = text.replace("%s", Hash.ZERO.hex());
        assertThatThrownBy(() -> Registry.parse(ByteString.utf8(filled)))
                .isInstanceOfSatisfying(
                        MalformedException.class, e -> assertThat(e.code()).isEqualTo(MalformedException.REGISTRY));
    }
}
