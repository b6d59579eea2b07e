@NullMarked
package io.waxwing.node.witness;

import org.jspecify.annotations.NullMarked;
