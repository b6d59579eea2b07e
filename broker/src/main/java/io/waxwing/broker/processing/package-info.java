/**
 * Rules that make events of events: which ones ({@code where}), what of them ({@code project}), and where to. Each rule
 * is a durable subscription whose one consumer lives here, so rules know nothing of each other. One thread owns them
 * all and never waits. (What is asked of events before they are taken is another matter: {@code broker.rules}.)
 */
@NullMarked
package io.waxwing.broker.processing;

import org.jspecify.annotations.NullMarked;
