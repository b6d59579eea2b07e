/**
 * Durable subscriptions whose consumers fetch: {@code /v1/subscriptions}. Reads requests and writes answers; what a
 * subscription is and remembers is behind {@link io.waxwing.http.pull.Subscriptions}.
 */
@NullMarked
package io.waxwing.http.pull;

import org.jspecify.annotations.NullMarked;
