/** Tests of the package of this name. */
@NullMarked
package io.waxwing.node.runtime;

import org.jspecify.annotations.NullMarked;
