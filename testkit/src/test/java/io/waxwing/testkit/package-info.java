/** Consensus under simulation: what must hold for every seed, and that the simulation would notice if it did not. */
@NullMarked
package io.waxwing.testkit;

import org.jspecify.annotations.NullMarked;
