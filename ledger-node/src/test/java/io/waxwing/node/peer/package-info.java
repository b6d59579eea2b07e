/** Links between nodes over real sockets on loopback, with scripted strangers and liars at the other end. */
@NullMarked
package io.waxwing.node.peer;

import org.jspecify.annotations.NullMarked;
