package io.waxwing.broker.pull;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.pull.PullCursor;
import io.waxwing.bus.spi.SessionStore;
import io.waxwing.http.pull.Subscriptions.Shown;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Subscriptions in the store, three rows each: what it is, how far it got, its dead letters. Every change is on the
 * disk before it is answered.
 */
final class PullRows {
    private static final String DEFINITION = "definition";
    private static final String PLACE = "place";
    private static final String DEAD = "dead";

    private final SessionStore store;

    PullRows(SessionStore store) {
        this.store = store;
    }

    /** Reads all; blocks. Throws {@link RefusedException} WXW-2104 if one cannot be read. */
    void forEach(BiConsumer<Definition, PullCursor> each) {
        Map<String, Map<String, byte[]>> all = new HashMap<>();
        store.forEach((key, row, value) ->
                all.computeIfAbsent(key, unused -> new HashMap<>()).put(row, value));
        all.forEach((key, rows) -> {
            byte[] definition = rows.get(DEFINITION);
            byte[] place = rows.get(PLACE);
            if (definition == null || place == null) {
                throw new RefusedException(FailureCode.DATA_DAMAGED, "subscription " + key + " has a row too few");
            }
            Definition read = Definition.of(definition);
            PullCursor cursor = cursor(key, place, rows.get(DEAD));
            if (!key.equals(key(read))) {
                moved(key, read, cursor);
            }
            each.accept(read, cursor);
        });
    }

    /**
     * Rows of before names were their owners' alone. Written one after the other: a crash between leaves them there.
     */
    private void moved(String from, Definition definition, PullCursor cursor) {
        CompletableFuture<?> unused =
                all(definition, cursor, definition).thenCompose(written -> write(from, true, written));
    }

    private static PullCursor cursor(String key, byte[] place, byte @Nullable [] dead) {
        try {
            return PullCursor.restored(place, dead);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, "subscription " + key + ": " + e.getMessage());
        }
    }

    /** Everything. */
    <T> CompletableFuture<T> all(Definition definition, PullCursor cursor, T value) {
        return write(
                key(definition),
                false,
                value,
                new SessionStore.Row(DEFINITION, definition.bytes()),
                new SessionStore.Row(PLACE, cursor.placeBytes()),
                new SessionStore.Row(DEAD, cursor.deadBytes()));
    }

    /** How far it got, and its dead letters if there are or were any. */
    <T> CompletableFuture<T> place(Definition of, PullCursor cursor, boolean dead, T value) {
        SessionStore.Row place = new SessionStore.Row(PLACE, cursor.placeBytes());
        return dead
                ? write(key(of), false, value, place, new SessionStore.Row(DEAD, cursor.deadBytes()))
                : write(key(of), false, value, place);
    }

    CompletableFuture<Shown> remove(Shown was) {
        return write(key(was.owner(), was.name()), true, was);
    }

    private <T> CompletableFuture<T> write(String key, boolean discarded, T value, SessionStore.Row... rows) {
        CompletableFuture<T> written = new CompletableFuture<>();
        List<SessionStore.Row> list = Arrays.asList(rows);
        store.write(new SessionStore.Change(key, list, discarded, true), new SessionStore.Done() {
            @Override
            public void written() {
                written.complete(value);
            }

            @Override
            public void failed(Refusal refusal) {
                written.completeExceptionally(new RefusedException(refusal));
            }
        });
        return written;
    }

    private static String key(Definition definition) {
        return key(definition.owner(), definition.name());
    }

    /** Only letters, digits and {@code _}, so that the rows of a subscription stand together. */
    static String key(String owner, String name) {
        String plain =
                name.replace("_", "__").replace("-", "_m").replace(".", "_d").replace("@", "_a");
        return owner.isEmpty()
                ? plain
                : "_o" + HexFormat.of().formatHex(owner.getBytes(StandardCharsets.UTF_8)) + "_n" + plain;
    }
}
