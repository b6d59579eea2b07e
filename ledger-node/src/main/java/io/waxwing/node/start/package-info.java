/**
 * Opening a ledger: begins a new one or finds on the disk where to go on, and refuses to start where going on could
 * contradict what the key has signed. No thread; the running ledger is in {@code runtime}.
 */
@NullMarked
package io.waxwing.node.start;

import org.jspecify.annotations.NullMarked;
