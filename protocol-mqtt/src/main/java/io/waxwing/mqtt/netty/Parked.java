package io.waxwing.mqtt.netty;

import io.waxwing.mqtt.session.PendingWill;
import io.waxwing.mqtt.session.SessionState;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A durable session while its client is away: waits for its end, for its will, or for its client. Belongs to one event
 * loop.
 */
final class Parked implements Owners.Claimant {
    private final KeptSession session;
    private final Sessions sessions;
    private final Owners.Loop loop;
    private final Owners.Ownership ownership;
    private @Nullable ScheduledFuture<?> timer;
    private boolean over;
    private boolean willUnderWay;

    Parked(KeptSession session, Sessions sessions, Owners.Loop loop) {
        this.session = session;
        this.sessions = sessions;
        this.loop = loop;
        this.ownership =
                new Owners.Ownership(session.state().clientId(), session.state().owner(), this);
    }

    @Override
    public Owners.Loop loop() {
        return loop;
    }

    @Override
    public void onOwned(@Nullable KeptSession nothing) {
        // It is the owner from the beginning.
    }

    Owners.Ownership ownership() {
        return ownership;
    }

    /** Begins to wait. */
    void begin() {
        sessions.metrics().parked(1);
        sessions.store(session.state());
        arm();
    }

    private void arm() {
        PendingWill will = session.state().will();
        long at = session.state().expiresAtMillis();
        at = will == null ? at : Math.min(at, will.dueMillis());
        long delay = Math.max(0, at - System.currentTimeMillis());
        try {
            timer = loop.timers().schedule(this::onTime, delay, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException loopHasEnded) {
            timer = null; // The node stops; the next start takes the session up.
        }
    }

    private void onTime() {
        if (over) {
            return;
        }
        SessionState state = session.state();
        long now = System.currentTimeMillis();
        PendingWill will = state.will();
        if (will != null && will.dueMillis() <= now) {
            state.willPublished();
            sessions.publishWill(state, will, () -> loop.execute(this::willIsSafe));
            willUnderWay = true;
        }
        if (state.expiresAtMillis() <= now && !willUnderWay) {
            end();
            sessions.discard(session);
            sessions.metrics().expired();
            sessions.owners().release(ownership, null);
        } else if (state.expiresAtMillis() > now) {
            arm();
        }
    }

    /** The session's rows may go now: the event that one of them stands for does not depend on it any more. */
    private void willIsSafe() {
        willUnderWay = false;
        if (!over && session.state().expiresAtMillis() <= System.currentTimeMillis()) {
            onTime();
        }
    }

    @Override
    public void onEvicted() {
        if (!over) {
            end();
            sessions.owners().release(ownership, session);
        }
    }

    private void end() {
        over = true;
        sessions.metrics().parked(-1);
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
