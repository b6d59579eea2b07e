package io.waxwing.testkit.sim;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.simplex.VoteHistory;
import io.waxwing.ledger.simplex.VoteRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The bytes of one key's vote log, as a file would hold them: one frame per force, u32 length || u32 CRC32C || (u16
 * length || record)*. What was not forced can be lost from any byte on when the power fails. One thread.
 */
public final class SimVoteLog {
    private static final int FRAME_HEADER = 8;

    // Small, so that segments change often.
    private static final int SEGMENT_BYTES = 16 * 1024;

    private byte[] file = new byte[1024];
    private int forced;
    private int written;
    private int lastFrame;
    private boolean hasVoted;
    private boolean condemned;
    private VoteHistory history = new VoteHistory();
    private List<VoteRecord> unforced = List.of();
    private List<VoteRecord> found = List.of();

    /** What a restart finds. */
    public enum State {
        WHOLE,
        /** A frame before the last is damaged, or the whole log was found to be too short before. */
        DAMAGED
    }

    /** True if the key has ever voted, whatever is left of the log. */
    public boolean hasVoted() {
        return hasVoted;
    }

    public VoteHistory history() {
        return history;
    }

    /** Writes a frame, which is not yet safe. */
    public void write(List<VoteRecord> records) {
        ByteWriter payload = new ByteWriter(512);
        for (VoteRecord record : records) {
            byte[] bytes = record.encode();
            payload.u16(bytes.length).bytes(bytes);
        }
        byte[] bytes = payload.toBytes();
        byte[] frame = new ByteWriter(FRAME_HEADER + bytes.length)
                .u32(bytes.length)
                .u32(crc(bytes))
                .bytes(bytes)
                .toBytes();
        if (written + frame.length > file.length) {
            file = Arrays.copyOf(file, 2 * (written + frame.length));
        }
        System.arraycopy(frame, 0, file, written, frame.length);
        lastFrame = written;
        written += frame.length;
        unforced = records;
    }

    /** Everything written is safe. */
    public void force() {
        forced = written;
        unforced.forEach(history::add);
        hasVoted |= !unforced.isEmpty();
        unforced = List.of();
    }

    /** The power fails: of what was not forced, any beginning may have reached the disk. */
    public void losePower(Chance chance) {
        int kept = forced == written ? forced : (int) chance.between(forced, written + 1L);
        // A frame that is whole counts, though nobody was told that it was forced.
        hasVoted |= kept == written && written > 0;
        written = kept;
        forced = kept;
        unforced = List.of();
    }

    /** The core has refused to vote with this log: a mark beside the key says so until the key is rotated. */
    void condemn() {
        condemned = true;
    }

    /** Reads the file again; cuts a torn last frame. */
    public State reopen() {
        history = new VoteHistory();
        found = new ArrayList<>();
        if (condemned) {
            return State.DAMAGED;
        }
        int at = 0;
        while (at < written) {
            int end = frameEnd(at);
            if (end < 0) {
                boolean torn = at + FRAME_HEADER > written || at + FRAME_HEADER + length(at) >= written;
                if (!torn) {
                    return State.DAMAGED;
                }
                written = at;
                forced = at;
                break;
            }
            found.addAll(decode(Arrays.copyOfRange(file, at + FRAME_HEADER, end)));
            lastFrame = at;
            at = end;
        }
        found.forEach(history::add);
        return State.WHOLE;
    }

    /** The end of the whole frame at that place, or -1 if there is none. */
    private int frameEnd(int at) {
        if (at + FRAME_HEADER > written) {
            return -1;
        }
        long length = length(at);
        if (at + FRAME_HEADER + length > written) {
            return -1;
        }
        int end = (int) (at + FRAME_HEADER + length);
        long crc = new ByteReader(Arrays.copyOfRange(file, at + 4, at + 8), MalformedException.VOTE_RECORD).u32();
        return crc == crc(Arrays.copyOfRange(file, at + FRAME_HEADER, end)) ? end : -1;
    }

    private long length(int at) {
        return new ByteReader(Arrays.copyOfRange(file, at, at + 4), MalformedException.VOTE_RECORD).u32();
    }

    private static List<VoteRecord> decode(byte[] payload) {
        ByteReader in = new ByteReader(payload, MalformedException.VOTE_RECORD);
        List<VoteRecord> records = new ArrayList<>();
        while (in.remaining() > 0) {
            records.add(VoteRecord.decode(in.bytes(in.u16())));
        }
        return records;
    }

    /**
     * A new segment that begins with everything folded; the old one is deleted, as if renamed over. Follows a
     * {@link #reopen} that found the log whole; one that is gone or condemned is not gone on with.
     */
    public void roll() {
        if (condemned || found.isEmpty()) {
            return;
        }
        List<VoteRecord> snapshot = history.snapshot();
        written = 0;
        write(snapshot);
        forced = written;
        unforced = List.of();
    }

    /** The file is gone; the mark that the key has voted is not. */
    void wipe() {
        written = 0;
        forced = 0;
        history = new VoteHistory();
        unforced = List.of();
    }

    /** A bit changes before the last frame; false if there is nothing before it. */
    boolean flipBit(Chance chance) {
        if (lastFrame == 0 || written != forced) {
            return false;
        }
        int frame = 0;
        int end = frameEnd(frame);
        while (end > 0 && end < lastFrame && !chance.oneIn(3)) {
            frame = end;
            end = frameEnd(frame);
        }
        // In the body: a flipped length could also look like a torn tail.
        int at = (int) chance.between(frame + FRAME_HEADER, Math.max(frame + FRAME_HEADER + 1L, end));
        file[at] ^= (byte) (1 << chance.below(8));
        return true;
    }

    /** True if it is time for a new segment. */
    public boolean isLong() {
        return written > SEGMENT_BYTES;
    }

    /** What the last restart found, oldest first; up to the damage if there is any. */
    public List<VoteRecord> found() {
        return found;
    }

    /** The file as it is, for {@link #restore}. */
    public byte[] copy() {
        return Arrays.copyOf(file, forced);
    }

    /** An older copy is put back. */
    public void restore(byte[] copy) {
        file = Arrays.copyOf(copy, Math.max(1024, copy.length));
        written = copy.length;
        forced = copy.length;
        unforced = List.of();
    }

    private static long crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return crc.getValue();
    }
}
