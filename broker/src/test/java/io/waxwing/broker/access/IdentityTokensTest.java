package io.waxwing.broker.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.broker.config.AccessSettings;
import io.waxwing.broker.config.JwtSettings;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Credentials;
import io.waxwing.bus.identity.Grant;
import io.waxwing.bus.identity.Login;
import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.identity.Secret;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Authentication;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of an identity provider, good ones and those of attackers (RFC 8725). */
class IdentityTokensTest {
    private static final String ISSUER = "https://id.bank-a.example";
    private static final JwtSettings SETTINGS =
            new JwtSettings(ISSUER, "waxwing", "keys.json", "sub", "roles", Duration.ofMinutes(10));

    private final IdentityTokens tokens = new IdentityTokens(SETTINGS);
    private ECKey key;

    @BeforeEach
    void publishKeys() throws Exception {
        key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
        tokens.keys(jwks(key));
    }

    private static String jwks(ECKey key) {
        return new JWKSet(key).toString(true);
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience("waxwing")
                .subject("alice")
                .expirationTime(Date.from(Instant.now().plusSeconds(600)));
    }

    private String signed(JWTClaimsSet.Builder claims) throws Exception {
        return signed(
                claims, new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k1").build(), new ECDSASigner(key));
    }

    private static String signed(JWTClaimsSet.Builder claims, JWSHeader header, JWSSigner signer) throws Exception {
        SignedJWT token = new SignedJWT(header, claims.build());
        token.sign(signer);
        return token.serialize();
    }

    private void isRefused(String token) {
        assertThat(tokens.verified(Secret.utf8(token))).isNull();
    }

    @Test
    void aGoodTokenNamesItsUserRolesAndEnd() throws Exception {
        Instant end = Instant.now().plusSeconds(600);
        IdentityTokens.Identity identity =
                tokens.verified(Secret.utf8(signed(claims().claim("roles", List.of("readers")))));
        assertThat(identity).isNotNull();
        assertThat(identity.name()).isEqualTo("alice");
        assertThat(identity.roles()).containsExactly("readers");
        assertThat(identity.expiresMs()).isBetween(end.toEpochMilli() - 5_000, end.toEpochMilli() + 5_000);
        String access = signed(
                claims(),
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(new JOSEObjectType("at+jwt"))
                        .build(),
                new ECDSASigner(key));
        assertThat(tokens.verified(Secret.utf8(access))).isNotNull();
    }

    @Test
    void anUnsignedTokenIsRefused() {
        String none = new PlainJWT(claims().build()).serialize();
        isRefused(none);
        String[] parts = none.split("\\.", -1);
        String otherCase = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"NoNe\"}".getBytes(StandardCharsets.UTF_8));
        isRefused(otherCase + "." + parts[1] + ".");
    }

    @Test
    void aTokenWithItsSignatureCutOffOrChangedIsRefused() throws Exception {
        String good = signed(claims());
        String[] parts = good.split("\\.", -1);
        isRefused(parts[0] + "." + parts[1] + ".");
        String forged = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(claims().subject("root").build().toString().getBytes(StandardCharsets.UTF_8));
        isRefused(parts[0] + "." + forged + "." + parts[2]);
    }

    @Test
    void thePublicKeyIsNoSecretToSignWith() throws Exception {
        byte[] asSecret = key.toPublicJWK().toString().getBytes(StandardCharsets.UTF_8);
        isRefused(signed(
                claims(), new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(), new MACSigner(asSecret)));
        OctetSequenceKey shared =
                new OctetSequenceKey.Builder(new byte[32]).keyID("k1").build();
        tokens.keys(new JWKSet(shared).toString(false));
        isRefused(signed(
                claims(), new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(), new MACSigner(new byte[32])));
    }

    @Test
    void aKeyThatTheTokenBringsItselfIsNotLookedAt() throws Exception {
        ECKey own = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
        isRefused(signed(
                claims(),
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .keyID("k1")
                        .jwk(own.toPublicJWK())
                        .build(),
                new ECDSASigner(own)));
    }

    @Test
    void anotherIssuerOrAudienceIsRefused() throws Exception {
        isRefused(signed(claims().issuer("https://id.evil.example")));
        isRefused(signed(claims().issuer(null)));
        isRefused(signed(claims().audience("another-service")));
        isRefused(signed(claims().audience((String) null)));
    }

    @Test
    void aTokenOutsideItsTimeIsRefused() throws Exception {
        isRefused(signed(claims().expirationTime(Date.from(Instant.now().minusSeconds(60)))));
        isRefused(signed(claims().expirationTime(null)));
        isRefused(signed(claims().notBeforeTime(Date.from(Instant.now().plusSeconds(300)))));
    }

