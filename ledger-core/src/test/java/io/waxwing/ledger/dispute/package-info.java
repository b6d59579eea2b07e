@NullMarked
package io.waxwing.ledger.dispute;

import org.jspecify.annotations.NullMarked;
