package io.waxwing.broker;

import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.anchor.availability.AudienceNodes;
import io.waxwing.anchor.availability.AudienceSecret;
import io.waxwing.anchor.availability.Members;
import io.waxwing.anchor.availability.PayloadStore;
import io.waxwing.anchor.runtime.AnchorAgent;
import io.waxwing.anchor.runtime.PayloadAgent;
import io.waxwing.broker.intake.JournaledEvent;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this node shares with the other members of its audience: payloads, and the secret of their topics' names. */
final class AudiencePart {
    private static final Logger LOG = LoggerFactory.getLogger(AudiencePart.class);

    final AudienceNodes nodes;
    private final LedgerPart ledger;
    private final AudienceSecretFile file;
    private final AudienceSecret secret;

    /** Reads the secret; if this node is its keeper and there is none yet, makes it. */
    AudiencePart(LedgerPart ledger, Path keys) {
        this.ledger = ledger;
        long audienceId = ledger.lane().audienceId();
        nodes = Objects.requireNonNull(
                AudienceNodes.of(ledger.registry, audienceId, ledger.self.originId()), "a node is in its own audience");
        file = new AudienceSecretFile(keys, audienceId);
        AudienceSecret stored = new AudienceSecret(nodes, file.read());
        if (ledger.peering == null || stored.secret() != null || stored.keeper() != nodes.self()) {
            secret = stored;
        } else {
            Hash made = new Secrets().get();
            file.write(made);
            secret = new AudienceSecret(nodes, made);
        }
    }

    /** The secret key of a topic: on a ledger of one any random one will do, among several it is the audience's. */
    Function<String, Hash> topicKeys() {
        if (ledger.peering == null) {
            Secrets random = new Secrets();
            return topic -> random.get();
        }
        return topic -> {
            Hash key = secret.topicKey(topic);
            if (key == null) {
                throw new RefusedException(FailureCode.NODE_BUSY, String.valueOf(problem()));
            }
            return key;
        };
    }

    /** Null if this node can give topics their pseudonyms. */
    @Nullable String problem() {
        return ledger.peering == null || secret.secret() != null
                ? null
                : "no other member has given this node the secret of its audience yet";
    }

    /** To another member; false if there is no link or no room. */
    boolean send(int to, byte[] frame) {
        Peering peering = ledger.peering;
        return peering != null && peering.links.send(to, Channel.PAYLOAD, frame);
    }

    /** The agent that holds others' payloads; null on a ledger of one. */
    @Nullable PayloadAgent agent(
            PayloadStore store,
            AnchorAgent<JournaledEvent> own,
            Executor readers,
            Executor core,
            MeterRegistry metrics) {
        Peering peering = ledger.peering;
        if (peering == null) {
            return null;
        }
        PayloadAgent.Parts parts = new PayloadAgent.Parts(
                nodes,
                new Members(ledger.registry, ledger.ledgerId(), ledger.signatures),
                ledger.ledgerId(),
                ledger.keys.origin(),
                secret,
                store,
                ledger.agent,
                this::send,
                own::onHeld,
                this::keep,
                peering.verifyPayloads,
                readers,
                core);
        return new PayloadAgent(parts, metrics);
    }

    private void keep() {
        try {
            file.write(Objects.requireNonNull(secret.secret()));
            LOG.info("this node has the secret of audience {} now", secret.audienceId());
        } catch (RefusedException e) {
            // It is known for as long as the process runs, and a member gives it again to the next one.
            LOG.atError()
                    .addKeyValue("code", e.refusal().code().text())
                    .log("the secret of audience {} is not kept: {}", secret.audienceId(), e.getMessage());
        }
    }
}
