package io.waxwing.mqtt.netty;

import io.waxwing.bus.spi.Standing;
import io.waxwing.mqtt.session.SessionState;

/**
 * A durable session on its way from owner to owner.
 *
 * @param state what it knows
 * @param standing its place in the bus
 */
record KeptSession(SessionState state, Standing standing) {}
