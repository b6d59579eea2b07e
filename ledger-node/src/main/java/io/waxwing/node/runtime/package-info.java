/** The agent that owns the ledger's state and runs it on whichever thread calls it. */
@NullMarked
package io.waxwing.node.runtime;

import org.jspecify.annotations.NullMarked;
