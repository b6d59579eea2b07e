/** HTTP requests with a bound on time and on bytes, which the JDK's client does not keep by itself. Waits. */
@NullMarked
package io.waxwing.anchor.outside.http.runtime;

import org.jspecify.annotations.NullMarked;
