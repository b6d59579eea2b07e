/**
 * Tables that rules write to. A {@link io.waxwing.broker.jdbc.Database} is one that the operator has named in the
 * configuration, with a thread and a connection of its own; drivers are jars of a folder. Names of tables and columns
 * come from the database's own description, values go as parameters: no text of a user or an event is ever part of a
 * statement.
 */
@NullMarked
package io.waxwing.broker.jdbc;

import org.jspecify.annotations.NullMarked;
