/**
 * The certificates with which clients' connections are encrypted: reading them, and taking up new ones while the node
 * runs. The links between institutions have keys of their own, pinned by the ledger, and are not served from here.
 */
@NullMarked
package io.waxwing.broker.tls;

import org.jspecify.annotations.NullMarked;
