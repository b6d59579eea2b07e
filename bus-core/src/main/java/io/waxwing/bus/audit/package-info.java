/**
 * Words for what is done to the node itself, besides publishing and reading: who did what, from where, and what came of
 * it.
 */
@NullMarked
package io.waxwing.bus.audit;

import org.jspecify.annotations.NullMarked;
