/**
 * Events that the node publishes at times: once, or as cron says. What is due when is decided by pure values; one
 * thread owns all schedules, writes each step down before it goes on, and publishes in the name of whoever made one.
 */
@NullMarked
package io.waxwing.broker.schedule;

import org.jspecify.annotations.NullMarked;
