package io.waxwing.http.cloudevents;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.exchange.PercentText;
import java.io.IOException;

/** One strict JSON factory: UTF-8 only, no duplicate names, one root value and nothing behind it. */
public final class JsonReading {
    private static final JsonFactory STRICT = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();
    private static final JsonFactory LOOSE_NAMES = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private JsonReading() {}

    /** A parser over a body that is known to be UTF-8. @throws NotACloudEvent WXW-1007 if it is not */
    static JsonParser open(byte[] body) throws IOException {
        try {
            PercentText.utf8(body, FailureCode.JSON, "the body");
        } catch (RefusedException notUtf8) {
            throw new NotACloudEvent(notUtf8.refusal(), null);
        }
        return STRICT.createParser(body);
    }

    /** WXW-1007 with line and column, never with the text around it. */
    static NotACloudEvent notJson(JsonProcessingException syntax) {
        String message = syntax.getOriginalMessage();
        String where = syntax.getLocation() == null
                ? ""
                : " (line " + syntax.getLocation().getLineNr() + ", column "
                        + syntax.getLocation().getColumnNr() + ")";
        return NotACloudEvent.of(FailureCode.JSON, AttributeRules.shown(message) + where, null);
    }

    /** True if the bytes are exactly one JSON value, so that they may stand in a JSON document as they are. */
    public static boolean isValue(byte[] bytes) {
        try (JsonParser parser = LOOSE_NAMES.createParser(bytes)) {
            PercentText.utf8(bytes, FailureCode.JSON, "data");
            JsonToken token = parser.nextToken();
            if (token == null) {
                return false;
            }
            parser.skipChildren();
            if (token.isScalarValue()) {
                parser.finishToken();
            }
            return parser.nextToken() == null;
        } catch (IOException | RefusedException notJson) {
            return false;
        }
    }
}
