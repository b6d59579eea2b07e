/** Load generators: what they measure stands in their first sentence, what they measured in {@code perf/results}. */
@NullMarked
package io.waxwing.perf;

import org.jspecify.annotations.NullMarked;
