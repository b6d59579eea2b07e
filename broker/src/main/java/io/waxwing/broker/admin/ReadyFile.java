package io.waxwing.broker.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Objects;

/**
 * The file that says where a node listens, written when it is ready:
 * {@code {"listeners":{"mqtt":{"host":"127.0.0.1","port":41883}, …}}}.
 */
public final class ReadyFile {
    private ReadyFile() {}

    /** Writes the file in one step, so that nobody ever reads half of it. */
    public static void write(Path file, Map<String, InetSocketAddress> listeners) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode root = json.createObjectNode();
        ObjectNode all = root.putObject("listeners");
        listeners.forEach((name, address) -> all.putObject(name)
                .put("host", address.getAddress().getHostAddress())
                .put("port", address.getPort()));
        Path absolute = file.toAbsolutePath();
        Path folder = Objects.requireNonNull(absolute.getParent());
        Files.createDirectories(folder);
        Path half = Files.createTempFile(folder, "ready", ".part");
        Files.write(half, json.writeValueAsBytes(root));
        Files.move(half, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
