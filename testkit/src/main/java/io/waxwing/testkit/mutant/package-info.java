/**
 * The known faults of consensus, one at a time, as rules that a core can be given. A simulator that does not find them
 * proves nothing. One thread.
 */
@NullMarked
package io.waxwing.testkit.mutant;

import org.jspecify.annotations.NullMarked;
