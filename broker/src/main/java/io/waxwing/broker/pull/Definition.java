package io.waxwing.broker.pull;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.filter.Cesql;
import io.waxwing.bus.pull.PullTerms;
import io.waxwing.bus.topic.TopicFilter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription is, as it is stored: a version, then the members in order, texts as
 * {@link DataOutputStream#writeUTF}.
 */
record Definition(
        String name,
        String owner,
        TopicFilter filter,
        @Nullable Cesql sql,
        PullTerms terms,
        boolean paused,
        long createdMs,
        String note) {
    private static final int VERSION = 1;

    Definition paused(boolean now) {
        return new Definition(name, owner, filter, sql, terms, now, createdMs, note);
    }

    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeUTF(name);
            out.writeUTF(owner);
            out.writeUTF(filter.toString());
            out.writeUTF(sql == null ? "" : sql.toString());
            out.writeLong(terms.ackWaitMs());
            out.writeInt(terms.maxDeliver());
            out.writeInt(terms.backoffMs().size());
            for (long step : terms.backoffMs()) {
                out.writeLong(step);
            }
            out.writeInt(terms.maxAckPending());
            out.writeBoolean(paused);
            out.writeLong(createdMs);
            out.writeUTF(note);
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory", impossible);
        }
        return bytes.toByteArray();
    }

    /** Throws {@link RefusedException} WXW-2104 if these are not such bytes. */
    static Definition of(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readByte() != VERSION) {
                throw damaged("its version is not " + VERSION);
            }
            String name = in.readUTF();
            String owner = in.readUTF();
            TopicFilter filter = TopicFilter.parse(in.readUTF());
            String sql = in.readUTF();
            long ackWaitMs = in.readLong();
            int maxDeliver = in.readInt();
            List<Long> backoff = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                backoff.add(in.readLong());
            }
            PullTerms terms = new PullTerms(ackWaitMs, maxDeliver, backoff, in.readInt());
            return new Definition(
                    name,
                    owner,
                    filter,
                    sql.isEmpty() ? null : Cesql.parse(sql),
                    terms,
                    in.readBoolean(),
                    in.readLong(),
                    in.readUTF());
        } catch (IOException cut) {
            throw damaged("it ends too early");
        }
    }

    private static RefusedException damaged(String why) {
        return new RefusedException(FailureCode.DATA_DAMAGED, "a subscription's row: " + why);
    }
}
