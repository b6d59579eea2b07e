package io.waxwing.broker.audit;

import io.waxwing.bus.audit.Act;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.ActLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Writes down which keys and which genesis a node starts with, one act for each file that has come, gone or changed
 * since its last start: commands change them while no node runs. Of each file eight digits of a hash stand there. What
 * was there before is read from the log itself.
 */
public final class FolderActs {
    private static final String ADD = "folder.add";
    private static final String REMOVE = "folder.remove";
    /** Whoever runs commands is known to nobody. */
    private static final String UNKNOWN = "$file";

    private static final int MARK_BYTES = 4;

    private final Set<String> known = new LinkedHashSet<>();

    /** Acts of the log from before, in their order. */
    public void before(Act act) {
        if (act.act().equals(ADD)) {
            known.add(act.what());
        } else if (act.act().equals(REMOVE)) {
            known.remove(act.what());
        }
    }

    /**
     * What there is now.
     *
     * @param data names are written as they stand below it; of what is elsewhere the whole path
     * @param files that count if they are there; of folders the files in them, but not what is in folders of theirs
     * @throws RefusedException WXW-2101
     */
    public void found(Path data, List<Path> files, ActLog log) {
        Set<String> now = new TreeSet<>();
        for (Path file : files) {
            marks(data, file, now);
        }
        known.stream().filter(each -> !now.contains(each)).toList().forEach(each -> {
            known.remove(each);
            log.record(Act.done(UNKNOWN, data.toString(), REMOVE, each));
        });
        now.stream().filter(known::add).forEach(each -> log.record(Act.done(UNKNOWN, data.toString(), ADD, each)));
    }

    private static void marks(Path data, Path file, Set<String> into) {
        try {
            if (Files.isRegularFile(file)) {
                into.add((file.startsWith(data) ? data.relativize(file) : file) + " " + mark(Files.readAllBytes(file)));
            } else if (Files.isDirectory(file)) {
                try (Stream<Path> inside = Files.list(file)) {
                    inside.filter(Files::isRegularFile).forEach(each -> marks(data, each, into));
                }
            }
        } catch (IOException e) {
            throw new RefusedException(FailureCode.STORAGE, file + ": " + e.getMessage());
        }
    }

    private static String mark(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, MARK_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
