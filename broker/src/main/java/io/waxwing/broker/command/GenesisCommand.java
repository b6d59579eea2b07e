package io.waxwing.broker.command;

import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.network.GenesisText;
import io.waxwing.broker.network.Membership;
import io.waxwing.broker.network.NetworkFiles;
import io.waxwing.ledger.control.CeremonyCodes;
import io.waxwing.ledger.control.GenesisFile;
import io.waxwing.ledger.control.JoinFile;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.node.crypto.NodeIdentity;
import io.waxwing.node.crypto.Signatures;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code waxwing genesis}: from join files to a genesis that a quorum has signed. No command reads another
 * institution's private key, and none writes its own anywhere.
 */
@Command(
        name = "genesis",
        description = "Merge, sign and check the genesis of a ledger of several institutions.",
        mixinStandardHelpOptions = true)
public final class GenesisCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one: merge, sign, collect, show, check or install?");
    }

    @Command(
            name = "merge",
            description = "Make an unsigned genesis of all members' join files.",
            mixinStandardHelpOptions = true)
    int merge(
            @Parameters(paramLabel = "JOIN", arity = "1..*", description = "Join files, in any order.")
                    List<Path> joins,
            @Mixin TermsOptions terms,
            @Option(names = "-o", paramLabel = "FILE", required = true, description = "The genesis to write.")
                    Path output) {
        return Refusals.told(spec, () -> {
            List<JoinFile> members = joins.stream().map(NetworkFiles::join).toList();
            GenesisFile genesis = GenesisFile.merge(members, terms.terms(), Signatures.get());
            NetworkFiles.create(output, genesis.encode());
            show(genesis);
        });
    }

    @Command(
            name = "sign",
            description = "Sign a genesis for this institution, in the file. Compare the ledger's id with the others"
                    + " first.",
            mixinStandardHelpOptions = true)
    int sign(
            @Parameters(paramLabel = "FILE") Path file,
            @Mixin FolderOptions folders,
            @Option(
                            names = "--ledger",
                            paramLabel = "ID",
                            description = "The id that was agreed; another ledger's genesis is not signed.")
                    @Nullable String agreed) {
        return Refusals.told(spec, () -> {
            GenesisFile genesis = verified(file);
            if (agreed != null && !agreed.equals(genesis.ledgerId().hex())) {
                throw new LedgerFailure(
                        CeremonyCodes.OTHER_GENESIS, file + " is of ledger " + genesis.ledgerId() + ", not " + agreed);
            }
            NodeIdentity identity = identity(folders.folder());
            Institution self = genesis.memberWith(identity.publicKeys());
            GenesisFile signed = genesis.signedBy(identity.keys().origin());
            NetworkFiles.replace(file, signed.encode());
            out().println("signed for " + self.name());
            show(signed);
        });
    }

    @Command(
            name = "collect",
            description = "Put the signatures of several copies of one genesis into one file.",
            mixinStandardHelpOptions = true)
    int collect(
            @Parameters(paramLabel = "FILE", arity = "1..*") List<Path> files,
            @Option(names = "-o", paramLabel = "FILE", required = true, description = "The genesis to write.")
                    Path output) {
        return Refusals.told(spec, () -> {
            GenesisFile all = verified(files.get(0));
            for (Path file : files.subList(1, files.size())) {
                all = all.unitedWith(verified(file));
            }
            NetworkFiles.create(output, all.encode());
            show(all);
        });
    }

    @Command(name = "show", description = "Show a genesis for people.", mixinStandardHelpOptions = true)
    int show(@Parameters(paramLabel = "FILE") Path file) {
        return Refusals.told(spec, () -> show(verified(file)));
    }

    @Command(
            name = "check",
            description = "Check a genesis, its proofs and signatures, and that a quorum has signed.",
            mixinStandardHelpOptions = true)
    int check(@Parameters(paramLabel = "FILE") Path file) {
        return Refusals.told(spec, () -> {
            GenesisFile genesis = NetworkFiles.genesis(file);
            genesis.requireQuorum(Signatures.get());
            out().println("ledger " + genesis.ledgerId() + " is signed by "
                    + genesis.signed().size() + " of "
                    + genesis.registry().validators().size()
                    + ", quorum " + genesis.needed());
        });
    }

    @Command(
            name = "install",
            description = "Make a node's data folder that of a member. Needs a quorum of signatures.",
            mixinStandardHelpOptions = true)
    int install(
            @Parameters(paramLabel = "FILE") Path file,
            @Mixin FolderOptions folders,
            @Option(
                            names = "--chain",
                            paramLabel = "FILE",
                            description = "For one that joined later: the trust chain, from any member.")
                    @Nullable Path chain) {
        return Refusals.told(spec, () -> {
            GenesisFile genesis = NetworkFiles.genesis(file);
            BrokerFolder folder = folders.folder();
            Institution self = Membership.install(genesis, chain, folder, identity(folder), Signatures.get());
            out().println(folder.data() + " is that of " + self.name() + " on ledger " + genesis.ledgerId());
            out().println("in its configuration: institution: " + self.name() + ", ledger.origin: "
                    + genesis.originLine());
        });
    }

    private static GenesisFile verified(Path file) {
        GenesisFile genesis = NetworkFiles.genesis(file);
        genesis.verify(Signatures.get());
        return genesis;
    }

    private static NodeIdentity identity(BrokerFolder folder) {
        return NodeIdentity.load(folder.keys(), Signatures.get());
    }

    private void show(GenesisFile genesis) {
        GenesisText.of(genesis).forEach(out()::println);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
