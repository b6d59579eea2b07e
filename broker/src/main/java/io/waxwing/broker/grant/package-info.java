/**
 * What the ledger's grants mean on this node: which users may publish and read what, which ordered events have no right
 * to be there, and how this institution's own statements get onto the ledger. The rules themselves are the ledger's
 * ({@link io.waxwing.ledger.grant}); this side asks them, quickly, from any thread.
 */
@NullMarked
package io.waxwing.broker.grant;

import org.jspecify.annotations.NullMarked;
