package io.waxwing.bus.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.bus.failure.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TopicPolicyTest {
    @ParameterizedTest
    @CsvSource({"ORDERED, ACCEPTED", "SEALED, ACCEPTED", "LOCAL, ORDERED"})
    void refusesPromisesThatTheClassCannotKeep(DeliveryClass deliveryClass, AckPolicy ack) {
        assertThatThrownBy(() -> new TopicPolicy(deliveryClass, ack))
                .isInstanceOf(RefusedException.class)
                .hasMessageStartingWith("WXW-1009");
    }

    @Test
    void aPublisherMayAskForMoreOrLessButNeverForAnUnsyncedWriteThatWasNotConfigured() {
        TopicPolicy ordered = new TopicPolicy(DeliveryClass.ORDERED, AckPolicy.ORDERED);
        assertThat(ordered.canGive(AckPolicy.DURABLE)).isTrue();
        assertThat(ordered.canGive(AckPolicy.ACCEPTED)).isFalse();
        TopicPolicy local = new TopicPolicy(DeliveryClass.LOCAL, AckPolicy.ACCEPTED);
        assertThat(local.canGive(AckPolicy.ACCEPTED)).isTrue();
        assertThat(local.canGive(AckPolicy.ORDERED)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(DeliveryClass.class)
    void storedCodesNameTheSameClassForEver(DeliveryClass deliveryClass) {
        assertThat(DeliveryClass.ofCode(deliveryClass.code())).isSameAs(deliveryClass);
        assertThat(DeliveryClass.ORDERED.code()).isEqualTo(1);
        assertThat(AckPolicy.ORDERED.code()).isEqualTo(3);
        assertThatThrownBy(() -> DeliveryClass.ofCode(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AckPolicy.ofCode(9)).isInstanceOf(IllegalArgumentException.class);
    }
}
