/**
 * MQTT control packets as immutable values, in the words of the OASIS specifications (3.1.1 and 5.0). What a packet
 * says, not how it is written: bytes are {@code ..wire}'s business, behaviour is {@code ..session}'s. No Netty types
 * here.
 */
@NullMarked
package io.waxwing.mqtt.packet;

import org.jspecify.annotations.NullMarked;
