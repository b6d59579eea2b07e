package io.waxwing.broker.rules;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.waxwing.bus.event.Attributes;
import io.waxwing.ledger.hash.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a publisher signed of an event: the attribute {@code dssematerial}, a DSSE envelope (1.0.2) around a digest of
 * attributes and data, as the CloudEvents extension "Verifiable CloudEvents with DSSE" 0.1 has it.
 *
 * @param signed the bytes that signatures are over
 * @param signatures not empty
 */
@SuppressWarnings("ArrayRecordComponent") // Made, checked and forgotten.
record SignedMaterial(byte[] signed, List<Signed> signatures) {
    static final String ATTRIBUTE = "dssematerial";
    static final String EXTENSIONS = "signedextattrs";
    /** Longest value of the attribute. */
    static final int MATERIAL_CHARS = 8_192;
    /** Most signatures of one event. */
    static final int SIGNATURES_MAX = 8;

    private static final String TYPE = "https://cloudevents.io/verifiability/dsse/v0.1";
    private static final int DIGEST_BYTES = 32;
    private static final List<String> CORE = List.of(
            Attributes.ID,
            Attributes.SOURCE,
            Attributes.SPECVERSION,
            Attributes.TYPE,
            Attributes.DATACONTENTTYPE,
            "dataschema",
            Attributes.SUBJECT,
            Attributes.TIME);
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'");
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(8)
                            .maxNumberLength(32)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** One signature and the name of the key that is said to have made it. */
    record Signed(String keyId, byte[] signature) {}

    /** Why there is none. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String why) {
            super(why, null, false, false);
        }
    }

    /**
     * Reads the material of an event and compares it with the event.
     *
     * @throws Unusable if it is malformed, or is that of another event
     */
    static SignedMaterial of(String material, Attributes attributes, byte[] data) throws Unusable {
        if (material.length() > MATERIAL_CHARS) {
            throw new Unusable(ATTRIBUTE + " has more than " + MATERIAL_CHARS + " characters");
        }
        JsonNode envelope = envelope(material);
        if (!TYPE.equals(envelope.path("payloadType").textValue())) {
            throw new Unusable("payloadType of the envelope is not " + TYPE);
        }
        byte[] payload = base64(envelope.path("payload").textValue(), "payload of the envelope");
        if (payload.length != DIGEST_BYTES) {
            throw new Unusable("payload of the envelope is no SHA-256");
        }
        JsonNode list = envelope.path("signatures");
        if (!list.isArray() || list.isEmpty() || list.size() > SIGNATURES_MAX) {
            throw new Unusable("want 1 to " + SIGNATURES_MAX + " signatures in the envelope");
        }
        List<Signed> signatures = new ArrayList<>();
        for (JsonNode each : list) {
            String keyId = each.path("keyid").textValue();
            if (keyId == null || keyId.isEmpty()) {
                throw new Unusable("a signature of the envelope has no keyid");
            }
            signatures.add(new Signed(keyId, base64(each.path("sig").textValue(), "sig of the envelope")));
        }
        if (!MessageDigest.isEqual(payload, digest(attributes, data))) {
            throw new Unusable("what was signed is another event: attributes or data have changed since");
        }
        return new SignedMaterial(preAuthentication(payload), signatures);
    }

    private static JsonNode envelope(String material) throws Unusable {
        try {
            JsonNode envelope = JSON.readTree(base64(material, ATTRIBUTE));
            if (envelope != null && envelope.isObject()) {
                return envelope;
            }
        } catch (IOException notJson) {
            // Told below.
        }
        throw new Unusable(ATTRIBUTE + " is no DSSE envelope in JSON");
    }

    private static byte[] base64(@Nullable String text, String what) throws Unusable {
        try {
            if (text != null) {
                return (text.indexOf('-') >= 0 || text.indexOf('_') >= 0 ? Base64.getUrlDecoder() : Base64.getDecoder())
                        .decode(text);
            }
        } catch (IllegalArgumentException notBase64) {
            // Told below.
        }
        throw new Unusable(what + " is no base64");
    }

    /** DSSE's PAE of the type and the digest. */
    private static byte[] preAuthentication(byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(
                ("DSSEv1 " + TYPE.length() + " " + TYPE + " " + payload.length + " ").getBytes(StandardCharsets.UTF_8));
        out.writeBytes(payload);
        return out.toByteArray();
    }

    private static byte[] digest(Attributes attributes, byte[] data) throws Unusable {
        ByteArrayOutputStream digests = new ByteArrayOutputStream();
        for (String name : CORE) {
            String value = attributes.get(name);
            String text = value == null ? "" : name.equals(Attributes.TIME) ? inSeconds(value) : value;
            digests.writeBytes(sha256(text));
        }
        digests.writeBytes(sha256(data));
        for (String name : extensions(attributes.get(EXTENSIONS))) {
            String value = attributes.get(name);
            if (value == null) {
                throw new Unusable(EXTENSIONS + " names '" + name + "', which the event does not have");
            }
            digests.writeBytes(sha256(name));
            digests.writeBytes(sha256(value));
        }
        return sha256(digests.toByteArray());
    }

    private static String inSeconds(String time) throws Unusable {
        try {
            return SECONDS.format(OffsetDateTime.parse(time).withOffsetSameInstant(ZoneOffset.UTC));
        } catch (DateTimeException notOne) {
            throw new Unusable("time is no RFC 3339 timestamp");
        }
    }

    private static List<String> extensions(@Nullable String names) throws Unusable {
        if (names == null || names.isEmpty()) {
            return List.of();
        }
        Set<String> seen = new HashSet<>(CORE);
        seen.add(ATTRIBUTE);
        seen.add(EXTENSIONS);
        List<String> list = List.of(names.split(",", -1));
        for (String name : list) {
            if (!Attributes.isLegalName(name) || !Attributes.isCloudEvents(name) || !seen.add(name)) {
                throw new Unusable(EXTENSIONS + ": want names of extension attributes, each once, with commas between");
            }
        }
        return list;
    }

    private static byte[] sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] sha256(byte[] bytes) {
        return Sha256.digest(bytes).toBytes();
    }
}
