package io.waxwing.anchor.availability;

import io.waxwing.ledger.commit.TopicTag;
import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Hmac;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What an audience's topic keys are made of, so that all members give a topic one pseudonym without asking each other:
 * topicKey = HMAC(secret, "wxw/topic-key/v1" || topic in UTF-8). 32 random bytes, made by the *keeper*, the member node
 * with the smallest number, and given to members on request. The word of the keeper or of another node of this
 * institution is taken, or one that nodes of f + 1 institutions agree on, of which one is honest.
 *
 * <p>A secret that is not that of the others shows in their batches: what their origins signed does not fit it. If more
 * than f institutions' batches do not fit and nobody's does, {@link #doubt} says so.
 *
 * <p>The core thread changes it; any thread reads and says what did or did not fit.
 */
public final class AudienceSecret {
    /** Of the pseudonyms made with this secret. */
    public static final int TAG_EPOCH = 1;

    private static final byte[] DOMAIN = "wxw/topic-key/v1".getBytes(StandardCharsets.US_ASCII);

    private final Map<Integer, Hash> said = new HashMap<>();
    // Institutions whose batches do not fit.
    private final Set<Integer> doubting = ConcurrentHashMap.newKeySet();
    private volatile AudienceNodes audience;
    private volatile @Nullable Hash secret;

    /** {@code secret} is null if this node does not have it yet. */
    public AudienceSecret(AudienceNodes audience, @Nullable Hash secret) {
        this.audience = audience;
        this.secret = secret;
    }

    public long audienceId() {
        return audience.audienceId();
    }

    /** The nodes of the audience. */
    public AudienceNodes nodes() {
        return audience;
    }

    /** The audience has other nodes now. */
    void onNodes(AudienceNodes now) {
        audience = now;
    }

    /** This node makes it and gives it to the others. Core thread, or before it runs. */
    public void make(Hash value) {
        if (secret != null) {
            throw new IllegalStateException("audience " + audienceId() + " has a secret");
        }
        secret = value;
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
        AudienceNodes now = audience;
        Set<Integer> agreed = new HashSet<>();
        said.forEach((node, word) -> {
            AudienceNodes.Member member = now.others().get(node);
            if (member != null && word.equals(value)) {
                agreed.add(member.institutionId());
            }
        });
        boolean trusted = from == keeper() || agreed.contains(now.selfInstitution());
        if (!trusted && agreed.size() <= faults(now)) {
            return false;
        }
        secret = value;
        said.clear();
        return true;
    }

    private static int faults(AudienceNodes audience) {
        return Quorum.faults(audience.institutions());
    }

    /** What that origin signed fits this secret, or does not. Any thread. */
    public void onBatch(int originId, boolean fits) {
        if (fits) {
            doubting.clear();
            return;
        }
        AudienceNodes.Member origin = audience.others().get(originId);
        if (origin != null) {
            doubting.add(origin.institutionId());
        }
    }

    /** How many institutions' batches do not fit, if that cannot be the work of those who lie; else 0. Any thread. */
    public int doubt() {
        int institutions = doubting.size();
        return institutions > faults(audience) ? institutions : 0;
    }

    @Override
    public String toString() {
        return "AudienceSecret[" + audience.audienceId() + "]";
    }
}
