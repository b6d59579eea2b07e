/** C2SP signed notes, checkpoints, cosignatures, trust policies and receipts (ledger.md sections 7 and 8). */
@NullMarked
package io.waxwing.ledger.note;

import org.jspecify.annotations.NullMarked;
