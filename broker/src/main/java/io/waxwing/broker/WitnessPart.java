package io.waxwing.broker;

import io.waxwing.broker.config.WitnessSettings;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.witness.CheckpointWitness;
import io.waxwing.node.witness.FileWitness;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This node as a witness of other logs, if it is configured to be one. */
final class WitnessPart {
    private static final Logger LOG = LoggerFactory.getLogger(WitnessPart.class);

    private WitnessPart() {}

    /** Opens it, after the ledger, whose vote log locks the folder of the keys. */
    static CheckpointWitness open(WitnessSettings settings, LedgerPart ledger, Path keys) {
        if (settings.logs().isEmpty()) {
            return CheckpointWitness.NONE;
        }
        if (settings.logs().stream().anyMatch(log -> log.origin().equals(ledger.originLine))) {
            throw new RefusedException(
                    FailureCode.CONFIG_VALUE,
                    "witness.logs: " + ledger.originLine + " is this node's own ledger, which it cosigns anyway");
        }
        String name = settings.name().equals(WitnessSettings.AUTO)
                ? ledger.institution + ".witness." + ledger.originLine
                : settings.name();
        FileWitness witness =
                FileWitness.open(keys, name, settings.logs(), ledger.signatures, System::currentTimeMillis);
        LOG.info("witness of {} logs with key {}", settings.logs().size(), witness.vkey());
        return witness;
    }
}
