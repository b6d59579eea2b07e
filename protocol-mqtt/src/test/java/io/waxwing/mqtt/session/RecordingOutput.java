package io.waxwing.mqtt.session;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.SharedProgress;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.SessionMark;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.identity.Credentials;
import io.waxwing.bus.identity.Login;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Exchange;
import io.waxwing.bus.spi.SessionStore;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.mqtt.packet.Connect;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.PacketText;
import io.waxwing.testkit.fake.ScriptedDoor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes one line per output; that printout is what conversations expect. Remembers subscriptions for deliveries. */
final class RecordingOutput implements Output {
    final Map<String, Subscription> subscriptions = new HashMap<>();
    boolean writable = true;
    boolean busHasRoom = true;
    int released;
    final StoredRows store = new StoredRows();
    List<Long> asked = List.of();
    private List<String> lines = new ArrayList<>();

    List<String> take() {
        List<String> taken = lines;
        lines = new ArrayList<>();
        return taken;
    }

    @Override
    public void send(MqttPacket packet) {
        lines.add(PacketText.print(packet));
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    private final ScriptedDoor door = new ScriptedDoor().user("u").user("v");
    /** Null: the answer comes later. */
    @Nullable Access access = Access.UNLIMITED;

    @Override
    public @Nullable Access login(Connect connect, String clientId) {
        if (access == null) {
            lines.add("login " + clientId + " user=" + connect.userName());
        }
        return access;
    }

    @Override
    public @Nullable Exchange exchange(String method, String clientId) {
        return door.exchange(method, new Login(Credentials.NONE, "mqtt", "", clientId));
    }

    @Override
    public void claim(String clientId, boolean durable) {
        lines.add("claim " + clientId);
    }

    @Override
    public void opened(MqttVersion version, int window) {}

    @Override
    public void save(SessionStore.Change change) {
        store.write(change);
        StringBuilder text = new StringBuilder(change.synced() ? "save synced" : "save");
        change.rows().forEach(row -> text.append(' ').append(row.name()).append(row.value() == null ? "-" : ""));
        lines.add(text.toString());
    }

    @Override
    public void find(List<Long> references) {
        lines.add("find " + references);
        asked = references;
    }

    @Override
    public void attend(SessionState session) {
        lines.add("attend " + session.cursor());
    }

    @Override
    public void discard(SessionState session) {
        PendingWill will = session.will();
        lines.add("discard " + session.name()
                + (will == null ? "" : " will=" + will.draft().topic()));
        store.write(session.discarded());
    }

    @Override
    public boolean publish(long token, EventDraft draft) {
        StringBuilder text = new StringBuilder("bus.publish ").append(token);
        text.append(" q").append(draft.qos()).append(draft.retain() ? " retain" : "");
        text.append(draft.identified() ? " identified" : "");
        text.append(draft.ackWanted() == null ? "" : " wait=" + draft.ackWanted());
        text.append(" topic=").append(draft.topic()).append(" payload=");
        text.append(new String(draft.payload().bytes(), StandardCharsets.UTF_8));
        draft.attributes().forEach((name, value) -> {
            if (!name.equals("specversion") && !value.equals("io.waxwing.raw")) {
                text.append(' ').append(name).append('=').append(value);
            }
        });
        SessionMark mark = draft.mark();
        text.append(mark == null ? "" : " mark=" + mark.row());
        lines.add(text.toString());
        return busHasRoom;
    }

    @Override
    public void subscribe(Subscription subscription, long token) {
        subscriptions.put(subscription.filter().toString(), subscription);
        lines.add("bus.subscribe " + token + " " + subscription.filter() + " " + subscription.retained());
    }

    @Override
    public void unsubscribe(TopicFilter filter, long token) {
        lines.add("bus.unsubscribe " + token + " " + filter);
    }

    @Override
    public void progress(SharedProgress step) {
        lines.add("progress " + step.filter() + " " + step.reference() + " " + step.step());
    }

    @Override
    public void released(Delivery delivery) {
        released++;
    }

    @Override
    public void throttle(long nanos) {
        lines.add("throttle " + nanos / 1_000_000L);
    }

    @Override
    public void pauseReading() {
        lines.add("pause");
    }

    @Override
    public void resumeReading() {
        lines.add("resume");
    }

    @Override
    public void close(CloseReason reason) {
        lines.add("close " + reason.word());
    }

    @Override
    public void received(int sizeBytes) {}

    @Override
    public void rejected(FailureCode code) {
        lines.add("rejected " + code);
    }

    @Override
    public void delivered(int sizeBytes) {}

    @Override
    public void dropped(DropReason reason) {
        lines.add("dropped " + reason.word());
    }
}
