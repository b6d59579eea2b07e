/**
 * The ports between protocols and the broker. Everything here may be called by a protocol or implemented by one; each
 * method says on which thread. Nothing here composes futures, and nothing here blocks unless it says so.
 */
@NullMarked
package io.waxwing.bus.spi;

import org.jspecify.annotations.NullMarked;
