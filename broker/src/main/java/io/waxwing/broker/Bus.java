package io.waxwing.broker;

import io.waxwing.broker.dispatch.Dispatcher;
import io.waxwing.broker.dispatch.LiveRoutes;
import io.waxwing.broker.intake.Intake;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.spi.Absence;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.SessionStore;
import io.waxwing.bus.spi.Standing;
import io.waxwing.bus.spi.Subscriber;
import io.waxwing.bus.topic.TopicFilter;
import java.util.List;

/** The two ends of the pipeline as one port. */
final class Bus implements EventBus {
    private final Intake intake;
    private final Dispatcher dispatcher;
    private final LiveRoutes live;
    private final SessionStore sessions;

    Bus(Intake intake, Dispatcher dispatcher, LiveRoutes live, SessionStore sessions) {
        this.live = live;
        this.intake = intake;
        this.dispatcher = dispatcher;
        this.sessions = sessions;
    }

    @Override
    public boolean publish(EventDraft draft, long token, AckSink sink) {
        return intake.publish(draft, token, sink);
    }

    @Override
    public boolean publishTogether(List<EventDraft> drafts, long token, AckSink sink) {
        return intake.publishTogether(drafts, token, sink);
    }

    @Override
    public void whenRoom(String topic, Runnable resume) {
        intake.whenRoom(topic, resume);
    }

    @Override
    public Attachment attach(Subscriber subscriber, StartFrom start) {
        return dispatcher.attach(subscriber, start);
    }

    @Override
    public Standing attach(Absence absence, long position) {
        return dispatcher.attach(absence, position);
    }

    @Override
    public Runnable keep(TopicFilter filter, Runnable inForce) {
        return live.keep(filter, inForce);
    }

    @Override
    public void find(List<Long> references, FoundEvents answer) {
        dispatcher.find(references, answer);
    }

    @Override
    public SessionStore sessions() {
        return sessions;
    }
}
