package io.waxwing.mqtt.netty;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.mqtt.session.Fault;
import org.jspecify.annotations.Nullable;

/** The client identifier of one connection: claimed, owned, given up. Event loop only. */
final class OwnIdentifier implements Owners.Claimant {
    private static final Refusal FOREIGN =
            new Refusal(FailureCode.SESSION_FOREIGN, "the client identifier has a session of another principal");

    private final MqttChannel channel;
    private final Sessions sessions;
    private final ConnectGate gate;
    private Owners.@Nullable Ownership ownership;
    // The client whose place this connection holds.
    private @Nullable String place;

    OwnIdentifier(MqttChannel channel, Listener listener) {
        this.channel = channel;
        this.sessions = listener.sessions();
        this.gate = listener.gate();
    }

    boolean isClaimed() {
        return ownership != null;
    }

    /** See {@link io.waxwing.mqtt.session.Output#claim}. */
    void claim(String clientId, boolean durable) {
        Refusal refusal = durable ? gate.sessionRefusal(clientId, System.nanoTime()) : null;
        if (refusal != null) {
            channel.session().onNotAdmitted(refusal, channel);
            return;
        }
        place = durable ? clientId : null;
        Owners.Ownership claim =
                new Owners.Ownership(clientId, channel.entrance().owner(), this);
        ownership = claim;
        sessions.owners().claim(claim);
    }

    @Override
    public Owners.Loop loop() {
        return channel.loop();
    }

    @Override
    public void onOwned(@Nullable KeptSession former) {
        channel.atBus().inherit(former);
        channel.session().onOwned(former == null ? null : former.state(), System.nanoTime(), channel);
        channel.flush();
    }

    @Override
    public void onEvicted() {
        channel.session().onFault(Fault.TAKEN_OVER, channel);
        channel.flush();
    }

    @Override
    public void onForeign() {
        channel.tell(() -> channel.session().onNotAdmitted(FOREIGN, channel));
    }

    /** The connection has ended: whoever waits for the identifier has it. */
    void release() {
        Owners.Ownership claim = ownership;
        if (claim != null) {
            ownership = null;
            sessions.owners().release(claim, channel.leave());
            String held = place;
            if (held != null) {
                sessions.places().release(held);
            }
        }
    }
}
