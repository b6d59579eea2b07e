/**
 * The {@code waxwing} command: publishing, subscribing, topics, receipts, offline verification, a look at the machine.
 * Talks to a node over HTTP only; whatever it calls verified it has verified itself. The node adds its own subcommands.
 */
@NullMarked
package io.waxwing.cli;

import org.jspecify.annotations.NullMarked;
