/**
 * The node's one RocksDB: its columns, the journal of events, the delivery order, the index from topic positions to
 * events, topics. Formats are fixed layouts, big-endian. Who writes which column is said on each class; readers may be
 * on any thread. Decisions about events do not live here.
 */
@NullMarked
package io.waxwing.broker.store;

import org.jspecify.annotations.NullMarked;
