package io.waxwing.broker;

import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.anchor.availability.AudienceSecret;
import io.waxwing.anchor.availability.Audiences;
import io.waxwing.anchor.availability.Members;
import io.waxwing.anchor.availability.PayloadStore;
import io.waxwing.anchor.runtime.ChallengeAgent;
import io.waxwing.anchor.runtime.PayloadAgent;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.config.TopicSettings;
import io.waxwing.broker.intake.AudienceNames;
import io.waxwing.broker.intake.Origins;
import io.waxwing.broker.intake.TopicKeys;
import io.waxwing.broker.intake.Topics;
import io.waxwing.broker.network.AudienceSecretFile;
import io.waxwing.broker.network.ChallengeKeyFiles;
import io.waxwing.broker.store.Database;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import io.waxwing.node.store.StoredDisputes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this node shares with the other members of its audiences: payloads, and the secrets of their topics' names. */
final class AudiencePart {
    private static final Logger LOG = LoggerFactory.getLogger(AudiencePart.class);
    /** Batches of others do not fit the secret of an audience that this node has. */
    private static final String OTHER_SECRET = "WXW-3220";

    final Audiences audiences;
    final AudienceNames names;
    private final LedgerPart ledger;
    private final Path keys;
    private final Secrets random = new Secrets();
    private volatile Registry registry;

    /** Reads the secrets. @throws RefusedException WXW-2002 if the settings name an audience that is not there */
    AudiencePart(LedgerPart ledger, BrokerConfig config, Path keys) {
        this.ledger = ledger;
        this.keys = keys;
        this.registry = ledger.registry();
        audiences = new Audiences(
                ledger.self.originId(), registry, audienceId -> new AudienceSecretFile(keys, audienceId).read());
        names = new AudienceNames(
                config.audiences(), audienceId -> registry.audience(audienceId) != null, audiences::contains);
        checkSettings(config);
        makeSecrets();
    }

    private void checkSettings(BrokerConfig config) {
        try {
            config.audiences().keySet().forEach(names::idOf);
            names.idOf(config.topics().defaultPolicy().audience());
            for (TopicSettings.ByFilter policy : config.topics().policies()) {
                names.idOf(policy.policy().audience());
            }
        } catch (RefusedException e) {
            throw new RefusedException(
                    FailureCode.CONFIG_VALUE, "audiences: " + e.refusal().detail());
        }
    }

    /**
     * The keeper of an audience that was made later than the genesis makes its secret as long as nothing depends on it.
     * That of one of the genesis was made in the ceremony: a keeper that has none has lost it, and asks.
     */
    private void makeSecrets() {
        if (ledger.peering == null) {
            return;
        }
        for (AudienceSecret secret : audiences.secrets()) {
            boolean missing = secret.secret() == null && secret.keeper() == audiences.self();
            if (missing && ledger.genesis.audience(secret.audienceId()) == null && isUnused(secret.audienceId())) {
                Hash made = random.get();
                write(secret, made);
                secret.make(made);
            }
        }
    }

    private boolean isUnused(long audienceId) {
        return ledger.store.originHeads().stream().noneMatch(head -> head.lane().audienceId() == audienceId);
    }

    /** Another registry is in force. Core thread. */
    void onRegistry(Registry now) {
        registry = now;
        audiences.onRegistry(now);
        try {
            makeSecrets();
        } catch (RefusedException e) {
            // Not given to anybody either; the next start makes it.
            LOG.atError()
                    .addKeyValue("code", e.refusal().code().text())
                    .log("the secret of a new audience is not kept: {}", e.getMessage());
        }
    }

    /** The secret key of a topic: on a ledger of one any random one will do, among several it is the audience's. */
    TopicKeys topicKeys() {
        if (ledger.peering == null) {
            return (topic, audienceId) -> random.get();
        }
        return (topic, audienceId) -> {
            AudienceSecret secret = audiences.secret(audienceId);
            Hash key = secret == null ? null : secret.topicKey(topic);
            if (key == null) {
                throw new RefusedException(FailureCode.NODE_BUSY, missing(audienceId));
            }
            return key;
        };
    }

