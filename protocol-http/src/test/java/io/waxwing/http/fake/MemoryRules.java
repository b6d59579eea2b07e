package io.waxwing.http.fake;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.rules.Rules;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Rules in memory, which ask nothing of anybody; a schema that is no object is refused. */
public final class MemoryRules implements Rules {
    private final Map<String, Schema> schemas = new ConcurrentSkipListMap<>();
    private final Map<String, Signer> signers = new ConcurrentSkipListMap<>();

    @Override
    public Schema schema(String topic) {
        return schemas.get(topic);
    }

    @Override
    public boolean putSchema(String topic, String text, String by) {
        if (!text.startsWith("{")) {
            throw new RefusedException(new Refusal(FailureCode.SCHEMA, "want an object", ""));
        }
        return schemas.put(topic, new Schema(topic, Integer.toHexString(text.hashCode()), text, by, 1_000)) == null;
    }

    @Override
    public boolean removeSchema(String topic) {
        return schemas.remove(topic) != null;
    }

    @Override
    public List<Signer> signers() {
        return List.copyOf(signers.values());
    }

    @Override
    public Signer signer(String id) {
        return signers.get(id);
    }

    @Override
    public boolean putSigner(String id, SignerWish wish, String by) {
        Signer signer =
                new Signer(id, wish.filter(), wish.source(), wish.required(), wish.publicKey(), "Ed25519", by, 1_000);
        return signers.put(id, signer) == null;
    }

    @Override
    public boolean removeSigner(String id) {
        return signers.remove(id) != null;
    }
}
