package io.waxwing.broker;

import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.broker.access.AccessActs;
import io.waxwing.broker.admin.ProcessMetrics;
import io.waxwing.broker.audit.AuditLog;
import io.waxwing.broker.audit.AuditSeals;
import io.waxwing.broker.audit.FolderActs;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.runtime.Repeating;
import io.waxwing.broker.tls.ServerTls;
import io.waxwing.bus.audit.Act;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.ActLog;
import io.waxwing.bus.spi.EventBus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The audit log of the node, open before anybody is let in and until nobody is any more. */
final class AuditPart implements AutoCloseable {
    private final AuditLog log;
    private final AccessActs access = new AccessActs();
    private final FolderActs folderActs = new FolderActs();
    private final BrokerFolder folder;
    private final BrokerConfig.Audit settings;
    private @Nullable Repeating sealing;

    /** Throws {@link io.waxwing.bus.failure.RefusedException} WXW-1230 naming a line that does not follow. */
    AuditPart(BrokerConfig config, BrokerFolder folder, MeterRegistry metrics) {
        settings = config.audit();
        this.folder = folder;
        log = new AuditLog(folder.auditLog(), metrics, act -> {
            access.before(act);
            folderActs.before(act);
        });
        access.told(log);
        log.record(Act.done(
                Act.NODE,
                folder.data().toString(),
                "node.start",
                "version " + ProcessMetrics.version() + ", settings " + settings.fingerprint() + " "
                        + settings.given()));
    }

    /** Who may come in. Throws {@link io.waxwing.bus.failure.RefusedException} WXW-2007. */
    AccessPart access(BrokerConfig config, BrokerFolder folder, MeterRegistry metrics) {
        try {
            if (!config.access().isOn()) {
                access.off();
            }
            return new AccessPart(config, folder, access, metrics);
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
    }

    ActLog log() {
        return log;
    }

    /** Why nothing can be managed, or null. */
    @Nullable String problem() {
        Refusal problem = log.problem();
        return problem == null ? null : problem.detail();
    }

    /** The bus runs. @throws io.waxwing.bus.failure.RefusedException WXW-2101 */
    void start(EventBus bus, String institution, @Nullable ServerTls tls) {
        List<Path> files = new ArrayList<>(folder.keySets());
        files.add(folder.genesis());
        folderActs.found(folder.data(), files, log);
        if (tls != null) {
            tls.told(log);
        }
        Duration every = settings.seal();
        if (!every.isZero()) {
            AuditSeals seals = new AuditSeals(bus, log, institution);
            sealing = new Repeating("audit-seal", every, seals::look);
        }
    }

    /** Nobody manages any more. */
    void stopping() {
        if (sealing != null) {
            sealing.close();
        }
        log.record(Act.done(Act.NODE, "", "node.stop", ""));
    }

    @Override
    public void close() {
        if (sealing != null) {
            sealing.close();
        }
        log.close();
    }
}
