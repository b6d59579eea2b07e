/**
 * What goes wrong, as values with a stable code ({@code WXW-nnnn}) and the evidence. A refusal is somebody else's
 * mistake; a broken invariant is ours and stops the agent that found it.
 */
@NullMarked
package io.waxwing.bus.failure;

import org.jspecify.annotations.NullMarked;
