/** Tests of the package of this name. */
@NullMarked
package io.waxwing.anchor.runtime;

import org.jspecify.annotations.NullMarked;
