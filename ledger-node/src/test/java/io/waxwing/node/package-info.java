/** What the tests of this module share. */
@NullMarked
package io.waxwing.node;

import org.jspecify.annotations.NullMarked;
