/** Tests of the package of this name. */
@NullMarked
package io.waxwing.node.store;

import org.jspecify.annotations.NullMarked;
