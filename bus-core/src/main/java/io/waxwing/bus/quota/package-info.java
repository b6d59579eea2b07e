/**
 * How much may be published in a second: by one user, to one topic. Arithmetic on values with the time as an argument;
 * nothing here reads a clock, waits or is shared by threads.
 */
@NullMarked
package io.waxwing.bus.quota;

import org.jspecify.annotations.NullMarked;
