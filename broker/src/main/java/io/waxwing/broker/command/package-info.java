/**
 * The commands of {@code waxwing} that run inside an institution: server, key, network, genesis. The client's commands
 * are in clients/cli.
 */
@NullMarked
package io.waxwing.broker.command;

import org.jspecify.annotations.NullMarked;
