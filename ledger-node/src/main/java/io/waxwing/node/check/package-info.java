/** Re-hashing everything that is stored and naming what is damaged. Reads only. */
@NullMarked
package io.waxwing.node.check;

import org.jspecify.annotations.NullMarked;
