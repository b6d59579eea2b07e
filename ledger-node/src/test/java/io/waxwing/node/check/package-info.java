/** Tests of the package of this name. */
@NullMarked
package io.waxwing.node.check;

import org.jspecify.annotations.NullMarked;
