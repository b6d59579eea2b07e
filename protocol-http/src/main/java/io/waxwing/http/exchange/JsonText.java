package io.waxwing.http.exchange;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** Writes small flat JSON answers; numbers beyond 2^53 are written as decimal strings by whoever calls. */
public final class JsonText {
    private static final JsonStringEncoder ESCAPES = JsonStringEncoder.getInstance();

    private final StringBuilder text = new StringBuilder(256);
    private boolean first = true;

    public JsonText open() {
        text.append('{');
        first = true;
        return this;
    }

    public JsonText close() {
        text.append('}');
        first = false;
        return this;
    }

    public JsonText openArray() {
        text.append('[');
        first = true;
        return this;
    }

    public JsonText closeArray() {
        text.append(']');
        first = false;
        return this;
    }

    /** Begins a member whose value is written by the next call ({@code open}, {@code openArray}, {@code raw}). */
    public JsonText name(String name) {
        comma();
        quote(name);
        text.append(':');
        first = true;
        return this;
    }

    public JsonText member(String name, String value) {
        comma();
        quote(name);
        text.append(':');
        quote(value);
        return this;
    }

    public JsonText member(String name, long value) {
        comma();
        quote(name);
        text.append(':').append(value);
        return this;
    }

    public JsonText member(String name, boolean value) {
        comma();
        quote(name);
        text.append(':').append(value);
        return this;
    }

    /** An element of an array that is a text. */
    public JsonText text(String value) {
        comma();
        quote(value);
        return this;
    }

    /** Goes to the next element of an array. */
    public JsonText element() {
        comma();
        first = true;
        return this;
    }

    /** Appends JSON as it is. */
    public JsonText raw(CharSequence json) {
        text.append(json);
        first = false;
        return this;
    }

    private void comma() {
        if (!first) {
            text.append(',');
        }
        first = false;
    }

    private void quote(String value) {
        text.append('"');
        ESCAPES.quoteAsString(value, text);
        text.append('"');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
