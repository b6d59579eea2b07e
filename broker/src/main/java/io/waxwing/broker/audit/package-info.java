/**
 * The audit log: who did what to this node, one JSON line each with the hash of the line before, forced to the disk
 * before the act is answered. Its head goes to the ledger now and then, so that nobody, with the disk in hand either,
 * rewrites or shortens it unseen. docs/audit.md has the format.
 */
@NullMarked
package io.waxwing.broker.audit;

import org.jspecify.annotations.NullMarked;
