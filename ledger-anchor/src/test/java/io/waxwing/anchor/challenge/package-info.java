/** What the decisions of this package do, told by their behaviour. */
@NullMarked
package io.waxwing.anchor.challenge;

import org.jspecify.annotations.NullMarked;
