package io.waxwing.broker.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.broker.network.LocalNetwork;
import io.waxwing.broker.network.LocalNetwork.Ports;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry.Availability;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a demo: one folder per member and {@code waxwing-demo.json}, which says that the demo made it and which
 * ports it chose. Only a folder with this file is ever deleted.
 */
public final class DemoFolder {
    static final String MARKER = "waxwing-demo.json";
    private static final String LOCK = "demo.lock";
    private static final int FORMAT = 1;
    /** Below the ports that systems hand out to whoever asks for any. */
    private static final int FIRST_PORT = 21_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path root;
    private final List<DemoMember> members;

    private DemoFolder(Path root, List<DemoMember> members) {
        this.root = root;
        this.members = members;
    }

    /** {@code demo} in {@code WAXWING_STATE}, else in {@code waxwing} of the XDG state folder. */
    public static Path usual() {
        String own = System.getenv("WAXWING_STATE");
        if (own != null) {
            return Path.of(own, "demo");
        }
        String xdg = System.getenv("XDG_STATE_HOME");
        Path state = xdg != null ? Path.of(xdg) : Path.of(System.getProperty("user.home"), ".local", "state");
        return state.resolve("waxwing").resolve("demo");
    }

    /** True if a demo is there, whole or not. */
    public static boolean exists(Path root) {
        return Files.exists(root.resolve(MARKER));
    }

