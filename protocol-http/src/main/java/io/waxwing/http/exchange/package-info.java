/**
 * What every handler needs of one request and its answer: the raw path and query, problem answers (RFC 9457), limits,
 * preferences, counters. Knows no topic, no event store and no ledger; values only but for
 * {@link io.waxwing.http.exchange.HttpMeters}.
 */
@NullMarked
package io.waxwing.http.exchange;

import org.jspecify.annotations.NullMarked;
