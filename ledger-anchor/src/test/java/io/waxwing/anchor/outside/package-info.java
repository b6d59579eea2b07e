@NullMarked
package io.waxwing.anchor.outside;

import org.jspecify.annotations.NullMarked;
