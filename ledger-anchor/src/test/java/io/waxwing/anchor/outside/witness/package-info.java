@NullMarked
package io.waxwing.anchor.outside.witness;

import org.jspecify.annotations.NullMarked;
