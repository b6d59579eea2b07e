/**
 * Checkpoints shown to outside systems, so that rewriting the ledger takes more than its own quorum. Never on the path
 * of an event: one thread of its own asks for the latest checkpoint now and then; what fails is counted and logged.
 */
@NullMarked
package io.waxwing.anchor.outside;

import org.jspecify.annotations.NullMarked;
