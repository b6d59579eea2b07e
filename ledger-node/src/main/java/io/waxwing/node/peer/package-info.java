/**
 * The links to the nodes of other institutions: dialling, mutual TLS 1.3 pinned to the ledger's registry, framing,
 * limits, back-pressure. Everything but {@code send} happens on one event loop, which owns all of this package's state.
 */
@NullMarked
package io.waxwing.node.peer;

import org.jspecify.annotations.NullMarked;
