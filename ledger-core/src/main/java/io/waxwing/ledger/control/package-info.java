/** What a CONFIG leaf says: institutions, origins, audiences, topics; and how the first one is made. Pure values. */
@NullMarked
package io.waxwing.ledger.control;

import org.jspecify.annotations.NullMarked;
