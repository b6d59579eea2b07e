@NullMarked
package io.waxwing.ledger.witness;

import org.jspecify.annotations.NullMarked;
