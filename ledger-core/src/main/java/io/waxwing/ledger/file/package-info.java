/**
 * Files beside the ledger: how one is cut into chunks, and the one hash by which an event names all of its bytes. Pure:
 * no clock, no I/O, no threads.
 */
@NullMarked
package io.waxwing.ledger.file;

import org.jspecify.annotations.NullMarked;
