package io.waxwing.anchor.file;

import io.waxwing.anchor.file.FileFetch.Limits;
import io.waxwing.anchor.file.FileFetch.Wanted;
import io.waxwing.anchor.file.FileFrame.Hashes;
import io.waxwing.anchor.file.FileFrame.HashesWanted;
import io.waxwing.ledger.file.ChunkHashes;
import io.waxwing.ledger.hash.Hash;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The hashes of a file's chunks from one member, page by page: only all of them together can be compared with the root,
 * and then it is known who was wrong.
 */
final class HashSearch {
    private final Wanted wanted;
    private final Limits limits;
    private final ByteArrayOutputStream got = new ByteArrayOutputStream();
    private @Nullable Integer member;
    private long deadlineNanos = Long.MAX_VALUE;
    private boolean refuted;

    HashSearch(Wanted wanted, Limits limits) {
        this.wanted = wanted;
        this.limits = limits;
    }

    boolean isOpen() {
        return member != null;
    }

    boolean isAsked(int who) {
        return member != null && member == who;
    }

    boolean isRefuted() {
        return refuted;
    }

    /** When it is too late for an answer; Long.MAX_VALUE if none is awaited. */
    long deadlineNanos() {
        return deadlineNanos;
    }

    void begin(int who) {
        forget();
        member = who;
    }

    void forget() {
        member = null;
        deadlineNanos = Long.MAX_VALUE;
        refuted = false;
        got.reset();
    }

    /** Asks for the next page if none is awaited; false if that is to be tried again soon. */
    boolean ask(long nowNanos, FileFetch.Output out) {
        Integer who = member;
        if (who == null || deadlineNanos != Long.MAX_VALUE) {
            return true;
        }
        int first = got.size() / Hash.LENGTH;
        int left = Math.min(FileFrame.PAGE_HASHES, wanted.layout().chunks() - first);
        if (!out.ask(who, new HashesWanted(wanted.key(), first), left * Hash.LENGTH)) {
            return false;
        }
        deadlineNanos = nowNanos + limits.answerNanos();
        return true;
    }

    /** The member that did not answer in time, or null. */
    @Nullable Integer giveUpWaiting(long nowNanos) {
        if (member == null || deadlineNanos == Long.MAX_VALUE || nowNanos - deadlineNanos < 0) {
            return null;
        }
        Integer silent = member;
        forget();
        return silent;
    }

    /** Takes the page that was asked for; all hashes once they are there and have the root. */
    @Nullable ChunkHashes onPage(Hashes page) {
        int first = got.size() / Hash.LENGTH;
        if (page.first() != first || deadlineNanos == Long.MAX_VALUE) {
            return null;
        }
        long total = got.size() + (long) page.hashes().size();
        long whole = (long) wanted.layout().chunks() * Hash.LENGTH;
        if (total > whole) {
            refuted = true;
            return null;
        }
        got.writeBytes(page.hashes().toBytes());
        deadlineNanos = Long.MAX_VALUE;
        if (total < whole) {
            return null;
        }
        ChunkHashes all = ChunkHashes.decode(got.toByteArray());
        refuted = !all.root().equals(wanted.root());
        return refuted ? null : all;
    }
}
