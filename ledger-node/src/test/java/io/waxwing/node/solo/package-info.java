/** Tests of the package of this name. */
@NullMarked
package io.waxwing.node.solo;

import org.jspecify.annotations.NullMarked;
