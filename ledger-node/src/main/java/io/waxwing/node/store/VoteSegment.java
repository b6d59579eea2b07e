package io.waxwing.node.store;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.VoteRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** One file of the vote log; {@link FileVoteLog} gives the layout. */
final class VoteSegment implements AutoCloseable {
    private static final int HEADER_BYTES = 64;
    private static final int FRAME_HEADER_BYTES = 8;
    private static final long MAGIC = 0x5758_5756_4f54_4531L; // "WXWVOTE1"
    private static final int ZERO_CHUNK_BYTES = 1 << 20;
    private static final int READ_BYTES = 64 << 10;

    private final FileChannel channel;
    private final long number;
    private final long capacity;
    private long position = HEADER_BYTES;
    private long nextFrame;

    private VoteSegment(FileChannel channel, long number, long capacity) {
        this.channel = channel;
        this.number = number;
        this.capacity = capacity;
    }

    long number() {
        return number;
    }

    long nextFrame() {
        return nextFrame;
    }

    /** A new file of that size, filled with zeros so that later forces write data only. */
    static VoteSegment create(Path file, Hash ledgerId, long number, long sizeBytes) throws IOException {
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        try {
            ByteBuffer zeros = ByteBuffer.allocate(ZERO_CHUNK_BYTES);
            for (long at = 0; at < sizeBytes; at += ZERO_CHUNK_BYTES) {
                zeros.clear().limit((int) Math.min(ZERO_CHUNK_BYTES, sizeBytes - at));
                Durably.writeFully(channel, zeros, at);
            }
            Durably.writeFully(channel, ByteBuffer.wrap(header(ledgerId, number)), 0);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new VoteSegment(channel, number, sizeBytes);
    }

    VoteSegment writeFirst(long frame, List<VoteRecord> snapshot) throws IOException {
        nextFrame = frame;
        write(snapshot);
        return this;
    }

    /**
     * In small steps: a read of the whole would keep a direct buffer of the segment's size for as long as the thread.
     */
    private static byte[] read(Path file) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            byte[] bytes = new byte[Math.toIntExact(in.length())];
            for (int at = 0; at < bytes.length; at += READ_BYTES) {
                in.readFully(bytes, at, Math.min(READ_BYTES, bytes.length - at));
            }
            return bytes;
        }
    }

    /** Reads a segment, tells its records in order, cuts a torn last frame, and stands ready to write. */
    static VoteSegment open(Path file, Hash ledgerId, Consumer<VoteRecord> records) throws IOException {
        byte[] bytes = read(file);
        long number = checkHeader(file, bytes, ledgerId);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        VoteSegment segment = new VoteSegment(channel, number, bytes.length);
        try {
            segment.replay(file, bytes, records);
        } catch (IOException | LedgerFailure e) {
            channel.close();
            throw e;
        }
        return segment;
    }

    boolean fits(List<VoteRecord> records) {
        return position + frame(records).length <= capacity;
    }

    /** Writes one frame and forces it. After a failure the same place is written again by the next call. */
    void write(List<VoteRecord> records) throws IOException {
        byte[] frame = frame(records);
        if (position + frame.length > capacity) {
            throw new IOException("a frame of " + frame.length + " bytes does not fit the segment");
        }
        Durably.writeFully(channel, ByteBuffer.wrap(frame), position);
        channel.force(false);
        position += frame.length;
        nextFrame++;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private byte[] frame(List<VoteRecord> records) {
        ByteWriter payload = new ByteWriter(256).u63(nextFrame);
        for (VoteRecord record : records) {
            byte[] encoded = record.encode();
            payload.u16(encoded.length).bytes(encoded);
        }
        byte[] bytes = payload.toBytes();
        return new ByteWriter(FRAME_HEADER_BYTES + bytes.length)
                .u32(bytes.length)
                .u32(crc(bytes, 0, bytes.length))
                .bytes(bytes)
                .toBytes();
    }

    private void replay(Path file, byte[] bytes, Consumer<VoteRecord> records) throws IOException {
        Payload first = payloadAt(bytes, HEADER_BYTES);
        if (first == null) {
            throw damaged(file, HEADER_BYTES, "its first frame is unreadable");
        }
        nextFrame = first.frame;
        Payload payload = first;
        int at = HEADER_BYTES;
        while (payload != null && payload.frame == nextFrame) {
            payload.records.forEach(records);
            nextFrame++;
            at = payload.end;
            payload = payloadAt(bytes, at);
        }
        position = at;
        cutTail(file, bytes, at);
    }

    /**
     * What stands after the last good frame is a torn write if no good frame follows it; else the middle is damaged.
     */
    private void cutTail(Path file, byte[] bytes, int from) throws IOException {
        int last = bytes.length - 1;
        while (last >= from && bytes[last] == 0) {
            last--;
        }
        for (int at = from; at <= last; at++) {
            Payload later = payloadAt(bytes, at);
            if (later != null && later.frame >= nextFrame) {
                throw damaged(file, from, "a good frame follows at byte " + at);
            }
        }
        if (last >= from) {
            Durably.writeFully(channel, ByteBuffer.allocate(last + 1 - from), from);
            channel.force(false);
        }
    }

    private static LedgerFailure damaged(Path file, int at, String why) {
        return new LedgerFailure(
                StoreCodes.VOTE_LOG_DAMAGED,
                "the vote log " + file + " is damaged at byte " + at + " (" + why + "); voting on could contradict it");
    }

    private record Payload(long frame, int end, List<VoteRecord> records) {}

    /** The frame at that place, or null if there is no whole and sound one. */
    private static @Nullable Payload payloadAt(byte[] bytes, int at) {
        if (bytes.length - at < FRAME_HEADER_BYTES) {
            return null;
        }
        ByteReader in = new ByteReader(bytes, at, bytes.length, MalformedException.VOTE_RECORD);
        long length = in.u32();
        long crc = in.u32();
        if (length < Long.BYTES || length > in.remaining() || crc(bytes, in.position(), (int) length) != crc) {
            return null;
        }
        int end = in.position() + (int) length;
        try {
            ByteReader body = new ByteReader(bytes, in.position(), end, MalformedException.VOTE_RECORD);
            long frame = body.u63("frame number");
            List<VoteRecord> records = new ArrayList<>();
            while (body.remaining() > 0) {
                records.add(VoteRecord.decode(body.bytes(body.u16())));
            }
            return new Payload(frame, end, records);
        } catch (MalformedException e) {
            return null;
        }
    }

    private static long crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(new ByteWriter(4).u32(length).toBytes());
        crc.update(bytes, offset, length);
        return crc.getValue();
    }

    private static byte[] header(Hash ledgerId, long number) {
        byte[] known =
                new ByteWriter(48).raw64(MAGIC).hash(ledgerId).u63(number).toBytes();
        byte[] header =
                new ByteWriter(52).bytes(known).u32(crc(known, 0, known.length)).toBytes();
        return Arrays.copyOf(header, HEADER_BYTES);
    }

    private static long checkHeader(Path file, byte[] bytes, Hash ledgerId) {
        if (bytes.length < HEADER_BYTES) {
            throw damaged(file, 0, "it is cut short");
        }
        ByteReader in = new ByteReader(bytes, MalformedException.VOTE_RECORD);
        long magic = in.raw64();
        Hash found = in.hash();
        long number = in.raw64();
        if (magic != MAGIC || in.u32() != crc(bytes, 0, 48)) {
            throw damaged(file, 0, "its header is unreadable");
        }
        if (!found.equals(ledgerId)) {
            throw new LedgerFailure(
                    StoreCodes.OTHER_LEDGER,
                    "the vote log " + file + " belongs to ledger " + found + ", not to " + ledgerId);
        }
        return number;
    }
}
