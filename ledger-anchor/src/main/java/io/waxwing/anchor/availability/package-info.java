/**
 * Who holds a batch's payloads, and how that is proved: the frames that carry them, what a holder checks and promises,
 * and how an origin gathers the signatures of a certificate. Decisions only: no thread, clock, file or socket.
 */
@NullMarked
package io.waxwing.anchor.availability;

import org.jspecify.annotations.NullMarked;
