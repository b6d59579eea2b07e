/**
 * Who may publish and subscribe across institutions, for the operator: {@code /v1/grants}. What is said here becomes a
 * statement of the ledger; what is shown is what the ledger has.
 */
@NullMarked
package io.waxwing.http.grants;

import org.jspecify.annotations.NullMarked;
