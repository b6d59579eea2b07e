package io.waxwing.anchor.availability;

import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.CarriedEvent;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.List;

/** What travels on the channel PAYLOAD: u8 kind, then the body given at each. */
public sealed interface PayloadFrame {
    /** The whole frame. */
    byte[] encode();

    /** Kind 1, 126 signed header, u32 count, then the events in the order of the batch's segments. */
    record Push(BatchHeader header, List<CarriedEvent> events) implements PayloadFrame {
        public Push {
            events = List.copyOf(events);
        }

        @Override
        public byte[] encode() {
            ByteWriter out = new ByteWriter(64 << 10).u8(1);
            header.writeTo(out);
            out.u32(events.size());
            events.forEach(event -> event.writeTo(out));
            return out.toBytes();
        }
    }

    /** Kind 2, 32 batchId, 64 signature: the sender holds it until its retention ends. */
    record Held(Hash batchId, ByteString signature) implements PayloadFrame {
        @Override
        public byte[] encode() {
            return new ByteWriter(97).u8(2).hash(batchId).string(signature).toBytes();
        }
    }

    /** Kind 3, 6 lane, u64 batchSeq, 32 batchId: send it to me. */
    record Pull(Lane lane, long batchSeq, Hash batchId) implements PayloadFrame {
        @Override
        public byte[] encode() {
            ByteWriter out = new ByteWriter(47).u8(3);
            lane.writeTo(out);
            return out.u63(batchSeq).hash(batchId).toBytes();
        }
    }

    /** Kind 4, 32 batchId: asked for, and not here. */
    record NotHeld(Hash batchId) implements PayloadFrame {
        @Override
        public byte[] encode() {
            return new ByteWriter(33).u8(4).hash(batchId).toBytes();
        }
    }

    /** Kind 5, u32 audienceId: give me the secret that this audience's topic keys are made of. */
    record SecretWanted(long audienceId) implements PayloadFrame {
        @Override
        public byte[] encode() {
            return new ByteWriter(5).u8(5).u32(audienceId).toBytes();
        }
    }

    /** Kind 6, u32 audienceId, 32 secret. Only ever sent to a member of the audience. */
    record Secret(long audienceId, Hash secret) implements PayloadFrame {
        @Override
        public byte[] encode() {
            return new ByteWriter(37).u8(6).u32(audienceId).hash(secret).toBytes();
        }

        @Override
        public String toString() {
            return "Secret[" + audienceId + "]";
        }
    }

    /** Bytes of {@link Held#signature}. */
    int SIGNATURE_BYTES = 64;

    /** Least bytes of an event in a {@link Push}. */
    int LEAST_EVENT_BYTES = 53;

    /** Throws {@link MalformedException} for anything but exactly one frame. */
    static PayloadFrame decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes, MalformedException.BATCH);
        int kind = in.u8();
        PayloadFrame frame = switch (kind) {
            case 1 -> push(in);
            case 2 -> new Held(in.hash(), in.string(SIGNATURE_BYTES));
            case 3 -> new Pull(Lane.readFrom(in), in.u63("batchSeq"), in.hash());
            case 4 -> new NotHeld(in.hash());
            case 5 -> new SecretWanted(in.u32());
            case 6 -> new Secret(in.u32(), in.hash());
            default -> throw in.malformed("unknown kind of payload frame " + kind);
        };
        in.expectEnd("a payload frame");
        return frame;
    }

    private static Push push(ByteReader in) {
        BatchHeader header = BatchHeader.readFrom(in);
        long count = in.u32();
        if (count != header.statement().eventCount() || count * LEAST_EVENT_BYTES > in.remaining()) {
            throw in.malformed("a batch of " + header.statement().eventCount() + " events comes with " + count + " in "
                    + in.remaining() + " bytes");
        }
        List<CarriedEvent> events = new ArrayList<>((int) count);
        for (int i = 0; i < count; i++) {
            events.add(CarriedEvent.readFrom(in));
        }
        return new Push(header, events);
    }
}
