package io.waxwing.broker.rules;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.broker.store.ColumnStore;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Admission;
import io.waxwing.http.rules.Rules;
import io.waxwing.ledger.hash.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is asked of events here: judges them, and keeps what it is. Any thread; only changes touch the disk. */
public final class EventRules implements Admission, Rules {
    private static final Logger LOG = LoggerFactory.getLogger(EventRules.class);

    private final RuleRows rows;
    private final RuleLimits limits;
    private final LongSupplier clockMs;
    private final ConcurrentHashMap<String, HeldSchema> schemas = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, HeldSigner> signers = new ConcurrentHashMap<>();
    private final Counter mismatches;
    private final Counter unsigned;

    private record HeldSchema(Schema said, TopicSchema ready) {}

    private record HeldSigner(Signer said, SignerKey key) {
        boolean isFor(String topic, String source) {
            String own = said.source();
            return said.filter().matches(topic)
                    && (own.endsWith("*") ? source.startsWith(own.substring(0, own.length() - 1)) : source.equals(own));
        }
    }

    /** Reads what is stored. @throws RefusedException WXW-2104 if something of it cannot be used */
    public EventRules(ColumnStore store, RuleLimits limits, LongSupplier clockMs, MeterRegistry registry) {
        this.rows = new RuleRows(store);
        this.limits = limits;
        this.clockMs = clockMs;
        this.mismatches = Counter.builder("waxwing.rules.mismatches")
                .description("Events that do not fit their topic's schema")
                .register(registry);
        this.unsigned = Counter.builder("waxwing.rules.unsigned")
                .description("Events whose publisher's signature is missing or wrong")
                .register(registry);
        Gauge.builder("waxwing.rules.schemas", schemas, ConcurrentHashMap::size)
                .description("Topics that have a schema")
                .register(registry);
        Gauge.builder("waxwing.rules.signers", signers, ConcurrentHashMap::size)
                .description("Keys whose signatures count")
                .register(registry);
        try {
            rows.forEach(
                    schema -> schemas.put(schema.topic(), new HeldSchema(schema, stored(schema))),
                    signer -> signers.put(signer.id(), new HeldSigner(signer, SignerKey.of(signer.publicKey()))));
        } catch (RefusedException unusable) {
            throw new RefusedException(
                    FailureCode.DATA_DAMAGED,
                    "a schema or signer that is stored cannot be used: " + unusable.getMessage());
        }
    }

    /** What was taken under other settings is kept; they hold for what is new. */
    private TopicSchema stored(Schema schema) {
        try {
            return TopicSchema.of(schema.text(), limits);
        } catch (RefusedException beyond) {
            TopicSchema kept = TopicSchema.stored(schema.text(), limits);
            LOG.warn(
                    "{} the schema of topic {} is kept, and could not be given anew: {}",
                    FailureCode.SCHEMA_BEYOND.text(),
                    schema.topic(),
                    beyond.refusal().detail());
            return kept;
        }
    }

    @Override
    public @Nullable Refusal check(EventDraft draft) {
        Refusal refusal = signature(draft);
        if (refusal != null) {
            unsigned.increment();
            return refusal;
        }
        HeldSchema schema = schemas.get(draft.topic());
        refusal = schema == null ? null : fits(schema.ready(), draft);
        if (refusal != null) {
            mismatches.increment();
        }
        return refusal;
    }

    private static @Nullable Refusal fits(TopicSchema schema, EventDraft draft) {
        byte[] data = draft.payload().bytes();
        if (draft.retain() && data.length == 0) {
            return null; // Forgets the last value; there is nothing to fit.
        }
        String type = draft.attributes().get(Attributes.DATACONTENTTYPE);
        if (type != null && !isJson(type)) {
            return new Refusal(
                    FailureCode.SCHEMA_MISMATCH, "the topic has a schema: want data of a JSON type as datacontenttype");
        }
        return schema.check(data);
    }

