/** Tests of payload commitments. */
@NullMarked
package io.waxwing.ledger.commit;

import org.jspecify.annotations.NullMarked;
