/** Tests of the package of this name. */
@NullMarked
package io.waxwing.node.start;

import org.jspecify.annotations.NullMarked;
