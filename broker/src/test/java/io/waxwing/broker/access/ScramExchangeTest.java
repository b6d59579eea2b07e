package io.waxwing.broker.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.StringPreparation;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Secret;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SCRAM-SHA-256 by itself: the RFC's example, another implementation as the client, and whoever lies. */
class ScramExchangeTest {
    private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";
    private static final String OURS = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final int ITERATIONS = 4_096;
    /** The verifier of the password pencil under the salt of RFC 7677, as PostgreSQL stores it. */
    private static final String PENCIL = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ=="
            + "$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

    private final SecureRandom random = new SecureRandom();

    private static ScramExchange exchange(ScramVerifier verifier) {
        return new ScramExchange(OURS, name -> verifier);
    }

    private static Secret said(String text) {
        return Secret.utf8(text);
    }

    @Test
    @DisplayName("RFC 7677 section 3: the example, byte for byte")
    void theExampleOfTheRfc() throws Exception {
        ScramExchange exchange = exchange(ScramVerifier.parse(PENCIL));
        assertThat(exchange.first(said("n,,n=user,r=" + NONCE)))
                .isEqualTo("r=" + NONCE + OURS + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
        assertThat(exchange.last(said("c=biws,r=" + NONCE + OURS + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")))
                .isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        assertThat(exchange.user()).isEqualTo("user");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "correct horse",
                "a,b=c",
                "p\u00e4ssw\u00f6rd",
                "I\u00adX",
                "\u00aa and \u2168",
                "n\u00a0b\u3000s\u2009p",
                "\u0627\u0644\u0633\u0631",
                "\ud83d\ude00 smile"
            })
    @DisplayName("Another implementation's client comes in with that password, and knows the server by its signature")
    void anotherImplementationComesIn(String password) throws Exception {
        ScramExchange exchange = exchange(ScramVerifier.of(Secret.utf8(password), ITERATIONS, random));
        ScramClient client = client(password);
        client.serverFirstMessage(
                exchange.first(said(client.clientFirstMessage().toString())));
        String last = exchange.last(said(client.clientFinalMessage().toString()));
        assertThat(last).isNotEmpty();
        client.serverFinalMessage(last); // Throws if the signature is not the server's.
        ScramExchange other = exchange(ScramVerifier.of(Secret.utf8("another horse"), ITERATIONS, random));
        ScramClient wrong = client(password);
        wrong.serverFirstMessage(other.first(said(wrong.clientFirstMessage().toString())));
        assertThat(other.last(said(wrong.clientFinalMessage().toString()))).isEmpty();
    }

    private static ScramClient client(String password) {
        return ScramClient.builder()
                .advertisedMechanisms(List.of(ScramExchange.METHOD))
                .username("al,i=ce")
                .password(password.toCharArray())
                .stringPreparation(StringPreparation.POSTGRESQL_PREPARATION)
                .build();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n,,",
                "n,,n=user",
                "n,,n=,r=" + NONCE,
                "n,,n=us=er,r=" + NONCE,
                "n,,n=user,r=short",
                "n,,n=user,r=with space in it",
                "n,,m=must,n=user,r=" + NONCE,
                "n,a=root,n=user,r=" + NONCE,
                "p=tls-unique,,n=user,r=" + NONCE,
                "p=tls-exporter,,n=user,r=" + NONCE,
                "x,,n=user,r=" + NONCE,
                "n=user,r=" + NONCE
            })
    @DisplayName("What is no first message, binds to a channel, must be understood, or acts for another one is refused")
    void illegalFirstMessages(String message) {
        ScramExchange exchange = exchange(ScramVerifier.parse(PENCIL));
        assertThatThrownBy(() -> exchange.first(said(message))).isInstanceOf(ScramExchange.Malformed.class);
    }

    @Test
    @DisplayName("Not UTF-8, and too long")
    void illegalBytes() {
        ScramExchange exchange = exchange(ScramVerifier.parse(PENCIL));
        assertThatThrownBy(() -> exchange.first(Secret.of(new byte[] {'n', ',', ',', (byte) 0xff})))
                .isInstanceOf(ScramExchange.Malformed.class);
        assertThatThrownBy(() -> exchange.first(said("n,,n=" + "u".repeat(3_000) + ",r=" + NONCE)))
                .isInstanceOf(ScramExchange.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"y,,n=user,r=", "n,a=user,n=user,r=", "n,,n=user,x=1,r=", "n,,n=user,r="})
    @DisplayName(
            "A client that would bind if the server could, or acts for itself, goes on; its header is held against it")
    void legalFirstMessages(String begin) throws Exception {
        ScramExchange exchange = exchange(ScramVerifier.parse(PENCIL));
        if (begin.contains("x=1")) {
            assertThatThrownBy(() -> exchange.first(said(begin + NONCE))).isInstanceOf(ScramExchange.Malformed.class);
            return;
        }
        assertThat(exchange.first(said(begin + NONCE + ",x=1"))).startsWith("r=" + NONCE + OURS);
        String proof = ",r=" + NONCE + OURS + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
        // eSws is y,, and biws is n,, in base64: whoever changed the flag on the way is found out here.
        String changed = begin.startsWith("y") ? "biws" : "eSws";
        assertThatThrownBy(() -> exchange.last(said("c=" + changed + proof)))
                .isInstanceOf(ScramExchange.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c=biws,r=" + NONCE + OURS,
                "c=biws,r=" + NONCE + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                "c=biws,r=" + OURS + NONCE + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                "c=biws,m=x,r=" + NONCE + OURS + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                "c=biws,r=" + NONCE + OURS + ",p=====",
                "c=b,r=" + NONCE + OURS + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
            })
    @DisplayName("What is no last message, or not of this exchange, is refused")
    void illegalLastMessages(String message) throws Exception {
        ScramExchange exchange = exchange(ScramVerifier.parse(PENCIL));
        exchange.first(said("n,,n=user,r=" + NONCE));
        assertThatThrownBy(() -> exchange.last(said(message))).isInstanceOf(ScramExchange.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVU=",
                "AAAA",
                "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQA"
            })
    @DisplayName("A proof that is wrong by a bit, too short or too long is wrong")
    void wrongProofs(String proof) throws Exception {
        ScramExchange exchange = exchange(ScramVerifier.parse(PENCIL));
        exchange.first(said("n,,n=user,r=" + NONCE));
        assertThat(exchange.last(said("c=biws,r=" + NONCE + OURS + ",p=" + proof)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-256$4095:", "SCRAM-SHA-256$99999999:", "SCRAM-SHA-1$4096:", "SCRAM-SHA-256$x:"})
    @DisplayName("A verifier of another form, or that asks too little or too much of clients, is refused")
    void verifiersAreChecked(String begin) {
        assertThat(ScramVerifier.parse(PENCIL).text()).isEqualTo(PENCIL);
        assertThatThrownBy(() -> ScramVerifier.parse(PENCIL.replace("SCRAM-SHA-256$4096:", begin)))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> new AccessText.Kept(true, 4_095)).isInstanceOf(RefusedException.class);
    }
}
