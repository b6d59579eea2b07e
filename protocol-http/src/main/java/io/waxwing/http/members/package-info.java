/**
 * {@code /v1/members}: who the ledger is of, and the changes that are proposed. What changes something is for the
 * node's operator, who has its token. Decides nothing: the rules are the ledger's.
 */
@NullMarked
package io.waxwing.http.members;

import org.jspecify.annotations.NullMarked;
