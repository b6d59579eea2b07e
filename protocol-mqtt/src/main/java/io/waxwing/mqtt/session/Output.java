package io.waxwing.mqtt.session;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.SharedProgress;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Exchange;
import io.waxwing.bus.spi.SessionStore;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.mqtt.packet.Connect;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.MqttVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a session can do to the world. A shell executes each call at once and in order, on the session's own event
 * loop; it may call back into the session only where that is said.
 */
public interface Output {
    /** Sends a packet behind those sent before; it leaves with the next flush. */
    void send(MqttPacket packet);

    /** Whether the connection takes more without buffering beyond its water mark. */
    boolean isWritable();

    /**
     * Asks who the client is, before anything is done for it.
     *
     * @param clientId the client's, or the one assigned to it
     * @return what it may do, or null: answered by {@link MqttSession#onAdmitted} or {@link MqttSession#onNotAdmitted},
     *     never before this returns
     */
    @Nullable Access login(Connect connect, String clientId);

    /** Begins an exchange by which the client shows who it is; null if that method is not offered. */
    @Nullable Exchange exchange(String method, String clientId);

    /**
     * Makes this connection the one owner of a client identifier; answered by {@link MqttSession#onOwned} when the
     * former owner can change nothing any more, perhaps before this returns; or by {@link MqttSession#onNotAdmitted} if
     * the identifier's session belongs to another principal, or a durable one would be one too many.
     *
     * @param durable the session is to outlive the connection
     */
    void claim(String clientId, boolean durable);

    /** CONNACK with success has been sent in this version; the client takes {@code window} unacknowledged events. */
    void opened(MqttVersion version, int window);

    /** Writes a change of the session's state; answered by {@link MqttSession#onSaved}, never before this returns. */
    void save(SessionStore.Change change);

    /**
     * Reads back events in flight by their references; answered by {@link MqttSession#onFound}, never before this
     * returns.
     */
    void find(List<Long> references);

    /** The session's deliveries may come: those it missed, then live ones. */
    void attend(SessionState session);

    /** A former session is not wanted, or has ended: it is removed and its will published, if it had one. */
    void discard(SessionState session);

    /**
     * Hands an event to the bus; answered by {@link MqttSession#onAcknowledged} or {@link MqttSession#onRefused} if the
     * token is not {@link MqttSession#NO_TOKEN}.
     *
     * @return false if the bus is full: the shell keeps the draft and calls {@link MqttSession#onRoom} once it is taken
     */
    boolean publish(long token, EventDraft draft);

    /** Answered by {@link MqttSession#onSubscriptionAnswer}, never before this returns. */
    void subscribe(Subscription subscription, long token);

    /** Answered by {@link MqttSession#onSubscriptionAnswer}, never before this returns. */
    void unsubscribe(TopicFilter filter, long token);

    /** Says how far it is with an event of a shared subscription. */
    void progress(SharedProgress step);

    /** The session is done with a delivery: sent, dropped, or not wanted. */
    void released(Delivery delivery);

    void pauseReading();

    /** The client is too fast: calls {@link MqttSession#onRoom} after that time, until when nothing is read. */
    void throttle(long nanos);

    void resumeReading();

    /** Sends what has been sent, then ends the connection. Nothing follows. */
    void close(CloseReason reason);

    /** Counts an event from the client; {@code sizeBytes} is its payload. */
    void received(int sizeBytes);

    /** Counts an event from the client that was not taken. */
    void rejected(FailureCode code);

    /** Counts an event sent to the client; {@code sizeBytes} is its payload. */
    void delivered(int sizeBytes);

    /** Counts an event that was for the client and is not sent. */
    void dropped(DropReason reason);
}
