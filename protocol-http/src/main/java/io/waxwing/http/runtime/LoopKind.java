package io.waxwing.http.runtime;

import com.linecorp.armeria.common.FlagsProvider;
import com.linecorp.armeria.common.util.TransportType;

/**
 * Says which kind of event loop Armeria uses, found by it as a service: epoll where the system has it, Java's own
 * selector elsewhere. All protocols share loops and a loop serves channels of one kind only, so the rule is the node's
 * and not Armeria's, which would also choose kqueue.
 */
public final class LoopKind implements FlagsProvider {
    private static final int ABOVE_THE_DEFAULTS = 10;

    @Override
    public int priority() {
        return ABOVE_THE_DEFAULTS;
    }

    @Override
    public TransportType transportType() {
        return TransportType.EPOLL.isAvailable() ? TransportType.EPOLL : TransportType.NIO;
    }
}
