/** Batches of one origin for one audience: values, hashing and codecs only; deciding is done elsewhere. */
@NullMarked
package io.waxwing.ledger.batch;

import org.jspecify.annotations.NullMarked;
