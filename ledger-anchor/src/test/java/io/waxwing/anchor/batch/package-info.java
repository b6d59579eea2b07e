/** Tests of the package of this name. */
@NullMarked
package io.waxwing.anchor.batch;

import org.jspecify.annotations.NullMarked;
