/** What institutions say about their topics: its form, and what a filter means. */
@NullMarked
package io.waxwing.ledger.grant;

import org.jspecify.annotations.NullMarked;
