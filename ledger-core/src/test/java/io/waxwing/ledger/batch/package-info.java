/** What goes to other members of an audience, byte by byte. */
@NullUnmarked
package io.waxwing.ledger.batch;

import org.jspecify.annotations.NullUnmarked;
