@NullMarked
package io.waxwing.ledger.snapshot;

import org.jspecify.annotations.NullMarked;