    private static boolean isJson(String contentType) {
        int semicolon = contentType.indexOf(';');
        String essence = (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
        return essence.endsWith("/json") || essence.endsWith("+json");
    }

    private @Nullable Refusal signature(EventDraft draft) {
        String material = draft.attributes().get(SignedMaterial.ATTRIBUTE);
        if (material == null && signers.isEmpty()) {
            return null;
        }
        String named = draft.attributes().get(Attributes.SOURCE);
        String source = named == null ? "" : named;
        List<HeldSigner> meant = new ArrayList<>();
        for (HeldSigner each : signers.values()) {
            if (each.isFor(draft.topic(), source)) {
                meant.add(each);
            }
        }
        if (material == null || material.isEmpty()) {
            return meant.stream().noneMatch(each -> each.said().required())
                    ? null
                    : refused("events of this source are taken on this topic only if they are signed ("
                            + SignedMaterial.ATTRIBUTE + ")");
        }
        try {
            SignedMaterial signed = SignedMaterial.of(
                    material, draft.attributes(), draft.payload().bytes());
            return judged(signed, meant);
        } catch (SignedMaterial.Unusable unusable) {
            return refused(String.valueOf(unusable.getMessage()));
        }
    }

    /** Where nobody's key counts nothing is claimed of a signature; what it is over has been compared all the same. */
    private static @Nullable Refusal judged(SignedMaterial material, List<HeldSigner> meant) {
        boolean known = false;
        for (SignedMaterial.Signed each : material.signatures()) {
            for (HeldSigner signer : meant) {
                if (signer.said().id().equals(each.keyId())) {
                    known = true;
                    if (signer.key().verifies(material.signed(), each.signature())) {
                        return null;
                    }
                }
            }
        }
        if (meant.isEmpty()) {
            return null;
        }
        return refused(
                known
                        ? "the signature is wrong"
                        : "no signature is of a key that may sign for this source on this topic");
    }

    private static Refusal refused(String detail) {
        return new Refusal(FailureCode.SIGNATURE, detail);
    }

    @Override
    public @Nullable Schema schema(String topic) {
        HeldSchema held = schemas.get(topic);
        return held == null ? null : held.said();
    }

    @Override
    public boolean putSchema(String topic, String text, String by) {
        TopicSchema ready = TopicSchema.of(text, limits);
        String id = Sha256.digest(text.getBytes(StandardCharsets.UTF_8)).toString();
        Schema said = new Schema(topic, id, text, by, clockMs.getAsLong());
        boolean[] isNew = new boolean[1];
        // What is kept and what is asked change together: one change of a topic after the other.
        schemas.compute(topic, (name, was) -> {
            isNew[0] = was == null;
            if (was == null && schemas.mappingCount() >= limits.maxSchemas()) {
                throw new RefusedException(
                        FailureCode.RULE_LIMIT, "the node keeps " + limits.maxSchemas() + " schemas (schemas.max)");
            }
            rows.put(said);
            return new HeldSchema(said, ready);
        });
        return isNew[0];
    }

    @Override
    public boolean removeSchema(String topic) {
        boolean[] was = new boolean[1];
        HeldSchema unused = schemas.computeIfPresent(topic, (name, held) -> {
            rows.removeSchema(name);
            was[0] = true;
            return null;
        });
        return was[0];
    }

    @Override
    public List<Signer> signers() {
        return signers.values().stream()
                .map(HeldSigner::said)
                .sorted(Comparator.comparing(Signer::id))
                .toList();
    }

    @Override
    public @Nullable Signer signer(String id) {
        HeldSigner held = signers.get(id);
        return held == null ? null : held.said();
    }

    @Override
    public boolean putSigner(String id, SignerWish wish, String by) {
        SignerKey key = SignerKey.of(wish.publicKey());
        Signer said = new Signer(
                id, wish.filter(), wish.source(), wish.required(), key.pem(), key.algorithm(), by, clockMs.getAsLong());
        boolean[] isNew = new boolean[1];
        signers.compute(id, (name, was) -> {
            isNew[0] = was == null;
            if (was == null && signers.mappingCount() >= limits.maxSigners()) {
                throw new RefusedException(
                        FailureCode.RULE_LIMIT, "the node keeps " + limits.maxSigners() + " signers (signers.max)");
            }
            rows.put(said);
            return new HeldSigner(said, key);
        });
        return isNew[0];
    }

    @Override
    public boolean removeSigner(String id) {
        boolean[] was = new boolean[1];
        HeldSigner unused = signers.computeIfPresent(id, (name, held) -> {
            rows.removeSigner(name);
            was[0] = true;
            return null;
        });
        return was[0];
    }
}
