/**
 * Who may come in and what that may do: the access file with its users, passwords, API keys and grants, the limits of
 * failed logins, and the one {@link io.waxwing.bus.spi.Authentication} that all protocols ask. The file is read again
 * when it changes; open connections are held to what it says then.
 */
@NullMarked
package io.waxwing.broker.access;

import org.jspecify.annotations.NullMarked;
