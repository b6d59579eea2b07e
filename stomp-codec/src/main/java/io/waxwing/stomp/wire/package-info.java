/**
 * Bytes to frames and back: strict, bounded, of every version, however the bytes were cut. No I/O and no Netty; a
 * decoder is fed with what came and gives one frame at a time, so that whoever reads may stop between any two.
 */
@NullMarked
package io.waxwing.stomp.wire;

import org.jspecify.annotations.NullMarked;
