package io.waxwing.http.runtime;

import com.linecorp.armeria.common.FlagsProvider;
import com.linecorp.armeria.common.util.TransportType;

/**
 * Makes Armeria use Java's own selectors, found by it as a service. All protocols share event loops, and a loop serves
 * channels of one kind only; Java's kind is there on every machine.
 */
public final class NioFlags implements FlagsProvider {
    private static final int ABOVE_THE_DEFAULTS = 10;

    @Override
    public int priority() {
        return ABOVE_THE_DEFAULTS;
    }

    @Override
    public TransportType transportType() {
        return TransportType.NIO;
    }
}
