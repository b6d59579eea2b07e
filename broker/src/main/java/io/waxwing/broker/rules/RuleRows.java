package io.waxwing.broker.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.broker.store.Column;
import io.waxwing.broker.store.ColumnStore;
import io.waxwing.broker.store.Columns;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.quota.Quota;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.bus.topic.TopicTerms;
import io.waxwing.http.rules.Rules.Schema;
import io.waxwing.http.rules.Rules.Signer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Schemas, signers and terms of topics in {@link Column#RULES}: {@code schema/<topic>}, {@code signer/<id>} and
 * {@code terms/<topic>}, each an object of JSON.
 */
final class RuleRows {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SCHEMA = "schema/";
    private static final String SIGNER = "signer/";
    private static final String TERMS = "terms/";

    private final ColumnStore store;

    RuleRows(ColumnStore store) {
        this.store = store;
    }

    /** Reads all. @throws RefusedException WXW-2104 */
    void forEach(Consumer<Schema> schemas, Consumer<Signer> signers) {
        Columns.forEach(store, Column.RULES, entry -> {
            String key = new String(entry.key(), StandardCharsets.UTF_8);
            if (key.startsWith(TERMS)) {
                return;
            }
            JsonNode row = read(entry.value());
            if (key.startsWith(SCHEMA)) {
                schemas.accept(new Schema(
                        key.substring(SCHEMA.length()),
                        row.path("id").asText(),
                        row.path("text").asText(),
                        row.path("by").asText(),
                        row.path("since").asLong()));
            } else {
                signers.accept(new Signer(
                        key.substring(SIGNER.length()),
                        TopicFilter.parse(row.path("filter").asText()),
                        row.path("source").asText(),
                        row.path("required").asBoolean(),
                        row.path("key").asText(),
                        row.path("algorithm").asText(),
                        row.path("by").asText(),
                        row.path("since").asLong()));
            }
        });
    }

    /** Reads the terms of topics. @throws RefusedException WXW-2104 */
    void forEachTerms(BiConsumer<String, TopicTerms> terms) {
        Columns.forEach(store, Column.RULES, entry -> {
            String key = new String(entry.key(), StandardCharsets.UTF_8);
            if (key.startsWith(TERMS)) {
                terms.accept(key.substring(TERMS.length()), terms(read(entry.value())));
            }
        });
    }

    private static TopicTerms terms(JsonNode row) {
        try {
            TopicTerms.Retained kept = row.has("keepBytes")
                    ? new TopicTerms.Retained(
                            row.path("keepSeconds").asLong(),
                            row.path("keepBytes").asLong())
                    : null;
            return new TopicTerms(
                    kept,
                    new Quota(row.path("events").asLong(), row.path("bytes").asLong()));
        } catch (IllegalArgumentException outOfRange) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, "terms of a topic: " + outOfRange.getMessage());
        }
    }

    void put(String topic, TopicTerms terms) {
        ObjectNode row = JSON.createObjectNode();
        TopicTerms.Retained kept = terms.kept();
        if (kept != null) {
            row.put("keepSeconds", kept.ageSeconds()).put("keepBytes", kept.bytes());
        }
        row.put("events", terms.quota().eventsPerSecond())
                .put("bytes", terms.quota().bytesPerSecond());
        write(TERMS + topic, row.toString().getBytes(StandardCharsets.UTF_8));
    }

    void removeTerms(String topic) {
        delete(TERMS + topic);
    }

    private static JsonNode read(byte[] value) {
        try {
            return JSON.readTree(value);
        } catch (IOException damaged) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, "a schema's or signer's row is no JSON");
        }
    }

    void put(Schema schema) {
        ObjectNode row = JSON.createObjectNode();
        row.put("id", schema.id())
                .put("text", schema.text())
                .put("by", schema.by())
                .put("since", schema.sinceMs());
        write(SCHEMA + schema.topic(), row.toString().getBytes(StandardCharsets.UTF_8));
    }

    void put(Signer signer) {
        ObjectNode row = JSON.createObjectNode();
        row.put("filter", signer.filter().toString())
                .put("source", signer.source())
                .put("required", signer.required())
                .put("key", signer.publicKey())
                .put("algorithm", signer.algorithm())
                .put("by", signer.by())
                .put("since", signer.sinceMs());
        write(SIGNER + signer.id(), row.toString().getBytes(StandardCharsets.UTF_8));
    }

    void removeSchema(String topic) {
        delete(SCHEMA + topic);
    }

    void removeSigner(String id) {
        delete(SIGNER + id);
    }

    private void write(String key, byte[] value) {
        ColumnStore.Writes writes = new ColumnStore.Writes();
        writes.put(Column.RULES, key.getBytes(StandardCharsets.UTF_8), value);
        store.write(writes, true);
    }

    private void delete(String key) {
        ColumnStore.Writes writes = new ColumnStore.Writes();
        writes.delete(Column.RULES, key.getBytes(StandardCharsets.UTF_8));
        store.write(writes, true);
    }
}
