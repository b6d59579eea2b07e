/**
 * How a node becomes a member of a ledger of several institutions: files that go round, and folders that are ready to
 * start. Runs in commands, on their thread; nothing here is used by a running node.
 */
@NullMarked
package io.waxwing.broker.network;

import org.jspecify.annotations.NullMarked;
