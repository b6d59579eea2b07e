package io.waxwing.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class HeardTest {
    private final Heard heard = new Heard();

    private static byte[] points(int number) {
        return new byte[] {SnapshotFrame.POINTS, (byte) number};
    }

    private static byte[] leaves(int number) {
        return new byte[] {SnapshotFrame.LEAVES, (byte) number};
    }

    private String next() {
        Heard.Frame frame = Objects.requireNonNull(heard.poll());
        return frame.from + ": " + frame.bytes[0] + " " + frame.bytes[1];
    }

    @Test
    void aNodeThatSendsTooMuchDisplacesWhatItSaidAndNothingOfOthers() {
        heard.put(2, leaves(7));
        for (int i = 0; i < 100; i++) {
            heard.put(1, leaves(i));
            heard.put(1, points(i));
            heard.put(3, points(i));
        }

        assertThat(next()).isEqualTo("1: 4 99");
        assertThat(next()).isEqualTo("3: 4 99");
        assertThat(next()).isEqualTo("1: 12 99");
        assertThat(next()).isEqualTo("2: 12 7");
        assertThat(heard.poll()).isNull();
    }

    @Test
    void aNodeThatNeverStopsSendingIsHeardInTurn() {
        heard.put(1, leaves(1));
        heard.put(2, leaves(2));
        assertThat(next()).isEqualTo("1: 12 1");
        heard.put(1, leaves(3));
        assertThat(next()).isEqualTo("2: 12 2");
        assertThat(next()).isEqualTo("1: 12 3");
    }
}
