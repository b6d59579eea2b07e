package io.waxwing.node.peer;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.node.crypto.TlsIdentity;

/**
 * Who this node is to the others.
 *
 * @param ledgerId links lead to nodes of the same ledger only
 * @param originId its number in the registry
 * @param tls the key whose pin the registry has
 */
public record LocalNode(Hash ledgerId, int originId, TlsIdentity tls) {}
