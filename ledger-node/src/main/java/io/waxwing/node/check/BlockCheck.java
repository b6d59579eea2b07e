package io.waxwing.node.check;

import io.waxwing.ledger.execute.LedgerState;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Ending;
import io.waxwing.ledger.simplex.Validators;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.node.store.StoredConfigs;
import io.waxwing.node.store.StoredConfigs.Placed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the stored blocks from the newest down: each body fits its header, each header names the one below, and
 * every certificate is signed by a quorum of its epoch, for its block or one above. Needs the CONFIG leaves to be
 * whole, so it comes after {@link LedgerCheck}. Memory is bounded.
 */
public final class BlockCheck {
    private static final int MAX_FINDINGS = 1000;
    /** A block that was final by one above it is not further below than this. */
    private static final int WINDOW = 1024;

    private final LedgerStore store;
    private final SignatureCheck check;
    private final List<Finding> findings = new ArrayList<>();
    private final Deque<Hash> above = new ArrayDeque<>();

    public BlockCheck(LedgerStore store, SignatureCheck check) {
        this.store = store;
        this.check = check;
    }

    /** What is damaged, from the newest block down; empty if nothing is. To be called once. */
    public List<Finding> run() {
        List<Placed> configs;
        try {
            ByteString state = store.state();
            if (state == null) {
                return List.of();
            }
            configs = new StoredConfigs(store)
                    .upTo(LedgerState.restore(state, store.topicHeads(), store.originHeads())
                            .config());
        } catch (LedgerFailure e) {
            return List.of(new Finding("epochs", String.valueOf(e.getMessage())));
        }
        Hash ledgerId = configs.get(0).config().configHash();
        int epoch = configs.size() - 1;
        BlockHeader child = null;
        for (long height = store.appliedHeight();
                height >= store.bodiesFrom() && findings.size() < MAX_FINDINGS;
                height--) {
            while (epoch > 0 && height <= configs.get(epoch).height()) {
                epoch--;
            }
            child = checkBlock(height, ledgerId, configs.get(epoch).config(), child);
        }
        return List.copyOf(findings);
    }

    /** Gives the header, which says what the block below must be; null if that is not known. */
    private @Nullable BlockHeader checkBlock(
            long height, Hash ledgerId, ConfigLeaf config, @Nullable BlockHeader child) {
        byte[] body = store.block(height);
        if (body == null) {
            find(height, "is missing");
            return null;
        }
        try {
            Block block = Block.decodeStored(body);
            BlockHeader header = block.header();
            if (child != null && !block.blockId().equals(child.parentId())) {
                find(height, "is not the one that the block above it names");
            }
            if (child != null && store.treeSizeAt(height) != child.parentTreeSize()) {
                find(height, "is said to end at another leaf than the block above it says");
            }
            if (!Arrays.equals(store.block(block.blockId()), body)) {
                find(height, "is not found by its id");
            }
            Validators validators = Validators.of(ledgerId, config);
            for (Certificate why : block.justify()) {
                if (why.epoch() == validators.epoch() && !isSigned(why, validators)) {
                    find(height, "has a certificate of a parent or a view that no quorum signed");
                }
            }
            if (header.height() != height || !header.ledgerId().equals(ledgerId)) {
                find(height, "has height " + header.height() + " of ledger " + header.ledgerId());
            }
            above.addFirst(block.blockId());
            if (above.size() > WINDOW) {
                above.removeLast();
            }
            if (height > 0) {
                checkCertificate(height, validators);
            }
            return header;
        } catch (LedgerFailure e) {
            find(height, "is unreadable: " + e.getMessage());
            return null;
        }
    }

    private void checkCertificate(long height, Validators validators) {
        ByteString stored = store.finalization(height);
        if (stored == null) {
            find(height, "has no certificate");
            return;
        }
        Ending ending = Ending.decode(stored, validators.size());
        Certificate certificate = ending.finalization();
        boolean signed = certificate.type() == Vote.Type.FINALIZE
                && certificate.epoch() == validators.epoch()
                && isSigned(certificate, validators);
        if (!signed) {
            find(height, "has a certificate that no quorum of epoch " + validators.epoch() + " signed");
        }
        boolean known = above.contains(certificate.blockId())
                || ending.above().stream().anyMatch(header -> header.blockId().equals(certificate.blockId()));
        if (!known) {
            find(height, "has a certificate of another block");
        }
    }

    private boolean isSigned(Certificate certificate, Validators validators) {
        List<ByteString> keys =
                validators.members().stream().map(Validators.Member::voteKey).toList();
        return certificate.verify(validators.ledgerId(), keys, check);
    }

    private void find(long height, String problem) {
        findings.add(new Finding("block " + height, problem));
    }
}
