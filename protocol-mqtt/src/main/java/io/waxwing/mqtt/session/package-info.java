/**
 * What an MQTT connection means: the server side of 3.1.1 and 5 as a core without I/O. Packets and bus answers go in,
 * time is an argument, effects come out through {@link io.waxwing.mqtt.session.Output}. No thread, clock, socket,
 * random source or logger lives here; one event loop owns each {@link io.waxwing.mqtt.session.MqttSession}.
 */
@NullMarked
package io.waxwing.mqtt.session;

import org.jspecify.annotations.NullMarked;
