package io.waxwing.http.exchange;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/** Strong entity tags that are hashes of the bytes, and conditional answers. */
public final class ETags {
    private static final int TAG_BYTES = 18;

    private ETags() {}

    /** Quoted, from SHA-256. */
    public static String of(byte[] body) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
            return '"' + Base64.getUrlEncoder().encodeToString(Arrays.copyOf(hash, TAG_BYTES)) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The body, or 304 if the request's If-None-Match names the ETag in {@code headers}. */
    public static HttpResponse answer(Exchange exchange, ResponseHeaders headers, HttpData body) {
        String wanted = exchange.header(HttpHeaderNames.IF_NONE_MATCH);
        String tag = headers.get(HttpHeaderNames.ETAG);
        if (wanted != null && tag != null && (wanted.strip().equals("*") || wanted.contains(tag))) {
            return HttpResponse.of(headers.toBuilder()
                    .status(HttpStatus.NOT_MODIFIED)
                    .removeAndThen(HttpHeaderNames.CONTENT_TYPE)
                    .build());
        }
        return HttpResponse.of(headers, body);
    }
}
