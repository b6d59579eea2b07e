package io.waxwing.http.rest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Bytes {@code [from, to)} of a content of so many.
 *
 * @param isPart somebody asked for a range
 */
record ByteRange(long from, long to, long size, boolean isPart) {
    private static final Pattern ONE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    static ByteRange whole(long size) {
        return new ByteRange(0, size, size, false);
    }

    /**
     * What a Range header (RFC 9110 section 14.2) asks for; everything if there is none or one that is not understood,
     * which is left alone, like several ranges; null if nothing of it is there.
     */
    static @Nullable ByteRange of(@Nullable String header, long size) {
        Matcher one = ONE.matcher(header == null ? "" : header.strip());
        if (!one.matches() || (one.group(1).isEmpty() && one.group(2).isEmpty())) {
            return whole(size);
        }
        if (one.group(1).isEmpty()) {
            long last = Math.min(size, Long.parseLong(one.group(2)));
            return last == 0 ? null : new ByteRange(size - last, size, size, true);
        }
        long from = Long.parseLong(one.group(1));
        long to = one.group(2).isEmpty() ? size : Math.min(size, Long.parseLong(one.group(2)) + 1);
        if (!one.group(2).isEmpty() && Long.parseLong(one.group(2)) < from) {
            return whole(size);
        }
        return from >= size ? null : new ByteRange(from, to, size, true);
    }

    long length() {
        return to - from;
    }

    /** For Content-Range. */
    String text() {
        return "bytes " + from + "-" + (to - 1) + "/" + size;
    }
}
