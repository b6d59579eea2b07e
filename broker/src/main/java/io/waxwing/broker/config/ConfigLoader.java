package io.waxwing.broker.config;

import io.waxwing.broker.rules.RuleLimits;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.Topic;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.http.exchange.Origins;
import io.waxwing.ledger.control.Names;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a {@link BrokerConfig} out of the defaults, a file, the environment and the command line. */
public final class ConfigLoader {
    private static final List<String> CLASSES = List.of("ordered", "sealed", "local", "live");
    private static final List<String> ACKS = List.of("auto", "ordered", "durable", "accepted");

    private static final Pattern AUDIENCE_NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final Pattern AUDIENCE_ID = Pattern.compile("[2-9]|[1-9][0-9]{1,8}");

    /** As MQTT 5 section 4.11 suggests. */
    private static final Pattern SERVERS =
            Pattern.compile("|[A-Za-z0-9.:\\[\\]-]{1,255}( [A-Za-z0-9.:\\[\\]-]{1,255}){0,7}");

    private static final List<String> WORDS = List.of("same", "any", "none");
    static final Pattern ORIGINS = Pattern.compile("same|any|none|https?://[^ ,/]+(, *https?://[^ ,/]+)*");

    private ConfigLoader() {}

    /**
     * Loads the configuration.
     *
     * @param file what {@code --config} names, or null
     * @param environment the process' environment
     * @param commandLine what {@code --set} gave, by path
     * @throws RefusedException WXW-2001 unknown key, WXW-2002 illegal value, WXW-2003 unreadable file
     */
    public static BrokerConfig load(
            @Nullable Path file, Map<String, String> environment, Map<String, String> commandLine) {
        YamlSettings defaults = YamlSettings.parse("defaults", defaultsText());
        YamlSettings given = file == null
                ? YamlSettings.parse("none", "")
                : YamlSettings.parse(String.valueOf(file.getFileName()), read(file));
        Settings settings = Settings.overlay(defaults, given, environment, commandLine);
        return new BrokerConfig(
                settings.matching("institution", Names.INSTITUTION, "1 to 32 of a-z, 0-9 and '-'"),
                new BrokerConfig.Ledger(
                        settings.matching("ledger.origin", Names.HOST, "a host name in lower case"),
                        settings.duration("ledger.heartbeat"),
                        settings.number("ledger.snapshotBlocks", 0, 1L << 40),
                        keepBlocks(settings),
                        settings.duration("ledger.gapAfter")),
                new BrokerConfig.Peers(settings.text("peers.host"), (int) settings.number("peers.port", 0, 65_535)),
                settings.oneOf("transport", List.of("auto", "epoll", "io_uring", "nio")),
                mqtt(settings),
                http(settings),
                StompConfig.of(settings),
                transports(settings),
                AccessSettings.of(settings),
                topics(settings),
                audiences(settings),
                WitnessSettings.of(settings),
                OutsideSettings.of(settings),
                limits(settings),
                new BrokerConfig.Subscriptions(
                        (int) settings.number("subscriptions.max", 0, 1_000_000),
                        (int) settings.number("subscriptions.maxPerUser", 0, 1_000_000),
                        (int) settings.number("subscriptions.maxWaiting", 0, 1_000_000),
                        (int) settings.number("subscriptions.maxWaitingPerUser", 0, 1_000_000)),
                new BrokerConfig.Webhooks(
                        (int) settings.number("webhooks.max", 0, 100_000),
                        (int) settings.number("webhooks.maxPerUser", 0, 100_000),
                        settings.flag("webhooks.privateNetworks"),
                        settings.flag("webhooks.handshake"),
                        settings.duration("webhooks.timeout")),
                FileItems.of(settings),
                WeEventItems.of(settings),
                new BrokerConfig.Rules(
                        (int) settings.number("schemas.max", 0, 100_000),
                        (int) settings.size("schemas.size", RuleLimits.SCHEMA_BYTES_MAX),
                        (int) settings.number("schemas.steps", 1_000, RuleLimits.STEPS_MAX),
                        (int) settings.number("signers.max", 0, 10_000)),
                new BrokerConfig.Processing(
                        (int) settings.number("rules.max", 0, 100_000),
                        (int) settings.number("rules.maxPerUser", 0, 100_000),
                        (int) settings.size("rules.size", 32 << 10),
                        (int) settings.number("rules.maxHops", 1, 1_000)),
                JdbcItems.of(settings),
                new BrokerConfig.Schedules(
                        (int) settings.number("schedules.max", 0, 100_000),
                        (int) settings.number("schedules.maxPerUser", 0, 100_000),
                        (int) settings.size("schedules.size", 1 << 20),
                        settings.duration("schedules.grace")),
                settings.size("store.reserve", 1L << 50),
                new BrokerConfig.Audit(settings.duration("audit.seal"), settings.given(), settings.fingerprint()),
                new BrokerConfig.Log(
                        settings.oneOf("log.level", List.of("error", "warn", "info", "debug")),
                        settings.oneOf("log.format", List.of("auto", "human", "json"))));
    }

