/**
 * A world made of one seed: seeds, virtual time, the story of a run. Whoever uses it runs everything on one thread, so
 * an equal seed gives an equal story.
 */
@NullMarked
package io.waxwing.testkit.sim;

import org.jspecify.annotations.NullMarked;
