/**
 * How durable events become batches: per audience, at most 256 KiB, 4,096 events and 20 ms, one segment per topic, one
 * number and one content for ever. Pure: time is an argument, no thread, no file.
 */
@NullMarked
package io.waxwing.anchor.batch;

import org.jspecify.annotations.NullMarked;
