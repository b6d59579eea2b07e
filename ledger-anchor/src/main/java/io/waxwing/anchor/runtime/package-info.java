/**
 * The shell of the anchor: the duty cycle that moves events to the ledger and follows them until they are final. One
 * thread calls it; it starts none.
 */
@NullMarked
package io.waxwing.anchor.runtime;

import org.jspecify.annotations.NullMarked;