    private static Duration keepBlocks(Settings settings) {
        Duration keep = settings.duration("ledger.keepBlocks");
        if (!keep.isZero() && keep.compareTo(Duration.ofHours(1)) < 0) {
            throw new RefusedException(FailureCode.CONFIG_VALUE, "ledger.keepBlocks: want 0s or at least 1h");
        }
        return keep;
    }

    /** The text of the defaults, as documented. */
    public static String defaultsText() {
        try (InputStream in = ConfigLoader.class.getResourceAsStream("defaults.yaml")) {
            return new String(
                    Objects.requireNonNull(in, "defaults.yaml is part of this jar")
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new RefusedException(FailureCode.CONFIG_FILE, file + ": " + e.getMessage());
        }
    }

    static BrokerConfig.Listener listener(Settings settings, String name) {
        return new BrokerConfig.Listener(
                settings.flag("listeners." + name + ".enabled"), settings.text("listeners." + name + ".host"), (int)
                        settings.number("listeners." + name + ".port", 0, 65_535));
    }

    private static BrokerConfig.Transports transports(Settings settings) {
        String origins =
                settings.matching("mqtt.webSocketOrigins", ORIGINS, "same, any, none, or origins parted by commas");
        List<String> named = WORDS.contains(origins) ? List.of() : List.of(origins.split(", *", -1));
        return new BrokerConfig.Transports(
                listener(settings, "mqtts"),
                !origins.equals("none"),
                named,
                origins.equals("any"),
                TlsSettings.of(settings));
    }

    private static BrokerConfig.Mqtt mqtt(Settings settings) {
        return new BrokerConfig.Mqtt(
                listener(settings, "mqtt"),
                (int) settings.size("mqtt.maxPacket", 256 << 20),
                (int) settings.number("mqtt.receiveMaximum", 1, 65_535),
                settings.duration("mqtt.maxKeepAlive"),
                settings.duration("mqtt.connectTimeout"),
                settings.duration("mqtt.loginTimeout"),
                (int) settings.number("mqtt.maxSubscriptions", 1, 1_000_000),
                settings.duration("mqtt.maxSessionExpiry"),
                (int) settings.number("mqtt.offlineEvents", 1, 10_000_000),
                settings.size("mqtt.offlineBytes", 1L << 40),
                settings.duration("mqtt.systemInterval"),
                settings.flag("mqtt.sparkplug"),
                settings.oneOf("mqtt.sharedStrategy", List.of("window", "sticky", "by_key")),
                new BrokerConfig.Redirect(
                        settings.matching("mqtt.redirect", SERVERS, "hosts with or without ports, parted by spaces"),
                        settings.flag("mqtt.redirectForGood")),
                mqttLimits(settings));
    }

    private static BrokerConfig.MqttLimits mqttLimits(Settings settings) {
        return new BrokerConfig.MqttLimits(
                (int) settings.number("mqtt.topicAliasMaximum", 0, 65_535),
                (int) settings.number("mqtt.maxTopicLevels", 1, Topic.MAX_LEVELS),
                (int) settings.number("mqtt.maxConnections", 1, 10_000_000),
                (int) settings.number("mqtt.connectionRate", 0, 1_000_000),
                (int) settings.number("mqtt.maxSessions", 0, 100_000_000),
                (int) settings.number("mqtt.publishRate", 0, 100_000_000),
                settings.size("mqtt.publishBytesRate", 1L << 40));
    }

    private static BrokerConfig.Http http(Settings settings) {
        return new BrokerConfig.Http(
                listener(settings, "http"),
                listener(settings, "https"),
                (int) settings.size("http.maxRequest", 256 << 20),
                (int) settings.number("http.maxBatch", 1, 4096),
                settings.duration("http.wait"),
                (int) settings.number("http.maxConnections", 1, 10_000_000),
                settings.duration("http.streamKeepAlive"),
                settings.duration("http.headTimeout"),
                origins(settings, "http.webSocketOrigins"),
                origins(settings, "http.corsOrigins"));
    }

    private static Origins origins(Settings settings, String path) {
        return Origins.of(settings.matching(path, ORIGINS, "same, any, none, or origins parted by commas"));
    }

    private static BrokerConfig.Limits limits(Settings settings) {
        int ring = (int) settings.number("limits.ring", 64, 1 << 20);
        if (Integer.bitCount(ring) != 1) {
            throw new RefusedException(FailureCode.CONFIG_VALUE, "limits.ring: got " + ring + ", want a power of two");
        }
        return new BrokerConfig.Limits(
                (int) settings.size("limits.event", 16 << 20),
                ring,
                settings.size("limits.intake", 1L << 40),
                settings.size("limits.entrusted", 1L << 40));
    }

    private static TopicSettings topics(Settings settings) {
        TopicPolicy byDefault = policy(
                settings.oneOf("topics.default.class", CLASSES),
                settings.oneOf("topics.default.ack", ACKS),
                settings.text("topics.default.audience"));
        List<TopicSettings.ByFilter> policies = new ArrayList<>();
        for (Map<String, YamlSettings.Setting> item :
                settings.list("topics.policies").items()) {
            policies.add(byFilter(item, byDefault));
        }
        return new TopicSettings(
                byDefault,
                policies,
                RetentionItems.of(settings),
                (int) settings.number("topics.max", 1, 100_000_000),
                (int) settings.number("topics.maxTerms", 0, 10_000_000));
    }

    private static Map<String, Long> audiences(Settings settings) {
        Map<String, Long> ids = new HashMap<>();
        for (Map<String, YamlSettings.Setting> item : settings.list("audiences").items()) {
            YamlSettings.Setting name = item.get("name");
            YamlSettings.Setting id = item.get("id");
            if (name == null || id == null || item.size() != 2) {
                throw new RefusedException(FailureCode.CONFIG_VALUE, "audiences: each entry has name and id");
            }
            boolean isName =
                    AUDIENCE_NAME.matcher(name.text()).matches() && !name.text().equals(TopicPolicy.EVERYBODY);
            if (!isName || ids.containsKey(name.text())) {
                throw Settings.bad("audiences.name", name, "want a-z, 0-9 and '-', beginning with a letter, once");
            }
            if (!AUDIENCE_ID.matcher(id.text()).matches() || ids.containsValue(Long.parseLong(id.text()))) {
                throw Settings.bad("audiences.id", id, "want a number from 2, once");
            }
            ids.put(name.text(), Long.parseLong(id.text()));
        }
        return ids;
    }

    private static TopicSettings.ByFilter byFilter(Map<String, YamlSettings.Setting> item, TopicPolicy byDefault) {
        Items.requireKeys("topics.policies", item, List.of("filter", "class", "ack", "audience"));
        YamlSettings.Setting filter = item.get("filter");
        YamlSettings.Setting deliveryClass = item.get("class");
        YamlSettings.Setting audience = item.get("audience");
        if (filter == null || (deliveryClass == null && audience == null)) {
            throw new RefusedException(
                    FailureCode.CONFIG_VALUE, "topics.policies: each entry has filter and class or audience");
        }
        if (deliveryClass == null) {
            deliveryClass = new YamlSettings.Setting(byDefault.deliveryClass().word(), filter.where());
        }
        YamlSettings.Setting ack = item.getOrDefault("ack", new YamlSettings.Setting("auto", filter.where()));
        try {
            return new TopicSettings.ByFilter(
                    TopicFilter.parse(filter.text()),
                    policy(
                            Settings.oneOf("topics.policies.class", deliveryClass, CLASSES),
                            Settings.oneOf("topics.policies.ack", ack, ACKS),
                            audience == null ? byDefault.audience() : audience.text()));
        } catch (RefusedException e) {
            throw new RefusedException(
                    FailureCode.CONFIG_VALUE,
                    filter.where() + ": topics.policies: " + e.refusal().detail());
        }
    }

    /** The policy for the two words; {@code auto} is the strongest acknowledgement that does not slow delivery down. */
    private static TopicPolicy policy(String deliveryClass, String ack, String audience) {
        DeliveryClass parsed = DeliveryClass.valueOf(deliveryClass.toUpperCase(Locale.ROOT));
        AckPolicy acknowledged =
                ack.equals("auto") ? parsed.usualAck() : AckPolicy.valueOf(ack.toUpperCase(Locale.ROOT));
        return new TopicPolicy(parsed, acknowledged, audience);
    }
}
