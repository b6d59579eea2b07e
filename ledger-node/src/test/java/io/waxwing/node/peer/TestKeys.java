package io.waxwing.node.peer;

import io.waxwing.node.crypto.TlsFiles;
import io.waxwing.node.crypto.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** TLS keys by the number of their owner, made once. */
final class TestKeys {
    private static final Map<Integer, TlsIdentity> MADE = new ConcurrentHashMap<>();

    private TestKeys() {}

    static TlsIdentity of(int owner) {
        return MADE.computeIfAbsent(owner, number -> {
            try {
                Path folder = Files.createTempDirectory("tls");
                TlsFiles files = new TlsFiles(folder);
                files.generate(new SecureRandom(), System.currentTimeMillis());
                TlsIdentity made = files.load();
                Files.delete(folder.resolve("tls.key"));
                Files.delete(folder.resolve("tls.crt"));
                Files.delete(folder);
                return made;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
