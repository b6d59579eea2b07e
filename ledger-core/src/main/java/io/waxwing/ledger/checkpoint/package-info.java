/** Whether a checkpoint may be cosigned, and putting its note together. Decisions only; the caller forces records. */
@NullMarked
package io.waxwing.ledger.checkpoint;

import org.jspecify.annotations.NullMarked;
