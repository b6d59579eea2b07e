/** A whole node in memory behind the ports, and clients that talk to a real socket. */
@NullMarked
package io.waxwing.http.fake;

import org.jspecify.annotations.NullMarked;
