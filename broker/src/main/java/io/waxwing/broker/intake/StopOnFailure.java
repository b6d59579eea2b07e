package io.waxwing.broker.intake;

import com.lmax.disruptor.ExceptionHandler;
import java.util.function.Consumer;

/** Ends the journal thread when it fails: what it holds is not durable, and going on would leave a hole. */
final class StopOnFailure implements ExceptionHandler<IntakeSlot> {
    private final Consumer<Throwable> onFailure;

    StopOnFailure(Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
    }

    @Override
    public void handleEventException(Throwable failure, long ringSequence, IntakeSlot slot) {
        onFailure.accept(failure);
        throw new IllegalStateException("the journal stops at ring sequence " + ringSequence, failure);
    }

    @Override
    public void handleOnStartException(Throwable failure) {
        onFailure.accept(failure);
    }

    @Override
    public void handleOnShutdownException(Throwable failure) {
        onFailure.accept(failure);
    }
}
