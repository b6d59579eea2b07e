package io.waxwing.broker.rules;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import com.networknt.schema.regex.RegularExpression;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Schema of the dialect 2020-12, ready to judge data. Nothing is ever fetched: references lead inside the schema
 * or it is refused. {@code format} is a remark, as the dialect has it. Any thread.
 */
final class TopicSchema {
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
    private static final String OWN_PARTS = "https://json-schema.org/draft/2020-12/";
    private static final int DEPTH_MAX = 64;
    private static final int NUMBER_CHARS = 64;
    private static final int DIALECT_STEPS = 1_000_000;
    private static final int SHOWN_CHARS = 200;
    private static final int PAIRS_A_STEP = 10;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxNumberLength(NUMBER_CHARS)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemaCacheEnabled(false)
                    .schemaLoader(loader -> loader.fetchRemoteResources(false)
                            .allow(iri -> iri.toString().startsWith(OWN_PARTS)))
                    .schemaRegistryConfig(SchemaRegistryConfig.builder()
                            .pathType(PathType.JSON_POINTER)
                            .locale(Locale.ROOT)
                            .regularExpressionFactory(Steps::pattern)
                            .build()));

    private static final Schema OF_SCHEMAS = REGISTRY.getSchema(SchemaLocation.of(DIALECT));

    private static final long HEADROOM = 16;

    private final Schema schema;
    private final int steps;
    // How often it asks whether items are unique.
    private final int uniques;

    private TopicSchema(Schema schema, int steps, int uniques) {
        this.schema = schema;
        this.steps = steps;
        this.uniques = uniques;
    }

    /** Reads it. @throws RefusedException WXW-1013 with the place */
    static TopicSchema of(String text, RuleLimits limits) {
        if (text.getBytes(StandardCharsets.UTF_8).length > limits.schemaBytes()) {
            throw refused("it has more than " + limits.schemaBytes() + " bytes (schemas.size)", null);
        }
        JsonNode document = document(text);
        requireOwn(document, "");
        TopicSchema dialect = new TopicSchema(OF_SCHEMAS, DIALECT_STEPS, 0);
        Refusal wrong = dialect.judge(document);
        if (wrong != null) {
            throw refused(wrong.detail(), wrong.pointer());
        }
        try {
            Schema made = REGISTRY.getSchema(document);
            made.initializeValidators();
            TopicSchema schema = new TopicSchema(made, limits.steps(), uniques(document));
            for (JsonNode trial : List.of(
                    JSON.createObjectNode(),
                    JSON.createArrayNode(),
                    JSON.getNodeFactory().textNode(""),
                    JSON.getNodeFactory().numberNode(0),
                    JSON.getNodeFactory().nullNode())) {
                schema.run(trial);
            }
            return schema;
        } catch (Steps.TooMany | StackOverflowError endless) {
            throw refused(
                    "looking at the smallest data takes more than " + limits.steps() + " steps (schemas.steps)", null);
        } catch (SchemaException | IllegalArgumentException e) {
            throw refused(shown(String.valueOf(e.getMessage())), null);
        }
    }

    /**
     * Reads one that was taken under other limits: of any size, and if looking at the smallest data takes more than the
     * steps of now, with as many and {@link #HEADROOM} times that for others.
     *
     * @throws RefusedException WXW-1013 if no setting would have taken it
     */
    static TopicSchema stored(String text, RuleLimits limits) {
        for (long steps = limits.steps(); steps < RuleLimits.STEPS_MAX; steps *= 2) {
            try {
                TopicSchema fits = of(text, limits.of((int) steps));
                long room = steps == limits.steps() ? steps : Math.min(RuleLimits.STEPS_MAX, steps * HEADROOM);
                return new TopicSchema(fits.schema, (int) room, fits.uniques);
            } catch (RefusedException tooFewSteps) {
                // Or none at all: the last try says so.
            }
        }
        return of(text, limits.of(RuleLimits.STEPS_MAX));
    }

    private static JsonNode document(String text) {
        try {
            JsonNode document = JSON.readTree(text);
            if (document != null && (document.isObject() || document.isBoolean())) {
                return document;
            }
        } catch (JsonProcessingException notJson) {
            throw refused("it is no JSON, or nested deeper than " + DEPTH_MAX, null);
        }
        throw refused("want an object, true or false", "");
    }

    /** What could have something fetched, or another dialect. */
    private static void requireOwn(JsonNode node, String at) {
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            String place = at + "/" + member.getKey().replace("~", "~0").replace("/", "~1");
            JsonNode value = member.getValue();
            String text = value.isTextual() ? value.textValue() : "";
            switch (member.getKey()) {
                case "$ref", "$dynamicRef" -> {
                    if (value.isTextual() && !text.startsWith("#")) {
                        throw refused("a reference leads inside the schema: want one that begins with #", place);
                    }
                }
                case "$schema" -> {
                    if (value.isTextual()
                            && (!at.isEmpty() || !text.replaceFirst("#$", "").equals(DIALECT))) {
                        throw refused("want " + DIALECT + ", at the root", place);
                    }
                }
                case "$id" -> {
                    if (value.isTextual() && !at.isEmpty()) {
                        throw refused("want none but at the root", place);
                    }
                }
                case "pattern" -> {
                    if (value.isTextual()) {
                        requirePattern(text, place);
                    }
                }
                case "patternProperties" -> value.fieldNames().forEachRemaining(each -> requirePattern(each, place));
                default -> {}
            }
            requireOwn(value, place);
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            requireOwn(node.get(i), at + "/" + i);
        }
    }

    private static void requirePattern(String text, String place) {
        try {
            RegularExpression unused = Steps.pattern(text);
        } catch (IllegalArgumentException none) {
            throw refused(shown(String.valueOf(none.getMessage())), place);
        }
    }

    private static RefusedException refused(String detail, @Nullable String at) {
        return new RefusedException(new Refusal(FailureCode.SCHEMA, detail, at));
    }

    /** Why data do not fit; null if they do. */
    @Nullable Refusal check(byte[] data) {
        JsonNode document;
        try {
            // From its bytes the parser would guess the encoding, and would read what others do not take for UTF-8.
            document = JSON.readTree(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(data))
                    .toString());
        } catch (CharacterCodingException notUtf8) {
            return mismatch("the data are no UTF-8", null);
        } catch (JsonProcessingException notJson) {
            return mismatch("the data are no JSON, name a member twice, or are nested deeper than " + DEPTH_MAX, null);
        }
        if (document == null || document.isMissingNode()) {
            return mismatch("there are no data", null);
        }
        return isFinite(document) ? judge(document) : mismatch("a number is larger than can be compared", null);
    }

    private static boolean isFinite(JsonNode node) {
        if (node.isDouble()) {
            return Double.isFinite(node.doubleValue());
        }
        for (JsonNode each : node) {
            if (!isFinite(each)) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Refusal judge(JsonNode document) {
        try {
            List<Error> errors = run(document);
            if (errors.isEmpty()) {
                return null;
            }
            Error first = errors.get(0);
            String at = String.valueOf(first.getInstanceLocation());
            return mismatch(shown((at.isEmpty() ? "" : at + ": ") + wanted(first)), at);
        } catch (Steps.TooMany tooMany) {
            return mismatch("the check takes more than " + steps + " steps (schemas.steps)", null);
        } catch (RuntimeException | StackOverflowError cannot) {
            // Numbers beyond what can be compared, and whatever else the library stumbles over: not proven to fit.
            return mismatch("the data cannot be checked", null);
        }
    }

    /** The keyword and what the schema says, never what the data have. */
    private static String wanted(Error error) {
        JsonNode wanted = error.getSchemaNode();
        String property = error.getProperty();
        return error.getKeyword()
                + (property == null ? "" : " '" + property + "'")
                + (wanted == null || wanted.isContainerNode() ? "" : ", want " + wanted);
    }

    private List<Error> run(JsonNode document) {
        Steps counted = new Steps(steps);
        counted.run(() -> {
            if (uniques > 0) {
                counted.take(uniques * pairs(document) / PAIRS_A_STEP);
            }
            schema.validate(counted, document);
        });
        return counted.getErrors();
    }

    private static int uniques(JsonNode schema) {
        int count = schema.path("uniqueItems").asBoolean() ? 1 : 0;
        for (JsonNode each : schema) {
            count += uniques(each);
        }
        return count;
    }

    /** Items are compared by their hashes, and whoever makes the data can make these equal: then it is every pair. */
    private static long pairs(JsonNode data) {
        long pairs = data.isArray() ? (long) data.size() * data.size() : 0;
        for (JsonNode each : data) {
            pairs += pairs(each);
        }
        return pairs;
    }

    private static Refusal mismatch(String detail, @Nullable String at) {
        return new Refusal(FailureCode.SCHEMA_MISMATCH, detail, at);
    }

    private static String shown(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > SHOWN_CHARS ? plain.substring(0, SHOWN_CHARS) + "…" : plain;
    }
}
