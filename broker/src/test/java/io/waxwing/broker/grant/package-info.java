/** What the ledger's grants mean to users of a node. */
@NullMarked
package io.waxwing.broker.grant;

import org.jspecify.annotations.NullMarked;
