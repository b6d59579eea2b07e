package io.waxwing.broker;

import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.broker.access.AccessActs;
import io.waxwing.broker.access.FileAuthentication;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.runtime.Repeating;
import io.waxwing.bus.spi.Authentication;
import org.jspecify.annotations.Nullable;

/** Who may come in, for all listeners of the node. */
final class AccessPart implements AutoCloseable {
    private final @Nullable FileAuthentication file;
    private final @Nullable Repeating looking;

    /** Throws {@link io.waxwing.bus.failure.RefusedException} WXW-2007 if the access file cannot be used. */
    AccessPart(BrokerConfig config, BrokerFolder folder, AccessActs acts, MeterRegistry metrics) {
        if (config.access().isOn()) {
            file = new FileAuthentication(config.access(), config.institution(), folder.operatorToken(), acts, metrics);
            file.look();
            looking = new Repeating("access-look", config.access().look(), file::look);
        } else {
            file = null;
            looking = null;
        }
    }

    Authentication authentication() {
        return file == null ? Authentication.OPEN : file;
    }

    @Override
    public void close() {
        if (looking != null) {
            looking.close();
        }
        if (file != null) {
            file.close();
        }
    }
}
