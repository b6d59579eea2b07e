package io.waxwing.broker;

import io.waxwing.broker.dispatch.Dispatcher;
import io.waxwing.broker.intake.Intake;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.Subscriber;

/** The two ends of the pipeline as one port. */
final class Bus implements EventBus {
    private final Intake intake;
    private final Dispatcher dispatcher;

    Bus(Intake intake, Dispatcher dispatcher) {
        this.intake = intake;
        this.dispatcher = dispatcher;
    }

    @Override
    public boolean publish(EventDraft draft, long token, AckSink sink) {
        return intake.publish(draft, token, sink);
    }

    @Override
    public void whenRoom(String topic, Runnable resume) {
        intake.whenRoom(topic, resume);
    }

    @Override
    public Attachment attach(Subscriber subscriber, StartFrom start) {
        return dispatcher.attach(subscriber, start);
    }
}
