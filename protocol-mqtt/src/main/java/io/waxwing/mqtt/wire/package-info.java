/**
 * The strict, bounded codec for MQTT 3.1.1 and 5: bytes to {@code ..packet} values and back. Whatever is not exactly
 * right is {@link io.waxwing.mqtt.wire.Malformed} with one reason code and one field. Runs on the channel's event loop;
 * knows nothing of sessions.
 */
@NullMarked
package io.waxwing.mqtt.wire;

import org.jspecify.annotations.NullMarked;
