/** Keys and the Ed25519 implementation of this node, chosen once at start. Any thread. */
@NullMarked
package io.waxwing.node.crypto;

import org.jspecify.annotations.NullMarked;
