/**
 * The shell around {@code ..session}: sockets, threads, timers, metrics. Decides nothing about MQTT. Each connection
 * lives on one event loop; what the bus says on its threads reaches it through a {@link io.waxwing.mqtt.netty.Mailbox}.
 */
@NullMarked
package io.waxwing.mqtt.netty;

import org.jspecify.annotations.NullMarked;
