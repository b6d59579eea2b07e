/** Tests of the package of this name. */
@NullMarked
package io.waxwing.node.crypto;

import org.jspecify.annotations.NullMarked;
