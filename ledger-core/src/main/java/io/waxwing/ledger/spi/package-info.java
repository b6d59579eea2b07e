/** The ports between the ledger and those around it; implemented in ledger-node, broker and testkit. */
@NullMarked
package io.waxwing.ledger.spi;

import org.jspecify.annotations.NullMarked;