    /**
     * Makes the folder of a new demo with keys and signed genesis of all members.
     *
     * @throws io.waxwing.cli.CliFailure WXW-3181 if something else is in it, WXW-3187 if it cannot be written
     * @throws io.waxwing.ledger.failure.LedgerFailure if these names cannot be members
     */
    public static DemoFolder create(Path root, List<String> names) {
        refuseForeign(root);
        Genesis.Terms terms = new Genesis.Terms("demo.waxwing.local", Availability.QUORUM, System.currentTimeMillis());
        LocalNetwork network = new LocalNetwork(root, terms, LocalNetwork.freeBasePort(FIRST_PORT, names.size()));
        network.check(names);
        List<DemoMember> members = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            members.add(new DemoMember(names.get(i), network.ports(i), root.resolve(names.get(i))));
        }
        DemoFolder demo = new DemoFolder(root, List.copyOf(members));
        // First: whatever comes after it may be deleted by reset.
        demo.writeMarker();
        network.create(names);
        demo.copyTrust();
        return demo;
    }

    private static void refuseForeign(Path root) {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> inside = Files.list(root)) {
            if (inside.anyMatch(file -> !file.endsWith(LOCK))) {
                throw DemoFault.NOT_OURS.because(
                        root + " has other files and no " + MARKER, "choose an empty or new folder with --dir");
            }
        } catch (IOException e) {
            throw DemoFault.RECORD.because(root + ": " + e, null);
        }
    }

    private void writeMarker() {
        ObjectNode record = JSON.createObjectNode().put("format", FORMAT);
        ArrayNode all = record.putArray("members");
        for (DemoMember member : members) {
            all.addObject()
                    .put("name", member.name())
                    .put("mqtt", member.ports().mqtt())
                    .put("http", member.ports().http())
                    .put("peer", member.ports().peer());
        }
        try {
            Files.createDirectories(root);
            Files.write(
                    root.resolve(MARKER), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(record));
        } catch (IOException e) {
            throw DemoFault.RECORD.because(root + ": " + e, null);
        }
    }

    private void copyTrust() {
        try {
            Files.copy(members.get(0).data().trustPolicy(), trust(), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw DemoFault.RECORD.because(trust() + ": " + e, null);
        }
    }

    /**
     * Opens the demo in a folder.
     *
     * @throws io.waxwing.cli.CliFailure WXW-3180 if there is none, WXW-3187 if its record cannot be read or it was not
     *     made to the end
     */
    public static DemoFolder open(Path root) {
        DemoFolder demo = openUnfinished(root);
        if (!Files.exists(demo.trust())) {
            throw DemoFault.RECORD.because(root + " was not made to the end", new CommandText(root).demo("reset"));
        }
        return demo;
    }

    /** The same, but it need not have been made to the end. */
    static DemoFolder openUnfinished(Path root) {
        if (!exists(root)) {
            throw DemoFault.NO_DEMO.because(root + " has no " + MARKER, new CommandText(root).demo("up"));
        }
        List<DemoMember> members = new ArrayList<>();
        try {
            JsonNode record = JSON.readTree(Files.readAllBytes(root.resolve(MARKER)));
            if (record.path("format").asInt() != FORMAT) {
                throw DemoFault.RECORD.because(MARKER + " has another format than " + FORMAT, null);
            }
            for (JsonNode member : record.path("members")) {
                String name = member.path("name").asText();
                Ports ports = new Ports(port(member, "mqtt"), port(member, "http"), port(member, "peer"));
                members.add(new DemoMember(name, ports, root.resolve(name)));
            }
        } catch (IOException e) {
            throw DemoFault.RECORD.because(root.resolve(MARKER) + ": " + e, null);
        }
        return new DemoFolder(root, List.copyOf(members));
    }

    private static int port(JsonNode member, String which) {
        int port = member.path(which).asInt(0);
        if (port < 1 || port > 65_535) {
            throw DemoFault.RECORD.because(MARKER + " has no " + which + " port for each member", null);
        }
        return port;
    }

    /** The members in the order of their making. */
    public List<DemoMember> members() {
        return members;
    }

    /** The member with that name. @throws io.waxwing.cli.CliFailure WXW-3183 */
    public DemoMember member(String name) {
        return members.stream()
                .filter(member -> member.name().equals(name))
                .findFirst()
                .orElseThrow(() -> DemoFault.NO_MEMBER.because(
                        "'" + name + "' is none of "
                                + String.join(
                                        ", ",
                                        members.stream().map(DemoMember::name).toList()),
                        new CommandText(root).demo("status")));
    }

    public Path root() {
        return root;
    }

    /** The trust file of the ledger, which is the same for all members; a copy that no member's loss takes away. */
    public Path trust() {
        return root.resolve("trust.policy");
    }

    /** Deletes a demo's folder, whole or not. @throws io.waxwing.cli.CliFailure WXW-3180 if it is none */
    public static void delete(Path root) {
        if (!exists(root)) {
            throw DemoFault.NO_DEMO.because(root + " has no " + MARKER + ", so nothing of it is deleted", null);
        }
        try (Stream<Path> inside = Files.walk(root)) {
            // The marker goes after all else: an interrupted reset can be repeated.
            List<Path> deepestFirst = inside.filter(path -> !path.equals(root.resolve(MARKER)))
                    .filter(path -> !path.equals(root))
                    .sorted(Comparator.reverseOrder())
                    .toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
            Files.deleteIfExists(root.resolve(MARKER));
            Files.deleteIfExists(root);
        } catch (IOException e) {
            throw DemoFault.RECORD.because("cannot delete " + root + ": " + e, null);
        }
    }

    /**
     * Keeps other commands off this demo until it is closed; makes the folder if it is not there.
     *
     * @throws io.waxwing.cli.CliFailure WXW-3188 if another one is at work, WXW-3181 if the folder is not the demo's
     */
    public static Lock lock(Path root) {
        if (!exists(root)) {
            refuseForeign(root);
        }
        try {
            Files.createDirectories(root);
            FileChannel channel =
                    FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw DemoFault.BUSY.because(root.resolve(LOCK) + " is locked", "wait for the other command to end");
            }
            return new Lock(channel);
        } catch (IOException e) {
            throw DemoFault.RECORD.because("cannot lock " + root + ": " + e, null);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** The right to change a demo. */
    public static final class Lock implements AutoCloseable {
        private final FileChannel channel;

        private Lock(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw DemoFault.RECORD.because("cannot unlock: " + e, null);
            }
        }
    }
}
