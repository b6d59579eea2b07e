/**
 * STOMP's own words: versions, commands and frames as values. What a frame's bytes look like is in {@code wire};
 * nothing here knows a socket.
 */
@NullMarked
package io.waxwing.stomp.frame;

import org.jspecify.annotations.NullMarked;
