package io.waxwing.http.cloudevents;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.FailureCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Structured and batched mode in the JSON event format 1.0.2. JSON data are kept as the very bytes that stood in the
 * document, not as a re-serialised value: numbers, order and spaces stay as the publisher wrote them.
 */
public final class StructuredMode {
    private final JsonParser parser;
    private final byte[] body;

    private StructuredMode(JsonParser parser, byte[] body) {
        this.parser = parser;
        this.body = body;
    }

    /** One element of a batch: an event, or why it is none. Exactly one of them is there. */
    public record Item(@Nullable CloudEvent event, @Nullable NotACloudEvent failure) {}

    /** Reads one event. @throws NotACloudEvent WXW-1004 to WXW-1007 */
    public static CloudEvent read(byte[] body) {
        try (JsonParser parser = JsonReading.open(body)) {
            StructuredMode reading = new StructuredMode(parser, body);
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw NotACloudEvent.of(FailureCode.CLOUDEVENT, "the body is no JSON object", "");
            }
            Item item = reading.object("");
            reading.end();
            return orThrow(item);
        } catch (JsonProcessingException syntax) {
            throw JsonReading.notJson(syntax);
        } catch (IOException impossible) {
            throw new UncheckedIOException("reading from memory", impossible);
        }
    }

    /**
     * Reads a batch, in order. A wrong event does not spoil the others; wrong JSON spoils all.
     *
     * @throws NotACloudEvent WXW-1007, WXW-1005 if it is no array, WXW-1106 beyond {@code max} events
     */
    public static List<Item> readBatch(byte[] body, int max) {
        try (JsonParser parser = JsonReading.open(body)) {
            StructuredMode reading = new StructuredMode(parser, body);
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw NotACloudEvent.of(FailureCode.CLOUDEVENT, "a batch is a JSON array", "");
            }
            List<Item> items = new ArrayList<>();
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                if (items.size() == max) {
                    throw NotACloudEvent.of(
                            FailureCode.BATCH_TOO_LARGE, "the batch has more than " + max + " events", null);
                }
                items.add(reading.element("/" + items.size(), token));
            }
            reading.end();
            return items;
        } catch (JsonProcessingException syntax) {
            throw JsonReading.notJson(syntax);
        } catch (IOException impossible) {
            throw new UncheckedIOException("reading from memory", impossible);
        }
    }

    private static CloudEvent orThrow(Item item) {
        if (item.failure() != null) {
            throw item.failure();
        }
        if (item.event() == null) {
            throw new IllegalStateException("invariant broken: an item is an event or a failure");
        }
        return item.event();
    }

    private Item element(String pointer, JsonToken token) throws IOException {
        if (token == JsonToken.START_OBJECT) {
            return object(pointer);
        }
        parser.skipChildren();
        return new Item(null, NotACloudEvent.of(FailureCode.CLOUDEVENT, "this is no JSON object", pointer));
    }

    private void end() throws IOException {
        if (parser.nextToken() != null) {
            throw NotACloudEvent.of(FailureCode.JSON, "something follows the JSON value", null);
        }
    }

    /** Reads to the end of the object even if it is wrong, so that the next element of a batch can be read. */
    private Item object(String pointer) throws IOException {
        AttributeRules attributes = new AttributeRules();
        @Nullable NotACloudEvent wrong = null;
        @Nullable Slice data = null;
        @Nullable Slice base64 = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            Slice value = slice(token);
            if (token == JsonToken.VALUE_NULL) {
                continue;
            }
            if (name.equals("data")) {
                data = value;
            } else if (name.equals("data_base64")) {
                base64 = value;
            } else if (wrong == null) {
                wrong = attribute(attributes, name, value, pointer + "/" + escape(name));
            }
        }
        if (wrong != null) {
            return new Item(null, wrong);
        }
        try {
            Attributes complete = attributes.complete(pointer);
            return new Item(new CloudEvent(complete, payload(complete, data, base64, pointer)), null);
        } catch (NotACloudEvent incomplete) {
            return new Item(null, incomplete);
        }
    }

    /** A value as bytes of the document, and its text if it is a string or a number. */
    private record Slice(
            JsonToken token, int from, int to, @Nullable String text) {}

    private Slice slice(JsonToken token) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        String text = null;
        if (token.isStructStart()) {
            parser.skipChildren();
        } else {
            parser.finishToken();
            text = parser.getText();
        }
        return new Slice(token, from, (int) parser.currentLocation().getByteOffset(), text);
    }

    private static @Nullable NotACloudEvent attribute(
            AttributeRules attributes, String name, Slice value, String pointer) {
        try {
            boolean string = value.token() == JsonToken.VALUE_STRING;
            if (AttributeRules.isCore(name) && !string) {
                return NotACloudEvent.of(FailureCode.CLOUDEVENT, "attribute '" + name + "' is no string", pointer);
            }
            String text = value.text();
            if (text == null || value.token() == JsonToken.VALUE_NUMBER_FLOAT) {
                return NotACloudEvent.of(
                        FailureCode.CLOUDEVENT,
                        "attribute '" + AttributeRules.shown(name) + "' is no string, boolean or integer",
                        pointer);
            }
            attributes.put(name, value.token() == JsonToken.VALUE_NUMBER_INT ? integer(text, pointer) : text, pointer);
            return null;
        } catch (NotACloudEvent wrong) {
            return wrong;
        }
    }

    private static String integer(String text, String pointer) {
        try {
            return Integer.toString(Integer.parseInt(text));
        } catch (NumberFormatException tooLarge) {
            throw NotACloudEvent.of(FailureCode.CLOUDEVENT, "an integer attribute has at most 32 bits", pointer);
        }
    }

    private Payload payload(Attributes attributes, @Nullable Slice data, @Nullable Slice base64, String pointer) {
        if (data != null && base64 != null) {
            throw NotACloudEvent.of(FailureCode.CLOUDEVENT, "data and data_base64 exclude each other", pointer);
        }
        if (base64 != null) {
            return binary(base64, pointer + "/data_base64");
        }
        if (data == null) {
            return Payload.EMPTY;
        }
        if (AttributeRules.isJson(attributes.get(Attributes.DATACONTENTTYPE))) {
            return Payload.of(Arrays.copyOfRange(body, data.from(), data.to()));
        }
        if (data.token() != JsonToken.VALUE_STRING || data.text() == null) {
            throw NotACloudEvent.of(
                    FailureCode.CLOUDEVENT,
                    "data of a datacontenttype that is not JSON is a string (or use data_base64)",
                    pointer + "/data");
        }
        if (!Attributes.isLegalValue(data.text().replaceAll("\\p{Cntrl}", ""))) {
            throw NotACloudEvent.of(FailureCode.CLOUDEVENT, "data has a lone surrogate", pointer + "/data");
        }
        return Payload.utf8(data.text());
    }

    private static Payload binary(Slice base64, String pointer) {
        if (base64.token() == JsonToken.VALUE_STRING && base64.text() != null) {
            try {
                return Payload.of(Base64.getDecoder().decode(base64.text().getBytes(StandardCharsets.ISO_8859_1)));
            } catch (IllegalArgumentException notBase64) {
                throw NotACloudEvent.of(FailureCode.CLOUDEVENT, "data_base64 is not base64", pointer);
            }
        }
        throw NotACloudEvent.of(FailureCode.CLOUDEVENT, "data_base64 is no string", pointer);
    }

    private static String escape(String name) {
        return AttributeRules.shown(name).replace("~", "~0").replace("/", "~1");
    }
}
