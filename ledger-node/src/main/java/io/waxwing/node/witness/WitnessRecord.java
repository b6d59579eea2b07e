package io.waxwing.node.witness;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.witness.TreeHead;
import io.waxwing.ledger.witness.WitnessCodes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a witness has cosigned, in a file that is replaced as a whole: a first line, then a line for each log, "size SP
 * root in hexadecimal SP origin".
 */
final class WitnessRecord {
    private static final String FIRST_LINE = "waxwing-witness v1";
    private static final Pattern LINE = Pattern.compile("([0-9]{1,19}) ([0-9a-f]{64}) (.+)");

    private final Path file;

    WitnessRecord(Path file) {
        this.file = file;
    }

    boolean exists() {
        return Files.exists(file);
    }

    /** By origin. Throws {@link LedgerFailure} WXW-3207 if it cannot be read whole. */
    Map<String, TreeHead> read() {
        Map<String, TreeHead> heads = new HashMap<>();
        try {
            String[] lines = Files.readString(file, StandardCharsets.UTF_8).split("\n", -1);
            boolean isWhole = lines.length >= 2 && lines[0].equals(FIRST_LINE) && lines[lines.length - 1].isEmpty();
            if (!isWhole) {
                throw damaged("it is cut or another file");
            }
            for (int i = 1; i < lines.length - 1; i++) {
                Matcher line = LINE.matcher(lines[i]);
                if (!line.matches()) {
                    throw damaged("line " + (i + 1) + " is none of it");
                }
                TreeHead head = new TreeHead(Long.parseLong(line.group(1)), Hash.fromHex(line.group(2)));
                heads.put(line.group(3), head);
            }
            return heads;
        } catch (IOException | NumberFormatException e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
    }

    private LedgerFailure damaged(String why) {
        return new LedgerFailure(
                WitnessCodes.RECORD,
                "the record of what this witness cosigned, " + file + ", cannot be read (" + why
                        + "); restore it as it was, or make a new witness key");
    }

    /** Returns when the whole record is on the disk under its name. */
    void write(Map<String, TreeHead> heads) throws IOException {
        StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
        new TreeMap<>(heads)
                .forEach((origin, head) -> text.append(head.treeSize())
                        .append(' ')
                        .append(head.root().hex())
                        .append(' ')
                        .append(origin)
                        .append('\n'));
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(Objects.requireNonNull(file.getParent()))) {
            folder.force(true);
        }
    }
}
