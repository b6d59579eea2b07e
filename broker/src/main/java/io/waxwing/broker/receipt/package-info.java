/** Receipts and their parts, computed from the store and the ledger when somebody asks; nothing is kept. */
@NullMarked
package io.waxwing.broker.receipt;

import org.jspecify.annotations.NullMarked;
