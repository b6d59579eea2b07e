package io.waxwing.anchor.outside.evm;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.spi.AnchoredCheckpoint;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was anchored, in {@code anchors.evm}: a line for each, only ever appended, forced: "evm SP chainId SP
 * transaction SP blockNumber SP blockHash SP treeSize SP root SP atMs", hashes in hexadecimal. What is under way, in
 * {@code anchors.evm.pending}, replaced as a whole before anything is sent: "chainId SP sender SP nonce", then
 * "transaction SP treeSize SP root SP gasPrice" for each try. Written by one thread; {@link #latest} is for any.
 */
public final class EvmJournal {
    /** So many of the last ones are remembered; the file has all. */
    public static final int MAX_SHOWN = 1000;

    /** The name of this kind of anchor, and the first word of its lines. */
    public static final String NAME = "evm";

    private static final Logger LOG = LoggerFactory.getLogger(EvmJournal.class);
    private static final String WORD = " ([0-9a-f]{64})";
    private static final String NUMBER = " ([0-9]{1,18})";
    private static final Pattern LINE = Pattern.compile(NAME + NUMBER + WORD + NUMBER + WORD + NUMBER + WORD + NUMBER);
    private static final Pattern PENDING = Pattern.compile("([0-9]{1,18}) (0x[0-9a-f]{40})" + " ([0-9]{1,78})");
    private static final Pattern TRY = Pattern.compile("([0-9a-f]{64})" + NUMBER + WORD + " ([0-9]{1,78})");

    private final Path file;
    private final Path pendingFile;
    private final Deque<AnchoredCheckpoint> last = new ArrayDeque<>();
    private @Nullable PendingAnchor pending;
    private volatile List<AnchoredCheckpoint> latest;

    /**
     * Reads what is there. A line that is none, such as one that a crash cut off, is left out and logged (WXW-3219).
     *
     * @param data folder of the node's data
     * @throws IOException if a file cannot be read
     */
    public EvmJournal(Path data) throws IOException {
        file = data.resolve("anchors.evm");
        pendingFile = data.resolve("anchors.evm.pending");
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                read(line);
            }
        }
        latest = newestFirst();
        pending = Files.exists(pendingFile) ? readPending() : null;
    }

    private void read(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            LOG.warn("WXW-3219 a line of {} is left out: it is cut or damaged", file);
            return;
        }
        remember(new AnchoredCheckpoint(
                NAME,
                Long.parseLong(matcher.group(1)),
                Hash.fromHex(matcher.group(2)),
                Long.parseLong(matcher.group(3)),
                Hash.fromHex(matcher.group(4)),
                Long.parseLong(matcher.group(5)),
                Hash.fromHex(matcher.group(6)),
                Long.parseLong(matcher.group(7))));
    }

    private @Nullable PendingAnchor readPending() throws IOException {
        List<String> lines = Files.readAllLines(pendingFile, StandardCharsets.ISO_8859_1);
        Matcher head = PENDING.matcher(lines.isEmpty() ? "" : lines.get(0));
        List<PendingAnchor.Try> tries = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            Matcher matcher = TRY.matcher(lines.get(i));
            if (matcher.matches()) {
                tries.add(new PendingAnchor.Try(
                        Hash.fromHex(matcher.group(1)),
                        Long.parseLong(matcher.group(2)),
                        Hash.fromHex(matcher.group(3)),
                        new BigInteger(matcher.group(4))));
            }
        }
        if (!head.matches() || tries.isEmpty() || tries.size() != lines.size() - 1) {
            LOG.warn("WXW-3219 {} is damaged and left out", pendingFile);
            return null;
        }
        return new PendingAnchor(Long.parseLong(head.group(1)), head.group(2), new BigInteger(head.group(3)), tries);
    }

    private void remember(AnchoredCheckpoint anchored) {
        last.addLast(anchored);
        if (last.size() > MAX_SHOWN) {
            last.removeFirst();
        }
    }

    private List<AnchoredCheckpoint> newestFirst() {
        List<AnchoredCheckpoint> all = new ArrayList<>();
        last.descendingIterator().forEachRemaining(all::add);
        return List.copyOf(all);
    }

    /** The newest first, at most {@value #MAX_SHOWN}. Any thread. */
    public List<AnchoredCheckpoint> latest() {
        return latest;
    }

    /** What is under way, or null. */
    @Nullable PendingAnchor pending() {
        return pending;
    }

    /** Returns when it is on the disk. */
    void setPending(PendingAnchor next) throws IOException {
        StringBuilder text = new StringBuilder();
        text.append(next.chainId())
                .append(' ')
                .append(next.sender())
                .append(' ')
                .append(next.nonce())
                .append('\n');
        for (PendingAnchor.Try one : next.tries()) {
            text.append(one.transaction().hex())
                    .append(' ')
                    .append(one.treeSize())
                    .append(' ');
            text.append(one.root().hex()).append(' ').append(one.gasPrice()).append('\n');
        }
        Path fresh = pendingFile.resolveSibling(pendingFile.getFileName() + ".next");
        write(fresh, text.toString(), StandardOpenOption.TRUNCATE_EXISTING);
        Files.move(fresh, pendingFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(Objects.requireNonNull(pendingFile.getParent()))) {
            folder.force(true);
        }
        pending = next;
    }

    /** Nothing is under way any more. */
    void clearPending() throws IOException {
        Files.deleteIfExists(pendingFile);
        pending = null;
    }

    /** Keeps what is confirmed, once; it is then not under way any more. Returns when it is on the disk. */
    void confirmed(AnchoredCheckpoint anchored) throws IOException {
        AnchoredCheckpoint before = last.peekLast();
        if (before == null || !before.transaction().equals(anchored.transaction())) {
            // A line that was cut off must not take this one with it.
            boolean isCut = Files.exists(file) && Files.size(file) > 0 && !endsWithNewline();
            String line = String.join(
                    " ",
                    NAME,
                    Long.toString(anchored.chainId()),
                    anchored.transaction().hex(),
                    Long.toString(anchored.blockNumber()),
                    anchored.blockHash().hex(),
                    Long.toString(anchored.treeSize()),
                    anchored.root().hex(),
                    Long.toString(anchored.atMs()));
            write(file, (isCut ? "\n" : "") + line + "\n", StandardOpenOption.APPEND);
            remember(anchored);
            latest = newestFirst();
        }
        clearPending();
    }

    private boolean endsWithNewline() throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, channel.size() - 1);
            return one.get(0) == '\n';
        }
    }

    private static void write(Path target, String text, OpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }
}
