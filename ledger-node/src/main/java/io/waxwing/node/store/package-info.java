/** The ledger on disk: RocksDB columns and the vote log. Written by the ledger thread; reads take any thread. */
@NullMarked
package io.waxwing.node.store;

import org.jspecify.annotations.NullMarked;
