/** Puts receipts together from what a node can read. Any thread; may read the disk through the reader it is given. */
@NullMarked
package io.waxwing.ledger.receipt;

import org.jspecify.annotations.NullMarked;
