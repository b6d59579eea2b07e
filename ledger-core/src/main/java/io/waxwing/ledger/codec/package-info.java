/** Reading and writing of the fixed big-endian layouts. Every length is checked before anything is allocated. */
@NullMarked
package io.waxwing.ledger.codec;

import org.jspecify.annotations.NullMarked;
