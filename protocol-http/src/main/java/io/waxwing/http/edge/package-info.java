/**
 * What must be seen on the wire before Armeria tidies it up: a missing Host, a transfer coding nobody asked for. The
 * only package that knows Netty's HTTP types. Runs on event loops.
 */
@NullMarked
package io.waxwing.http.edge;

import org.jspecify.annotations.NullMarked;
