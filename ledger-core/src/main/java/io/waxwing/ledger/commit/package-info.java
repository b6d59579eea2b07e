/** Salted commitments to the parts of an event (ledger.md section 6). Randomness is an argument. */
@NullMarked
package io.waxwing.ledger.commit;

import org.jspecify.annotations.NullMarked;
