/** The deterministic step from a final block to leaves, heads and roots. The same inputs give the same bytes. */
@NullMarked
package io.waxwing.ledger.execute;

import org.jspecify.annotations.NullMarked;
