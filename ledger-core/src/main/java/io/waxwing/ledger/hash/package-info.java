/** Fixed 32-byte hashes, SHA-256, HMAC and immutable byte strings. Pure; every class is safe for any thread. */
@NullMarked
package io.waxwing.ledger.hash;

import org.jspecify.annotations.NullMarked;
