/**
 * The ledger's read API (ledger.md section 9): checkpoints, tiles, entry bundles, trust. Bytes exactly as the C2SP
 * specifications want them; everything is checked by whoever reads it, so nothing here is secret or signed again.
 */
@NullMarked
package io.waxwing.http.ledger;

import org.jspecify.annotations.NullMarked;
