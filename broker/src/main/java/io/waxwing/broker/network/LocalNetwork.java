package io.waxwing.broker.network;

import io.waxwing.broker.BrokerFolder;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.control.CeremonyCodes;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.GenesisFile;
import io.waxwing.ledger.control.JoinFile;
import io.waxwing.ledger.control.Names;
import io.waxwing.ledger.control.PeerAddress;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.node.crypto.KeyFiles;
import io.waxwing.node.crypto.NodeIdentity;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.crypto.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * A ledger of several institutions on one machine, for trying it out: for each member a folder {@code <dir>/<name>}
 * with {@code waxwing.yaml} and a data folder with keys, signed genesis and trust file, made by the steps of the
 * ceremony. Whoever makes it has all private keys, so it proves nothing to anybody else.
 */
public final class LocalNetwork {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int PORTS_EACH = 10;
    private static final int MAX_PORT = 65_535;

    private final Path folder;
    private final Genesis.Terms terms;
    private final int basePort;
    private final List<String> peerHosts;
    private final List<String> audienceNames;

    /**
     * A network to be made.
     *
     * @param folder the folder of all members
     * @param terms origin line, availability and time
     * @param basePort the first member's MQTT port; HTTP, peer and STOMP follow, the next member's are ten further
     */
    public LocalNetwork(Path folder, Genesis.Terms terms, int basePort) {
        this(folder, terms, basePort, List.of());
    }

    /** The same with names for the audiences of the terms, in their order; they go to their members' settings only. */
    public LocalNetwork named(List<String> names) {
        return new LocalNetwork(folder, terms, basePort, peerHosts, names);
    }

    /**
     * The same where members reach each other under addresses of their own, as in network namespaces.
     *
     * @param peerHosts one per member, in their order; empty: 127.0.0.1 for all
     */
    public LocalNetwork(Path folder, Genesis.Terms terms, int basePort, List<String> peerHosts) {
        this(folder, terms, basePort, peerHosts, List.of());
    }

    private LocalNetwork(
            Path folder, Genesis.Terms terms, int basePort, List<String> peerHosts, List<String> audienceNames) {
        this.audienceNames = List.copyOf(audienceNames);
        this.folder = folder;
        this.terms = terms;
        this.basePort = basePort;
        this.peerHosts = List.copyOf(peerHosts);
    }

    /**
     * The first base port, from {@code from} upwards, with which so many members find all their ports free just now.
     *
     * @throws RefusedException WXW-2005 if there is none
     */
    public static int freeBasePort(int from, int members) {
        for (int base = from; base + PORTS_EACH * members - 1 <= MAX_PORT; base += PORTS_EACH * members) {
            if (firstTaken(base, members) == 0) {
                return base;
            }
        }
        throw new RefusedException(FailureCode.LISTENER_ADDRESS, "no free ports for " + members + " members");
    }

    /** The ports of one member. */
    public record Ports(int mqtt, int http, int peer) {
        /** Behind the others. */
        public int stomp() {
            return peer + 1;
        }
    }

    /** The ports of the member with that number, from 0. */
    public Ports ports(int member) {
        int first = basePort + PORTS_EACH * member;
        return new Ports(first, first + 1, first + 2);
    }

    /**
     * Makes all folders.
     *
     * @throws LedgerFailure WXW-3146 if one of them is there already, WXW-3141 if two names are the same
     * @throws RefusedException WXW-2005 if a port is taken or out of range; nothing is written then
     */
    public GenesisFile create(List<String> names) {
        check(names);
        List<NodeIdentity> identities = new ArrayList<>();
        List<JoinFile> joins = new ArrayList<>();
        for (String name : names) {
            NodeIdentity identity = newIdentity(data(name).keys());
            JoinFile join = identity.join(name, true, peer(joins.size()));
            NetworkFiles.create(folder.resolve(name).resolve(name + ".join"), join.encode());
            identities.add(identity);
            joins.add(join);
        }
        Signatures signatures = Signatures.get();
        GenesisFile genesis = GenesisFile.merge(joins, terms, signatures);
        for (NodeIdentity identity : identities) {
            genesis = genesis.signedBy(identity.keys().origin());
        }
        for (int i = 0; i < names.size(); i++) {
            Membership.install(genesis, null, data(names.get(i)), identities.get(i), signatures);
            NetworkFiles.create(folder.resolve(names.get(i)).resolve("waxwing.yaml"), settings(names.get(i), i));
        }
        return genesis;
    }

