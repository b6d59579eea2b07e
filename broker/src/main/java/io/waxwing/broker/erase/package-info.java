/**
 * Erasing events: this institution's wishes become orders of the ledger ({@link io.waxwing.broker.erase.Erasing}, core
 * thread), and what the ledger orders goes from this node's journal and files
 * ({@link io.waxwing.broker.erase.Destruction}, the keeper's thread). The rows of
 * {@link io.waxwing.broker.store.ErasedRows} say how far each event is, so that a crash at any point is gone on from.
 */
@NullMarked
package io.waxwing.broker.erase;

import org.jspecify.annotations.NullMarked;
