package io.waxwing.http.members;

import com.linecorp.armeria.common.HttpHeaderNames;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;

/** The secret that shows a request to come from the node's operator: {@code Authorization: Bearer <token>}. */
public final class OperatorToken {
    private static final String SCHEME = "Bearer ";

    private final byte[] expected;

    /** {@code token} is printable ASCII. */
    public OperatorToken(String token) {
        this.expected = token.getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether the request has it; takes the same time however wrong it is. */
    public boolean isShown(Exchange exchange) {
        String header = Objects.requireNonNullElse(exchange.header(HttpHeaderNames.AUTHORIZATION), "");
        boolean bearer = header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        byte[] given = bearer ? header.substring(SCHEME.length()).getBytes(StandardCharsets.UTF_8) : new byte[0];
        return MessageDigest.isEqual(given, expected);
    }

    /** Throws {@link ProblemException} 401 if the request does not have it. */
    public void require(Exchange exchange) {
        if (!isShown(exchange)) {
            exchange.context().setAdditionalResponseHeader(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
            throw new ProblemException(new Problem(
                    401,
                    FailureCode.OPERATOR_ONLY,
                    "want the header Authorization: Bearer with the text of operator.token in the node's data folder",
                    null));
        }
    }
}
