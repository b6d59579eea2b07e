/**
 * The resources under {@code /v1} (protocols.md 3.8): topics, publishing, single events, pages of history. Handlers run
 * on the request's event loop and never wait; what reads the store goes to {@link io.waxwing.http.exchange.SlowReads}.
 */
@NullMarked
package io.waxwing.http.rest;

import org.jspecify.annotations.NullMarked;
