package io.waxwing.broker.tls;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.netty.handler.ssl.SslContext;
import io.waxwing.broker.config.TlsSettings;
import io.waxwing.bus.audit.Act;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.ActLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What new connections of clients are encrypted with. {@link #get} gives what is loaded, on any thread, without
 * waiting; {@link #look}, by one thread that may wait, takes up files that have changed. Files that make no sense
 * change nothing: connections go on with what there was, and the log and a counter say so. Open connections keep what
 * they began with.
 */
public final class ServerTls implements Supplier<SslContext> {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

    private final TlsSettings settings;
    private final Counter renewed;
    private final Counter refused;
    private volatile Loaded loaded;
    private volatile ActLog acts = ActLog.NONE;

    /** The parts of what is loaded, for servers that make a context of their own. */
    public record Shown(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> issuers) {
        public Shown {
            chain = List.copyOf(chain);
            issuers = List.copyOf(issuers);
        }
    }

    private List<FileTime> seen;

    /** Loads them. Throws {@link RefusedException} WXW-2006 naming the file that is missing or makes no sense. */
    public ServerTls(TlsSettings settings, MeterRegistry metrics) {
        this.settings = settings;
        this.seen = times();
        this.loaded = Loaded.from(settings);
        this.renewed = reloads(metrics, "renewed");
        this.refused = reloads(metrics, "refused");
        TimeGauge.builder("waxwing.tls.certificate.expiry.timestamp", () -> loaded.expiresMs(), TimeUnit.MILLISECONDS)
                .description("When the certificate that clients are shown ends")
                .register(metrics);
    }

    private static Counter reloads(MeterRegistry metrics, String result) {
        return Counter.builder("waxwing.tls.reloads")
                .description("Changed certificate files that were found")
                .tag("result", result)
                .register(metrics);
    }

    @Override
    public SslContext get() {
        return loaded.context();
    }

    /** The same in parts; any thread. */
    public Shown shown() {
        return loaded.shown();
    }

    /** From now on changes of the certificate are written down there. */
    public void told(ActLog log) {
        acts = log;
    }

    /** Takes up changed files, if there are any. */
    public void look() {
        List<FileTime> now = times();
        if (now.equals(seen)) {
            return;
        }
        seen = now;
        try {
            loaded = Loaded.from(settings);
            renewed.increment();
            acts.record(Act.done(Act.NODE, settings.certificate().toString(), "tls.reload", ""));
            LOG.info("clients are shown the new certificate of {} from now on", settings.certificate());
        } catch (RefusedException e) {
            refused.increment();
            String code = e.refusal().code().text();
            acts.record(new Act(Act.NODE, settings.certificate().toString(), "tls.reload", "", code, true));
            LOG.atError()
                    .addKeyValue("code", e.refusal().code().text())
                    .log("new connections keep the certificate from before: {}", e.getMessage());
        }
    }

    private List<FileTime> times() {
        List<FileTime> times = new ArrayList<>();
        times.add(time(settings.certificate()));
        times.add(time(settings.key()));
        if (settings.clientCa() != null) {
            times.add(time(settings.clientCa()));
        }
        return times;
    }

    /** When a file was written last; a file that is not there has an age of its own, for it may come back. */
    private static FileTime time(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(-1);
        }
    }
}
