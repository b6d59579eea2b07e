/**
 * Who may publish and subscribe to what, across institutions, as the ledger says it: an institution claims topics of an
 * audience, and allows or denies others what is within its claim. Pure: every node that has executed the same blocks
 * answers alike, for the present and for every place in the ledger that it still remembers.
 */
@NullMarked
package io.waxwing.ledger.grant;

import org.jspecify.annotations.NullMarked;
