/**
 * Events that go to others by HTTP: {@code /v1/webhooks}. A webhook is a durable subscription whose one consumer lives
 * here and posts what it borrows. Where requests may go is decided here and nowhere else.
 */
@NullMarked
package io.waxwing.http.webhook;

import org.jspecify.annotations.NullMarked;
