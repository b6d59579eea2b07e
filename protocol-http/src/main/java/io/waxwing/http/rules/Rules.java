package io.waxwing.http.rules;

import io.waxwing.bus.topic.TopicFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of events. Methods read and write the disk: for pools, never for event loops. What changes something is
 * on the disk, and asked of every event that comes later, when it returns. They throw
 * {@link io.waxwing.bus.failure.RefusedException}: WXW-1013 for a schema, WXW-1016 for a key that cannot be used,
 * WXW-1017 for a limit, WXW-2101 if the store fails.
 */
public interface Rules {
    /**
     * The schema of a topic.
     *
     * @param id SHA-256 of its bytes in hex
     * @param text JSON Schema 2020-12, as it was given
     * @param by who gave it; empty while the node asks for nobody
     * @param sinceMs Unix milliseconds
     */
    record Schema(String topic, String id, String text, String by, long sinceMs) {}

    /**
     * A key whose signatures count.
     *
     * @param id the {@code keyid} of signatures
     * @param filter topics that it may sign for
     * @param source sources that it may sign for: one, or all that begin so if it ends in {@code *}
     * @param required nothing of these sources is taken on these topics without a signature
     * @param publicKey PEM
     * @param algorithm {@code Ed25519} or {@code ES256}
     */
    record Signer(
            String id,
            TopicFilter filter,
            String source,
            boolean required,
            String publicKey,
            String algorithm,
            String by,
            long sinceMs) {}

    /** What somebody wants of a key. */
    record SignerWish(TopicFilter filter, String source, boolean required, String publicKey) {}

    /** Null if the topic has none. */
    @Nullable Schema schema(String topic);

    /** Makes or replaces it; true if the topic had none. */
    boolean putSchema(String topic, String text, String by);

    /** False if the topic had none. */
    boolean removeSchema(String topic);

    /** In the order of ids. */
    List<Signer> signers();

    /** Null if there is none. */
    @Nullable Signer signer(String id);

    /** Makes or replaces it; true if there was none. */
    boolean putSigner(String id, SignerWish wish, String by);

    /** False if there was none. */
    boolean removeSigner(String id);
}