    @Test
    void aNameThatIsNoneIsRefused() throws Exception {
        isRefused(signed(claims().subject("a/b")));
        isRefused(signed(claims().subject("$operator")));
        isRefused(signed(claims().subject("")));
        isRefused(signed(claims().subject(null)));
        isRefused(signed(claims().claim("roles", "not a list")));
        isRefused("eyJ.." + "x".repeat(20_000));
    }

    @Test
    void aTokenOfAKeyThatWasWithdrawnIsRefused() throws Exception {
        String token = signed(claims());
        tokens.keys(jwks(new ECKeyGenerator(Curve.P_256).keyID("k2").generate()));
        isRefused(token);
        assertThatThrownBy(() -> tokens.keys("<html>")).isInstanceOf(ParseException.class);
    }

    @Test
    void theGrantsAreThoseOfTheFileAndEndWithTheToken(@TempDir Path folder) throws Exception {
        AccessText text = new AccessText(folder.resolve("access"), new SecureRandom());
        text.add("alice", null);
        text.grant("alice", new Grant(true, Action.PUBLISH, "home/%u"));
        text.add("readers", null);
        text.grant("readers", new Grant(true, Action.SUBSCRIBE, "#"));
        Path keys = Files.writeString(folder.resolve("keys.json"), jwks(key));
        try (FileAuthentication door = door(folder.resolve("access"), keys.toString())) {
            Credentials shown = new Credentials.Bearer(Secret.utf8(signed(claims())));
            assertThat(login(door, shown)).as("before the keys are there").isEqualTo(FailureCode.LOGIN_WRONG);
            door.look();
            Access plain = (Access) login(door, shown);
            assertThat(plain.principal()).isEqualTo(new Principal("alice", Principal.Kind.TOKEN, "bank-a"));
            assertThat(plain.mayPublish("home/alice")).isTrue();
            assertThat(plain.mayReceive("x")).isFalse();
            String withRole = signed(claims().claim("roles", List.of("readers", "unknown")));
            Access reader = (Access) login(door, new Credentials.Password("alice", Secret.utf8(withRole)));
            assertThat(reader.mayReceive("x")).isTrue();
            assertThat(login(door, new Credentials.Password("bob", Secret.utf8(withRole))))
                    .isEqualTo(FailureCode.LOGIN_WRONG);
            assertThat(login(door, new Credentials.Bearer(Secret.utf8(signed(claims().subject("carol"))))))
                    .as("nobody in the file")
                    .isEqualTo(FailureCode.LOGIN_WRONG);
            Access short1 = (Access) login(
                    door,
                    new Credentials.Bearer(Secret.utf8(signed(
                            claims().expirationTime(Date.from(Instant.now().minusSeconds(2)))))));
            assertThat(short1.isOver())
                    .as("let in by the skew of clocks, over at the next look")
                    .isTrue();
            assertThat(reader.isOver()).isFalse();
        }
    }

    @Test
    void keysAreFetchedAndAProviderThatIsDownChangesNothing(@TempDir Path folder) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpServer provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/", exchange -> {
            boolean down = asked.incrementAndGet() == 1;
            byte[] body = jwks(key).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(down ? 503 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        provider.start();
        try {
            String url = "http://127.0.0.1:" + provider.getAddress().getPort() + "/keys";
            JwtSettings settings = new JwtSettings(ISSUER, "waxwing", url, "sub", "", Duration.ofMinutes(10));
            IdentityTokens fetched = new IdentityTokens(settings);
            ProviderKeys keys = new ProviderKeys(settings, fetched);
            Secret token = Secret.utf8(signed(claims()));
            long second = TimeUnit.SECONDS.toNanos(1);
            keys.look(0);
            assertThat(fetched.verified(token)).isNull();
            keys.look(second);
            assertThat(asked).as("not at every look").hasValue(1);
            keys.look(16 * second);
            assertThat(fetched.verified(token)).isNotNull();
            keys.look(60 * second);
            assertThat(asked).hasValue(2);
        } finally {
            provider.stop(0);
        }
    }

    private static FileAuthentication door(Path file, String keys) {
        JwtSettings jwt = new JwtSettings(ISSUER, "waxwing", keys, "sub", "roles", Duration.ofMinutes(10));
        AccessSettings settings = new AccessSettings(
                file, Duration.ofSeconds(1), 1, 10, 100, Duration.ofMinutes(1), false, "iot.command.requested", jwt);
        return new FileAuthentication(settings, "bank-a", "0f".repeat(32), new AccessActs(), new SimpleMeterRegistry());
    }

    private static Object login(FileAuthentication door, Credentials shown) throws Exception {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        door.authenticate(new Login(shown, "http", "192.0.2.1", null), new Authentication.Answer() {
            @Override
            public void admitted(Access access) {
                answer.complete(access);
            }

            @Override
            public void refused(Refusal refusal) {
                answer.complete(refusal.code());
            }
        });
        return answer.get(20, TimeUnit.SECONDS);
    }
}
