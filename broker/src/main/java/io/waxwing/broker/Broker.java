package io.waxwing.broker;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.waxwing.broker.admin.Health;
import io.waxwing.broker.admin.ProcessMetrics;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.dispatch.SharedStrategy;
import io.waxwing.broker.dispatch.SparkplugBirths;
import io.waxwing.broker.grant.GrantedAuthentication;
import io.waxwing.broker.jdbc.Databases;
import io.waxwing.broker.processing.Conditions;
import io.waxwing.broker.processing.RuleMeters;
import io.waxwing.broker.processing.RuleParts;
import io.waxwing.broker.processing.RuleService;
import io.waxwing.broker.pull.PullService;
import io.waxwing.broker.pull.StompQueues;
import io.waxwing.broker.receipt.Receipts;
import io.waxwing.broker.rules.EventRules;
import io.waxwing.broker.rules.TermsOfTopics;
import io.waxwing.broker.runtime.EventLoops;
import io.waxwing.broker.schedule.ScheduleService;
import io.waxwing.broker.store.Database;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.http.runtime.HttpAdapter;
import io.waxwing.http.runtime.HttpPorts;
import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.mqtt.netty.MqttAdapter;
import io.waxwing.node.store.RocksLedgerStore;
import io.waxwing.stomp.netty.Buses;
import io.waxwing.stomp.netty.StompServer;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: the composition root. {@link #start} opens and recovers everything, then opens the listeners; {@link #stop}
 * goes the other way round.
 */
public final class Broker {
    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);
    private static final long MQTT_STOP_MS = 2_000;
    private static final long STOMP_STOP_MS = 2_000;

    private final BrokerFolder folder;
    private final BrokerConfig config;
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Health health = new Health();
    private final Database database;
    private final LedgerPart ledger;
    private final AudiencePart audience;
    private final OutsidePart outside;
    private final EvmPart evm;
    private final Pipeline pipeline;
    private final @Nullable SparkplugBirths births;
    private final Bus bus;
    private final EventLoops loops;
    private final RetentionPart retention;
    private final FilePart files;
    private final AuditPart audit;
    private final AccessPart access;
    private final Authentication door;
    private final MqttPart mqttPart;
    private final MqttAdapter mqtt;
    private final StompPart stompPart;
    private final StompServer stomp;
    private final EventRules rules;
    private final TermsOfTopics terms;
    private final PullService pulls;
    private final Databases databases;
    private final RuleService processing;
    private final ScheduleService schedules;
    private final HttpPart httpPart;
    private final HttpAdapter http;
    private final Map<String, InetSocketAddress> listeners = new LinkedHashMap<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable Throwable failure;
    private boolean stopping;

    private Broker(BrokerFolder folder, BrokerConfig config, UnaryOperator<PeerLinks> tap) {
        this.folder = folder;
        this.config = config;
        mqttPart = new MqttPart(config, metrics);
        stompPart = new StompPart(config, mqttPart.tls());
        httpPart = new HttpPart(config, mqttPart.tls());
        databases = new Databases(config.jdbc(), metrics);
        folder.create();
        loops = new EventLoops(config.transport(), metrics);
        audit = new AuditPart(config, folder, metrics);
        access = audit.access(config, folder, metrics);
        database = Database.open(folder.database(), RocksLedgerStore.columnNames());
        try {
            ledger = new LedgerPart(folder, config, database, tap, metrics);
        } catch (RuntimeException e) {
            access.close();
            audit.close();
            database.close();
            throw e;
        }
        audience = audiencePart(folder, config);
        pipeline = new Pipeline(config, database, ledger, audience, metrics, cause -> failure = cause);
        SharedStrategy.valueOf(config.mqtt().sharedStrategy().toUpperCase(Locale.ROOT))
                .applyTo(pipeline.dispatcher);
        terms = new TermsOfTopics(database, config.topics().maxTerms(), System::nanoTime, metrics);
        retention = new RetentionPart(
                config.topics(),
                terms,
                database,
                ledger.peering == null,
                pipeline.erasure.destruction,
                cause -> failure = cause);
        pipeline.erasure.wakes(retention::wake);
        retention.register(metrics, pipeline.dispatcher.history());
        outside = new OutsidePart(config.outside(), ledger.agent.reader(), ledger.signatures, folder.data(), metrics);
        evm = EvmPart.open(config.outside(), ledger.agent.reader(), folder, metrics);
        rules = new EventRules(database, AdapterSettings.rules(config), System::currentTimeMillis, metrics);
        pipeline.intake.admit(rules.then(terms));
        door = new GrantedAuthentication(access.authentication(), pipeline.grants.gate);
        pipeline.grants.explains(access.authentication());
        bus = new Bus(pipeline.intake, pipeline.dispatcher, pipeline.live, pipeline.sessions);
        files = new FilePart(config, folder.files(), pipeline, audience, ledger, bus, cause -> failure = cause);
        files.register(metrics, retention);
        births = config.mqtt().sparkplug()
                ? new SparkplugBirths(pipeline.dispatcher, bus, ledger.institution, metrics)
                : null;
        mqtt = new MqttAdapter(bus, door, loops.group(), loops.serverChannels(), AdapterSettings.mqtt(config), metrics);
        Conditions conditions = new Conditions();
        pulls = pulls(conditions);
        processing = processing(conditions);
        schedules = schedules();
        stomp = new StompServer(
                new Buses(bus, new StompQueues(pulls, audit.log())),
                door,
                loops.group(),
                loops.serverChannels(),
                AdapterSettings.stomp(config),
                metrics);
        // HTTP's server chooses its kind of loops by itself; where that is another one it brings its own.
        http = new HttpAdapter(ports(), HttpAdapter.canShare(loops.group()) ? loops.group() : null);
        wireHealth();
        ProcessMetrics.register(metrics);
    }

    private AudiencePart audiencePart(BrokerFolder of, BrokerConfig with) {
        try {
            return new AudiencePart(ledger, with, of.keys());
        } catch (RuntimeException e) {
            ledger.close();
            access.close();
            audit.close();
            database.close();
            throw e;
        }
    }

    private PullService pulls(Conditions conditions) {
        return new PullService(
                bus,
                pipeline.dispatcher.history(),
                pipeline.subscriptions,
                conditions::test,
                AdapterSettings.pulls(config),
                System::currentTimeMillis,
                metrics);
    }

    private RuleService processing(Conditions conditions) {
        return new RuleService(new RuleParts(
                bus,
                pulls,
                door,
                conditions,
                databases,
                ledger.institution,
                AdapterSettings.processing(config),
                new RuleMeters(metrics),
                System::currentTimeMillis));
    }

    private ScheduleService schedules() {
        return new ScheduleService(
                new ScheduleService.Parts(
                        bus,
                        database,
                        door,
                        ledger.institution,
                        AdapterSettings.schedules(config),
                        System::currentTimeMillis),
                metrics);
    }

    private HttpPorts ports() {
        return new HttpPorts(
                bus,
                pipeline.dispatcher.history(),
                new Directory(pipeline.topics, pipeline.intake, terms, retention::keptOf),
                pulls,
                rules,
                processing,
                schedules,
                files.service(),
                AdapterSettings.webhooks(config),
                pipeline.erasure,
                new Receipts(pipeline.events, pipeline.index, ledger.agent.reader()),
                ledger.agent.reader(),
                WitnessPart.open(config.witness(), ledger, folder.keys()),
                outside::witnessed,
                evm::anchored,
                health,
                metrics,
                ledger.institution,
                AdapterSettings.http(config),
                folder.cursorKey(),
                new ConsortiumPart(ledger, pipeline.calls()),
                pipeline.grants,
                folder.operatorToken(),
                new OperationPart(folder, database, ledger.peering == null ? pipeline.calls() : null),
                door,
                audit.log(),
                config.http().webSocketOrigins(),
                config.http().corsOrigins(),
                new LedgerChain(ledger, pipeline),
                config.weEvent());
    }

    private void wireHealth() {
        health.live("core", () -> {
            Throwable cause = failure;
            return cause == null ? pipeline.coreProblem() : "stopped: " + cause.getMessage();
        });
        health.ready("store", pipeline.guard::failure);
        health.ready("audit", audit::problem);
        health.ready(
                "ledger",
                () -> ledger.agent.health().isRunning()
                        ? null
                        : ledger.agent.health().detail());
        if (ledger.peering != null) {
            health.ready("audience", audience::problem);
            health.ready("lane", pipeline::laneProblem);
        }
        Gauge.builder("waxwing.up", () -> 1)
                .description("1 while the process runs")
                .register(metrics);
        for (String check : new String[] {"core", "store", "audit", "ledger", "audience", "lane", "serving"}) {
            Gauge.builder("waxwing.ready", () -> isOk(check) ? 1 : 0)
                    .description("1 while this part is ready")
                    .tag("check", check)
                    .register(metrics);
        }
    }

    private boolean isOk(String name) {
        return health.ready().stream().noneMatch(check -> check.name().equals(name) && !check.ok());
    }

    /**
     * Starts a node and returns when it is ready.
     *
     * @throws RefusedException with the reason, for anything an operator can mend
     * @throws io.waxwing.ledger.failure.LedgerFailure if keys, vote log and data do not fit together
     */
    public static Broker start(BrokerFolder folder, BrokerConfig config) {
        return start(folder, config, UnaryOperator.identity());
    }

    /** The same with something between the links to other members and everybody who uses them. */
    static Broker start(BrokerFolder folder, BrokerConfig config, UnaryOperator<PeerLinks> tap) {
        Broker broker = new Broker(folder, config, tap);
        try {
            broker.pipeline.start();
            if (broker.births != null) {
                broker.births.start();
            }
            broker.pulls.load();
            broker.schedules.load();
            folder.writeTrustPolicy(broker.ledger.agent.reader().trustPolicy().toBytes());
            broker.audit.start(broker.bus, broker.institution(), broker.mqttPart.tls());
            broker.listen();
            broker.processing.start(broker.http.sender());
            broker.schedules.start();
            broker.outside.start();
            broker.evm.start();
            broker.retention.start();
            broker.files.start();
        } catch (RuntimeException e) {
            broker.stop();
            throw e;
        }
        broker.health.markStarted();
        return broker;
    }

    private void listen() {
        if (ledger.peering != null) {
            listeners.put("peers", ledger.peering.links.start());
        }
        mqttPart.listen(mqtt, listeners);
        stompPart.listen(stomp, listeners);
        httpPart.listen(http, listeners);
    }

    public String institution() {
        return ledger.institution;
    }

    /** How many order events, where, and what that tolerates. */
    public String ledgerInWords() {
        int validators = ledger.registry().validators().size();
        int faults = Quorum.faults(validators);
        return "ledger of " + (validators == 1 ? "one" : validators) + " (" + ledger.originLine + ", "
                + (faults == 0 ? "no fault tolerance" : "tolerates " + faults + " that fail or lie") + ")";
    }

    /** Whether clients have to show who they are. */
    public boolean asksWho() {
        return config.access().isOn();
    }

    /** Whether clients from elsewhere may come without TLS. */
    public boolean insecureLan() {
        return config.access().insecureLan();
    }

    /** Where it listens, by name. */
    public Map<String, InetSocketAddress> listeners() {
        return listeners;
    }

    public BrokerFolder folder() {
        return folder;
    }

    public PrometheusMeterRegistry metrics() {
        return metrics;
    }

    /** Waits until the node has stopped. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    /** Stops it: no new work, what was taken is written, then everything is closed. May be called more than once. */
    public synchronized void stop() {
        if (stopping) {
            return;
        }
        stopping = true;
        health.markStopping();
        mqtt.stop(MQTT_STOP_MS, AdapterSettings.mqttEnd(config));
        stomp.stop(STOMP_STOP_MS);
        schedules.close();
        processing.close();
        pulls.close();
        http.stop();
        audit.stopping();
        outside.close();
        evm.close();
        retention.close();
        files.close();
        try {
            pipeline.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("interrupted while stopping; what was acknowledged is on the disk all the same");
        }
        mqttPart.close();
        access.close();
        audit.close();
        loops.close();
        ledger.close();
        database.close();
        LOG.info("stopped");
        stopped.countDown();
    }
}
