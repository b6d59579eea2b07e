package io.waxwing.http.stream;

import com.linecorp.armeria.common.HttpResponse;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.filter.Cesql;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.HttpMeters;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.ProblemException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Opens streams, knows all that are open, closes them when the node stops. Thread safe. */
public final class EventStreams {
    private final EventBus bus;
    private final HttpSettings settings;
    private final HttpMeters meters;
    private final SseText text;
    private final Set<EventStream> open = ConcurrentHashMap.newKeySet();

    public EventStreams(EventBus bus, CursorSeal seal, HttpSettings settings, HttpMeters meters) {
        this.bus = bus;
        this.settings = settings;
        this.meters = meters;
        this.text = new SseText(seal);
    }

    /**
     * What a stream gives besides its filter.
     *
     * @param sql only what this is true for; null for everything
     * @param passesGaps it does not wait for payloads that others keep back
     */
    public record Wish(@Nullable Cesql sql, boolean passesGaps) {}

    /**
     * A stream of everything that matches the filter and the wish, from {@code start}.
     *
     * @throws ProblemException 429 if too many are open
     */
    public HttpResponse open(Exchange exchange, TopicFilter filter, Wish wish, StartFrom start) {
        if (!meters.openStream(settings.maxStreams())) {
            throw new ProblemException(Problem.of(
                    FailureCode.SUBSCRIPTION_LIMIT, "the node has " + settings.maxStreams() + " open event streams"));
        }
        EventStream stream = new EventStream(exchange, settings, meters, text, wish);
        open.add(stream);
        // Fires in every case: end, disconnect, timeout before the bus answered.
        var unused = exchange.context().log().whenComplete().thenRun(() -> {
            open.remove(stream);
            stream.closeSoon();
        });
        stream.begin(
                bus.attach(stream, start),
                new Subscription(filter, Subscription.RetainedValues.DO_NOT_SEND, false, stream));
        return stream.answer();
    }

    /** Any thread: ends the streams of those who may not be here any more. */
    public void recheck() {
        open.stream().filter(EventStream::isOver).forEach(EventStream::closeSoon);
    }

    public void closeAll() {
        open.forEach(EventStream::closeSoon);
    }
}
