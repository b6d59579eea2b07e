package io.waxwing.mqtt.netty;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.mqtt.session.Fault;
import org.jspecify.annotations.Nullable;

/** The client identifier of one connection: claimed, owned, given up. Event loop only. */
final class OwnIdentifier {
    private static final Refusal FOREIGN =
            new Refusal(FailureCode.SESSION_FOREIGN, "the client identifier has a session of another principal");

    private final MqttChannel channel;
    private final Owners owners;
    private final ConnectGate gate;
    private Owners.@Nullable Ownership ownership;

    OwnIdentifier(MqttChannel channel, Listener listener) {
        this.channel = channel;
        this.owners = listener.sessions().owners();
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
        Owners.Ownership claim = new Owners.Ownership(
                clientId,
                channel.entrance().owner(),
                channel.loop(),
                former -> {
                    channel.atBus().inherit(former);
                    channel.session().onOwned(former == null ? null : former.state(), System.nanoTime(), channel);
                    channel.flush();
                },
                () -> {
                    channel.session().onFault(Fault.TAKEN_OVER, channel);
                    channel.flush();
                },
                () -> channel.tell(() -> channel.session().onNotAdmitted(FOREIGN, channel)));
        ownership = claim;
        owners.claim(claim);
    }

    /** The connection has ended: whoever waits for the identifier has it. */
    void release() {
        Owners.Ownership claim = ownership;
        if (claim != null) {
            ownership = null;
            owners.release(claim, channel.leave());
        }
    }
}
