@NullMarked
package io.waxwing.node.snapshot;

import org.jspecify.annotations.NullMarked;
