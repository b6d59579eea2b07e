package io.waxwing.broker.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.identity.Secret;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What becomes of a password before SCRAM hashes it (RFC 4013 section 2 and 3, RFC 3454 section 6). */
class SaslPrepTest {
    private static String prepared(String password) {
        return new String(SaslPrep.prepared(Secret.utf8(password)).bytes(), StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("the examples of RFC 4013: soft hyphens go, what looks alike becomes alike, case stays")
    void examplesOfTheRfc() {
        assertThat(prepared("I\u00adX")).isEqualTo("IX");
        assertThat(prepared("user")).isEqualTo("user");
        assertThat(prepared("USER")).isEqualTo("USER");
        assertThat(prepared("\u00aa")).isEqualTo("a");
        assertThat(prepared("\u2168")).isEqualTo("IX");
    }

    @Test
    @DisplayName("what may not be there leaves the whole password as it is, a soft hyphen beside it too")
    void prohibitedCharactersLeaveItAsItIs() {
        assertThat(prepared("a\u00ad\u0007")).isEqualTo("a\u00ad\u0007");
        assertThat(prepared("a\u00ad\ue000")).isEqualTo("a\u00ad\ue000");
    }

    @Test
    @DisplayName("right to left from the first character to the last is prepared, digits and marks between them too")
    void oneDirectionIsPrepared() {
        assertThat(prepared("\u0627\u00ad\u0628")).isEqualTo("\u0627\u0628");
        assertThat(prepared("\u05d0\u00ad1-2\u05d1")).isEqualTo("\u05d01-2\u05d1");
        assertThat(prepared("1\u00ad2")).as("no direction at all").isEqualTo("12");
    }

    @Test
    @DisplayName("both directions in one password leave it as it is")
    void mixedDirectionsLeaveItAsItIs() {
        assertThat(prepared("\u05d0\u00ada\u05d1")).isEqualTo("\u05d0\u00ada\u05d1");
        assertThat(prepared("a\u00ad\u0627")).isEqualTo("a\u00ad\u0627");
    }

    @Test
    @DisplayName("the RFC's own case: a digit at an end of what is written from right to left leaves it as it is")
    void bothEndsHaveTheDirection() {
        assertThat(prepared("\u0627\u00ad1")).isEqualTo("\u0627\u00ad1");
        assertThat(prepared("1\u00ad\u0627")).isEqualTo("1\u00ad\u0627");
    }
}
