package io.waxwing.broker.command;

import io.waxwing.broker.network.GenesisText;
import io.waxwing.broker.network.LocalNetwork;
import io.waxwing.broker.network.NamedAudience;
import io.waxwing.broker.network.NetworkFiles;
import io.waxwing.ledger.control.GenesisFile;
import io.waxwing.ledger.control.JoinFile;
import io.waxwing.ledger.control.PeerAddress;
import io.waxwing.ledger.hash.Sha256;
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
import picocli.CommandLine.Spec;

/** {@code waxwing network}: joining a ledger of several institutions, and making one on this machine to try it out. */
@Command(
        name = "network",
        description = "Join a ledger of several institutions, or make one on this machine.",
        mixinStandardHelpOptions = true)
public final class NetworkCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one: join or init?");
    }

    @Command(
            name = "join",
            description =
                    "Write this institution's join file, or that of a further node of it (key gen --observer): public"
                            + " keys, address, and a proof of every key.",
            mixinStandardHelpOptions = true)
    int join(
            @Option(
                            names = "--name",
                            paramLabel = "NAME",
                            required = true,
                            description = "The institution: lower-case letters, digits and dashes.")
                    String name,
            @Option(
                            names = "--peer",
                            paramLabel = "HOST:PORT",
                            required = true,
                            description = "Where the node will listen for other institutions.")
                    String peer,
            @Option(names = "--observer", description = "Follows the ledger and does not vote.") boolean observer,
            @Mixin FolderOptions folders,
            @Option(names = "-o", paramLabel = "FILE", description = "The file to write (default: <name>.join).")
                    @Nullable Path output) {
        return Refusals.told(spec, () -> {
            PeerAddress address = PeerAddress.parse(peer);
            NodeIdentity identity = NodeIdentity.load(folders.folder().keys(), Signatures.get());
            JoinFile join = identity.join(name, !observer, address);
            Path file = output == null ? Path.of(name + ".join") : output;
            NetworkFiles.create(file, join.encode());
            out().println("wrote " + file + (join.isNode() ? ", of a further node of " + name : ""));
            out().println("SHA-256 " + Sha256.digest(join.encode().toBytes()));
        });
    }

    @Command(
            name = "init",
            description = "Make the folders of all members on this machine, ready to start.",
            mixinStandardHelpOptions = true)
    int init(
            @Option(
                            names = "--members",
                            paramLabel = "NAME",
                            split = ",",
                            required = true,
                            description = "Their names.")
                    List<String> members,
            @Option(names = "--dir", paramLabel = "DIR", required = true, description = "Folder of all of them.")
                    Path folder,
            @Mixin TermsOptions terms,
            @Option(
                            names = "--base-port",
                            paramLabel = "PORT",
                            defaultValue = "21000",
                            description =
                                    "MQTT port of the first member; HTTP, peer and STOMP follow, the next member's are"
                                            + " ten further (default: ${DEFAULT-VALUE}).")
                    int basePort) {
        return Refusals.told(spec, () -> {
            LocalNetwork network = new LocalNetwork(folder, terms.terms(), basePort)
                    .named(terms.audiences().stream().map(NamedAudience::name).toList());
            GenesisFile genesis = network.create(members);
            GenesisText.of(genesis).forEach(out()::println);
            for (int i = 0; i < members.size(); i++) {
                LocalNetwork.Ports ports = network.ports(i);
                out().println(folder.resolve(members.get(i)) + ": MQTT " + ports.mqtt() + ", HTTP " + ports.http()
                        + ", peer " + ports.peer());
            }
        });
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
