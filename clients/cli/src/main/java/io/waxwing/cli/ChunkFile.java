package io.waxwing.cli;

import io.waxwing.ledger.file.FileLayout;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** A local file, chunk by chunk. */
final class ChunkFile implements AutoCloseable {
    private final FileChannel channel;
    private final FileLayout layout;

    private ChunkFile(FileChannel channel, FileLayout layout) {
        this.channel = channel;
        this.layout = layout;
    }

    static ChunkFile reading(Path path, FileLayout layout) throws IOException {
        return new ChunkFile(FileChannel.open(path, StandardOpenOption.READ), layout);
    }

    /** Made if it is not there; never through a link. */
    static ChunkFile writing(Path path, FileLayout layout) throws IOException {
        return new ChunkFile(
                FileChannel.open(
                        path,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE,
                                LinkOption.NOFOLLOW_LINKS)),
                layout);
    }

    /** Whether the file is so long that it may hold that chunk. */
    boolean reaches(int chunk) throws IOException {
        return channel.size() >= layout.offsetOf(chunk) + layout.lengthOf(chunk);
    }

    byte[] read(int chunk) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(layout.lengthOf(chunk));
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, layout.offsetOf(chunk) + bytes.position()) < 0) {
                throw new EOFException("the file has become shorter");
            }
        }
        return bytes.array();
    }

    void write(int chunk, byte[] content, int from) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(content, from, layout.lengthOf(chunk));
        long at = layout.offsetOf(chunk);
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    /** It has its size, and is on the disk. */
    void finish() throws IOException {
        channel.truncate(layout.sizeBytes());
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
