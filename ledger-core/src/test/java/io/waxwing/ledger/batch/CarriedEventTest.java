package io.waxwing.ledger.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CarriedEventTest {
    private static final byte[] CONTENT = "the payload".getBytes(StandardCharsets.UTF_8);

    private final CarriedEvent event =
            new CarriedEvent(1, 1, true, 5, Sha256.digest(CONTENT), "a/b", new byte[] {1, 2}, CONTENT);

    private static CarriedEvent read(CarriedEvent written) {
        ByteWriter out = new ByteWriter(256);
        written.writeTo(out);
        assertThat(out.toBytes()).hasSize(written.encodedSize());
        return CarriedEvent.readFrom(new ByteReader(out.toBytes(), MalformedException.BATCH));
    }

    @Test
    void whatIsErasedKeepsItsCommitmentAndNothingElseThatIsSecret() {
        CarriedEvent erased = event.erased();
        assertThat(erased.payloadCommit()).isEqualTo(event.payloadCommit());
        assertThat(erased.salt()).isEqualTo(Hash.ZERO);
        assertThat(erased.headers()).isEmpty();
        assertThat(new String(erased.payload(), StandardCharsets.ISO_8859_1)).doesNotContain("payload");
        assertThat(erased.erased()).isSameAs(erased);
        CarriedEvent again = read(erased);
        assertThat(again.isErased()).isTrue();
        assertThat(again.retain()).isTrue();
        assertThat(again.topic()).isEqualTo("a/b");
        assertThat(again.payloadCommit()).isEqualTo(event.payloadCommit());
        assertThat(read(event).isErased()).isFalse();
    }

    @Test
    void anErasedEventWithContentIsMalformed() {
        byte[] commitments = event.erased().payload();
        CarriedEvent salted = new CarriedEvent(1, 1, true, 5, event.salt(), "a/b", new byte[0], commitments, true);
        assertThatThrownBy(() -> read(salted)).isInstanceOf(MalformedException.class);
        CarriedEvent full = new CarriedEvent(1, 1, true, 5, Hash.ZERO, "a/b", new byte[0], CONTENT, true);
        assertThatThrownBy(() -> read(full)).isInstanceOf(MalformedException.class);
    }
}
