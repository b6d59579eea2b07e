package io.waxwing.node.peer;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.node.crypto.TlsIdentity;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who this node is to the others.
 *
 * @param ledgerId links lead to nodes of the same ledger only
 * @param originId its number in the registry
 * @param tls its TLS keys, at least one: first the one whose pin the registry had when the node started. While a key is
 *     rotated some nodes know the old pin and some the new one; each is shown the key that it asks for
 */
public record LocalNode(Hash ledgerId, int originId, List<TlsIdentity> tls) {
    public LocalNode {
        tls = List.copyOf(tls);
        if (tls.isEmpty()) {
            throw new IllegalArgumentException("a node has a TLS key");
        }
    }

    /** A node with one TLS key. */
    public LocalNode(Hash ledgerId, int originId, TlsIdentity tls) {
        this(ledgerId, originId, List.of(tls));
    }

    Set<Hash> pins() {
        return tls.stream().map(TlsIdentity::pin).collect(Collectors.toUnmodifiableSet());
    }
}
