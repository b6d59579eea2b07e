/** Ports kept in memory, with the faults that real disks have. For tests; one thread. */
@NullMarked
package io.waxwing.testkit.fake;

import org.jspecify.annotations.NullMarked;
