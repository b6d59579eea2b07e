package io.waxwing.anchor.availability;

import io.waxwing.ledger.commit.TopicTag;
import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Hmac;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an audience's topic keys are made of, so that all members give a topic one pseudonym without asking each other:
 * topicKey = HMAC(secret, "wxw/topic-key/v1" || topic in UTF-8). 32 random bytes, made by the *keeper*, the member node
 * with the smallest number, and given to members on request. The word of the keeper is taken, or one that f + 1 other
 * members agree on, of whom one is honest.
 *
 * <p>The core thread changes it; any thread reads.
 */
public final class AudienceSecret {
    /** Of the pseudonyms made with this secret. */
    public static final int TAG_EPOCH = 1;

    private static final byte[] DOMAIN = "wxw/topic-key/v1".getBytes(StandardCharsets.US_ASCII);

    private final AudienceNodes audience;
    private final Map<Integer, Hash> said = new HashMap<>();
    private volatile @Nullable Hash secret;

    /** {@code secret} is null if this node does not have it yet. */
    public AudienceSecret(AudienceNodes audience, @Nullable Hash secret) {
        this.audience = audience;
        this.secret = secret;
    }

    public long audienceId() {
        return audience.audienceId();
    }

    /** The one who makes it. */
    public int keeper() {
        return audience.others().isEmpty()
                ? audience.self()
                : Math.min(audience.self(), audience.others().firstKey());
    }

    public @Nullable Hash secret() {
        return secret;
    }

    /** The key of a topic, or null while the secret is not here. */
    public @Nullable Hash topicKey(String topic) {
        Hash known = secret;
        return known == null ? null : Hmac.sha256(known.toBytes(), DOMAIN, topic.getBytes(StandardCharsets.UTF_8));
    }

    /** The pseudonym of a topic, or null while the secret is not here. */
    public @Nullable Hash tagOf(String topic) {
        Hash key = topicKey(topic);
        return key == null ? null : TopicTag.of(ByteString.of(key.toBytes()), TAG_EPOCH);
    }

    /** Somebody says what it is; true if it is believed and now known. */
    public boolean onSaid(int from, Hash value) {
        if (secret != null || !audience.others().containsKey(from)) {
            return false;
        }
        said.put(from, value);
        long agreed = said.values().stream().filter(value::equals).count();
        if (from != keeper() && agreed <= Quorum.faults(audience.others().size() + 1)) {
            return false;
        }
        secret = value;
        said.clear();
        return true;
    }

    @Override
    public String toString() {
        return "AudienceSecret[" + audience.audienceId() + "]";
    }
}
