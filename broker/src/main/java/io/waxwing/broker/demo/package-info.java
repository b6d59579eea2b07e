/**
 * A ledger of several institutions on one machine, to try it out: one folder, one process per member, and the acts of
 * the demo — losing members, bringing them back, changing a stored byte. Used by {@code waxwing demo}, on its thread;
 * what is to be believed is shown with the same commands that anybody would type.
 */
@NullMarked
package io.waxwing.broker.demo;

import org.jspecify.annotations.NullMarked;
