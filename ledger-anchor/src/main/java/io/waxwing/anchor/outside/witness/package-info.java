/** Outside witnesses by c2sp.org/tlog-witness, over the JDK's own HTTP client. The dialogue itself does no I/O. */
@NullMarked
package io.waxwing.anchor.outside.witness;

import org.jspecify.annotations.NullMarked;
