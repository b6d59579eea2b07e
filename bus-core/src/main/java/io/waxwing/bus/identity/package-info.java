/**
 * Who acts and what that may do: principals, what they show of themselves, grants over topic filters and the relations
 * between filters that grants need. Pure values and functions; whether credentials are good is decided behind
 * {@link io.waxwing.bus.spi.Authentication}.
 */
@NullMarked
package io.waxwing.bus.identity;

import org.jspecify.annotations.NullMarked;
