package io.waxwing.broker.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.waxwing.broker.config.JwtSettings;
import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.identity.Secret;
import java.text.ParseException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON Web Tokens of one identity provider (RFC 7519, 8725). Good is a token signed by one of its published keys with
 * an asymmetric algorithm, of its issuer, for this audience, not ended and with an end; a clock may be wrong by half a
 * minute. Keys that a token brings itself are not looked at.
 */
final class IdentityTokens {
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);
    private static final int CLOCK_SKEW_SECONDS = 30;
    private static final int TOKEN_BYTES_MAX = 16 << 10;
    private static final int ROLES_MAX = 256;

    private final JwtSettings settings;
    private volatile DefaultJWTProcessor<SecurityContext> processor;

    /** Whom a token names. */
    record Identity(String name, List<String> roles, long expiresMs) {
        Identity {
            roles = List.copyOf(roles);
        }
    }

    IdentityTokens(JwtSettings settings) {
        this.settings = settings;
        this.processor = processor(new JWKSet());
    }

    /** From now on these keys are the provider's. @throws ParseException if the text is no key set */
    void keys(String jwks) throws ParseException {
        processor = processor(JWKSet.parse(jwks).toPublicJWKSet());
    }

    private DefaultJWTProcessor<SecurityContext> processor(JWKSet keys) {
        DefaultJWTProcessor<SecurityContext> made = new DefaultJWTProcessor<>();
        made.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        made.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, new ImmutableJWKSet<>(keys)));
        DefaultJWTClaimsVerifier<SecurityContext> claims = new DefaultJWTClaimsVerifier<>(
                Set.of(settings.audience()),
                new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
                Set.of("exp", settings.userClaim()),
                null);
        claims.setMaxClockSkew(CLOCK_SKEW_SECONDS);
        made.setJWTClaimsSetVerifier(claims);
        return made;
    }

    /** Whether a secret has the form of such a token. */
    static boolean isOne(Secret secret) {
        String text = secret.text();
        return text.startsWith("eyJ") && text.chars().filter(c -> c == '.').count() == 2;
    }

    /** Whom the token names; null if it is not good. Takes a signature check: not on an event loop. */
    @Nullable Identity verified(Secret token) {
        if (token.size() > TOKEN_BYTES_MAX) {
            return null;
        }
        try {
            JWTClaimsSet claims = processor.process(token.text(), null);
            String name = claims.getStringClaim(settings.userClaim());
            List<String> roles =
                    settings.rolesClaim().isEmpty() ? null : claims.getStringListClaim(settings.rolesClaim());
            boolean legal = name != null && Principal.isName(name) && (roles == null || roles.size() <= ROLES_MAX);
            return legal
                    ? new Identity(
                            name,
                            roles == null ? List.of() : roles,
                            claims.getExpirationTime().toInstant().toEpochMilli())
                    : null;
        } catch (ParseException | BadJOSEException | JOSEException notGood) {
            return null;
        }
    }
}