    /** The topics that this node knows, each in its audience. */
    Topics topics(BrokerConfig config, Database database) {
        return new Topics(
                database,
                config.topics()::policyOf,
                config.topics().maxTopics(),
                topicKeys(),
                names,
                System::currentTimeMillis);
    }

    private String missing(long audienceId) {
        return "no other member has given this node the secret of audience '" + names.wordOf(audienceId) + "' yet";
    }

    /** Null if this node can give topics the pseudonyms that the others give them. */
    @Nullable String problem() {
        if (ledger.peering == null) {
            return null;
        }
        List<String> problems = new ArrayList<>();
        for (AudienceSecret secret : audiences.secrets()) {
            int doubting = secret.doubt();
            if (secret.secret() == null) {
                problems.add(missing(secret.audienceId()));
            } else if (doubting > 0) {
                problems.add(OTHER_SECRET + " batches of " + doubting + " institutions do not fit this node's secret of"
                        + " audience '" + names.wordOf(secret.audienceId()) + "'");
            }
        }
        return problems.isEmpty() ? null : String.join("; ", problems);
    }

    /** The name of the institution that an origin belongs to. Any thread. */
    String institutionOf(int originId) {
        Registry now = registry;
        Registry.Origin origin = now.origin(originId);
        Registry.Institution institution = origin == null ? null : now.institution(origin.institutionId());
        return institution == null ? "origin " + originId : institution.name();
    }

    /** How many there are. Any thread. */
    int institutions() {
        return Math.max(1, registry.institutions().size());
    }

    /** Whose events are whose. */
    Origins origins() {
        return new Origins(ledger.self.originId(), this::institutionOf);
    }

    /** To another member; false if there is no link or no room. */
    boolean send(int to, byte[] frame) {
        Peering peering = ledger.peering;
        return peering != null && peering.traffic.send(to, Channel.PAYLOAD, frame);
    }

    /** The agent that holds others' payloads; null on a ledger of one. */
    @Nullable PayloadAgent agent(
            PayloadStore store, PayloadAgent.OwnBatches own, Executor readers, Executor core, MeterRegistry metrics) {
        Peering peering = ledger.peering;
        if (peering == null) {
            return null;
        }
        PayloadAgent.Parts parts = new PayloadAgent.Parts(
                audiences,
                new Members(registry, ledger.ledgerId(), ledger.signatures),
                ledger.ledgerId(),
                ledger.originKey,
                store,
                ledger.agent,
                this::send,
                own,
                this::keep,
                peering.verifyPayloads,
                readers,
                core);
        return new PayloadAgent(parts, metrics);
    }

    /** The agent that challenges what is withheld and helps who challenges. */
    ChallengeAgent challenger(PayloadStore store, PayloadAgent payloads, Executor readers) {
        ChallengeAgent.Parts parts = new ChallengeAgent.Parts(
                audiences,
                ledger.ledgerId(),
                ledger.originKey,
                store,
                ledger.agent,
                new StoredDisputes(ledger.store),
                new ChallengeKeyFiles(keys, audiences.self()),
                this::send,
                readers,
                random);
        return new ChallengeAgent(parts, payloads, registry.challengeTerms());
    }

    private void keep(AudienceSecret secret) {
        try {
            write(secret, Objects.requireNonNull(secret.secret()));
            LOG.info("this node has the secret of audience {} now", secret.audienceId());
        } catch (RefusedException e) {
            // It is known for as long as the process runs, and a member gives it again to the next one.
            LOG.atError()
                    .addKeyValue("code", e.refusal().code().text())
                    .log("the secret of audience {} is not kept: {}", secret.audienceId(), e.getMessage());
        }
    }

    private void write(AudienceSecret secret, Hash value) {
        new AudienceSecretFile(keys, secret.audienceId()).write(value);
    }
}