    /** Refuses what {@link #create} would refuse, and writes nothing. */
    public void check(List<String> names) {
        checkFolders(names);
        checkPorts(names.size());
    }

    private PeerAddress peer(int member) {
        return new PeerAddress(
                peerHosts.isEmpty() ? LOOPBACK : peerHosts.get(member),
                ports(member).peer());
    }

    private BrokerFolder data(String name) {
        return BrokerFolder.of(folder.resolve(name).resolve("data"), null);
    }

    private static NodeIdentity newIdentity(Path keys) {
        SecureRandom random = new SecureRandom();
        new KeyFiles(keys).generate(random);
        new TlsFiles(keys).generate(random, System.currentTimeMillis());
        return NodeIdentity.load(keys, Signatures.get());
    }

    private void checkFolders(List<String> names) {
        if (new HashSet<>(names).size() != names.size()) {
            throw new LedgerFailure(CeremonyCodes.MEMBERS, "two members have one name: " + String.join(",", names));
        }
        for (String name : names) {
            // Makes folders of it, so it is looked at before the keys are made.
            Names.institution(name);
            if (Files.exists(folder.resolve(name))) {
                throw new LedgerFailure(CeremonyCodes.INITIALISED, folder.resolve(name) + " is there already");
            }
        }
    }

    private void checkPorts(int members) {
        int last = basePort + PORTS_EACH * members - 1;
        if (basePort < 1 || last > MAX_PORT) {
            throw new RefusedException(
                    FailureCode.LISTENER_ADDRESS,
                    "ports " + basePort + " to " + last + " are not all between 1 and 65535");
        }
        int taken = firstTaken(basePort, members);
        if (taken != 0) {
            throw new RefusedException(
                    FailureCode.LISTENER_ADDRESS, "port " + taken + " is not free; choose another base port");
        }
    }

    /** The first port that somebody listens on, or 0. */
    private static int firstTaken(int basePort, int members) {
        for (int member = 0; member < members; member++) {
            for (int port = basePort + PORTS_EACH * member; port < basePort + PORTS_EACH * member + 4; port++) {
                try {
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
                } catch (IOException e) {
                    return port;
                }
            }
        }
        return 0;
    }

    private ByteString settings(String name, int member) {
        Ports ports = ports(member);
        return ByteString.utf8("# Where it listens for other institutions, " + peer(member)
                + ", stands in data/network.genesis.\n"
                + "institution: " + name + "\n"
                + "ledger:\n"
                + "  origin: " + terms.originLine() + "\n"
                + "listeners:\n"
                + "  mqtt:\n"
                + "    port: " + ports.mqtt() + "\n"
                + "  http:\n"
                + "    port: " + ports.http() + "\n"
                + "  stomp:\n"
                + "    port: " + ports.stomp() + "\n"
                + audiences(name));
    }

    /** The rest of the settings: what this member calls its audiences, and topics for each. */
    private String audiences(String member) {
        StringBuilder names = new StringBuilder();
        StringBuilder topics = new StringBuilder();
        for (int i = 0; i < audienceNames.size(); i++) {
            if (terms.audiences().get(i).institutions().contains(member)) {
                String name = audienceNames.get(i);
                names.append("  - { name: " + name + ", id: " + (Genesis.EVERYBODY + 1 + i) + " }\n");
                topics.append("    - { filter: \"" + name + "/#\", audience: " + name + " }\n");
            }
        }
        return names.isEmpty() ? "" : "audiences:\n" + names + "topics:\n  policies:\n" + topics;
    }
}
