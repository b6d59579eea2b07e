/**
 * A world made of one seed: virtual time, links, disks, keys, and processes around production cores, with the story of
 * what happened. Whoever uses it runs everything on one thread, so an equal seed gives an equal story.
 */
@NullMarked
package io.waxwing.testkit.sim;

import org.jspecify.annotations.NullMarked;
