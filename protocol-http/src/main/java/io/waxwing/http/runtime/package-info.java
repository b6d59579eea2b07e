/**
 * The HTTP port as a running thing: the server, its routes, its error answers, the pool for slow reads. The only
 * package here that starts threads and waits. Whoever wires the node uses {@link io.waxwing.http.runtime.HttpAdapter}.
 */
@NullMarked
package io.waxwing.http.runtime;

import org.jspecify.annotations.NullMarked;
