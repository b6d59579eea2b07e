/**
 * Rules that make events of events: {@code /v1/rules}. Reads requests and writes answers; what rules are and do is
 * behind {@link io.waxwing.http.processing.Processing}.
 */
@NullMarked
package io.waxwing.http.processing;

import org.jspecify.annotations.NullMarked;
