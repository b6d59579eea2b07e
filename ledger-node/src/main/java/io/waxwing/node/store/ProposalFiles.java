package io.waxwing.node.store;

import io.waxwing.ledger.control.ConfigProposal;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.Hash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** One file for each change, named by its intent: u8 1 if this institution approves it else 0, then the proposal. */
public final class ProposalFiles implements KeptProposals {
    private static final String SUFFIX = ".change";

    private final Path folder;

    public ProposalFiles(Path folder) {
        this.folder = folder;
    }

    @Override
    public List<Kept> all() {
        List<Kept> all = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return all;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList()) {
                byte[] bytes = Files.readAllBytes(file);
                if (bytes.length == 0) {
                    throw new LedgerFailure(StoreCodes.DAMAGED, file + " is empty");
                }
                byte[] proposal = Arrays.copyOfRange(bytes, 1, bytes.length);
                all.add(new Kept(ConfigProposal.decode(proposal), bytes[0] == 1));
            }
        } catch (IOException e) {
            throw new LedgerFailure(StoreCodes.DAMAGED, "the changes in " + folder + " cannot be read: " + e, e);
        }
        return all;
    }

    @Override
    public void keep(Kept kept) {
        Path file = file(kept.proposal().intent());
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        byte[] proposal = kept.proposal().encode();
        byte[] bytes = new byte[proposal.length + 1];
        bytes[0] = (byte) (kept.approved() ? 1 : 0);
        System.arraycopy(proposal, 0, bytes, 1, proposal.length);
        try {
            Files.createDirectories(folder);
            Durably.write(draft, bytes);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Durably.forceFolder(folder);
        } catch (IOException e) {
            throw new LedgerFailure(StoreCodes.STORE_WRITE, "the change is not kept in " + file + ": " + e, e);
        }
    }

    @Override
    public void forget(Hash intent) {
        try {
            Files.deleteIfExists(file(intent));
        } catch (IOException e) {
            throw new LedgerFailure(StoreCodes.STORE_WRITE, "the change in " + file(intent) + " stays: " + e, e);
        }
    }

    private Path file(Hash intent) {
        return folder.resolve(intent.hex() + SUFFIX);
    }
}
