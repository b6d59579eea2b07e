package io.waxwing.broker;

import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.anchor.outside.AnchorFailure;
import io.waxwing.anchor.outside.OutsideAgent;
import io.waxwing.anchor.outside.evm.EvmAnchor;
import io.waxwing.anchor.outside.evm.EvmJournal;
import io.waxwing.anchor.outside.evm.EvmSigner;
import io.waxwing.anchor.outside.runtime.OutsideThread;
import io.waxwing.broker.config.EvmSettings;
import io.waxwing.broker.config.OutsideSettings;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.spi.AnchoredCheckpoint;
import io.waxwing.ledger.spi.LedgerReader;
import io.waxwing.node.crypto.KeyFiles;
import io.waxwing.node.crypto.SeedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The anchor on an EVM chain, if there is one, on a thread of its own: it waits for blocks, and witnesses do not wait
 * for it. Its records are in the data folder, its key is {@code evm.key} among the keys.
 */
final class EvmPart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EvmPart.class);
    private static final String PURPOSE = "evm";
    private static final int KEY_BYTES = 32;

    private final EvmJournal journal;
    private final @Nullable OutsideThread thread;

    private EvmPart(EvmJournal journal, @Nullable OutsideThread thread) {
        this.journal = journal;
        this.thread = thread;
    }

    /**
     * Reads the records, and the key if it is configured; asks nobody.
     *
     * @throws LedgerFailure WXW-3219 if the records cannot be read, WXW-3112 if the key cannot
     */
    static EvmPart open(OutsideSettings settings, LedgerReader ledger, BrokerFolder folder, MeterRegistry metrics) {
        EvmJournal journal;
        try {
            journal = new EvmJournal(folder.data());
        } catch (IOException e) {
            throw new LedgerFailure(AnchorFailure.RECORD, "the record of anchors cannot be read: " + e, e);
        }
        EvmSettings evm = settings.evm();
        if (evm == null) {
            return new EvmPart(journal, null);
        }
        EvmSigner signer = signer(folder.keys().resolve(PURPOSE + ".key"));
        LOG.info("anchors checkpoints on chain {} as {}", evm.chain().chainId(), signer.address());
        EvmAnchor anchor = new EvmAnchor(
                evm.url(),
                settings.timeout(),
                evm.chain(),
                signer,
                ledger.ledgerId(),
                journal,
                System::currentTimeMillis);
        long first = System.nanoTime() + firstWait(journal, evm.interval()).toNanos();
        OutsideAgent agent = new OutsideAgent(
                List.of(anchor),
                evm.interval().toNanos(),
                first,
                ledger::latestCheckpoint,
                (checkpoint, records) ->
                        LOG.info("checkpoint of size {} is anchored on the chain", checkpoint.treeSize()),
                metrics);
        return new EvmPart(journal, new OutsideThread(agent));
    }

    /** A restart does not shorten the interval. */
    private static Duration firstWait(EvmJournal journal, Duration interval) {
        if (journal.latest().isEmpty()) {
            return Duration.ZERO;
        }
        long since = System.currentTimeMillis() - journal.latest().get(0).atMs();
        return Duration.ofMillis(Math.max(0, interval.toMillis() - Math.max(0, since)));
    }

    private static EvmSigner signer(Path file) {
        try {
            if (!Files.exists(file)) {
                SeedFile.create(file, PURPOSE, newKey());
                LOG.warn("made {}: its account has to be funded before it can anchor", file);
            }
            requireOwnerOnly(file);
        } catch (IOException e) {
            throw new LedgerFailure(KeyFiles.UNREADABLE, "the key file " + file + " cannot be used: " + e, e);
        }
        byte[] key = SeedFile.read(file, PURPOSE);
        if (!EvmSigner.isKey(key)) {
            throw new LedgerFailure(KeyFiles.UNREADABLE, "the file " + file + " has no private key of secp256k1");
        }
        return EvmSigner.of(key);
    }

    private static byte[] newKey() {
        SecureRandom random = new SecureRandom();
        byte[] key = new byte[KEY_BYTES];
        do {
            random.nextBytes(key);
        } while (!EvmSigner.isKey(key));
        return key;
    }

    /** This key is worth money: one that others could have read is refused. */
    private static void requireOwnerOnly(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        if (mode.contains(PosixFilePermission.GROUP_READ) || mode.contains(PosixFilePermission.OTHERS_READ)) {
            throw new LedgerFailure(
                    KeyFiles.UNREADABLE, "the key file " + file + " can be read by others: chmod 600 " + file);
        }
    }

    /** After the ledger runs. */
    void start() {
        if (thread != null) {
            thread.start();
        }
    }

    /** The newest first. Any thread. */
    List<AnchoredCheckpoint> anchored() {
        return journal.latest();
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.close();
        }
    }
}
