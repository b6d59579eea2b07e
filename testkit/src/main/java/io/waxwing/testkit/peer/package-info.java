/**
 * Other ends of connections that share no code with the product: what they read and write is a second opinion on the
 * wire. For one thread each.
 */
@NullMarked
package io.waxwing.testkit.peer;

import org.jspecify.annotations.NullMarked;
