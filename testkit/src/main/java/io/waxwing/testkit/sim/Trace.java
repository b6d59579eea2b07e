package io.waxwing.testkit.sim;

import io.waxwing.ledger.hash.Hash;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a simulation, folded into one number as it happens, and written down only if a story is wanted: most
 * runs end well and nobody reads them. One thread.
 */
public final class Trace {
    private final @Nullable Story story;
    private final Agenda agenda;
    private long first = 0x6a09e667f3bcc908L;
    private long second = 0xbb67ae8584caa73bL;
    private long notes;

    public Trace(Agenda agenda, @Nullable Story story) {
        this.agenda = agenda;
        this.story = story;
    }

    /** The kinds of lines. */
    public enum Deed {
        BOOT("boots"),
        CRASH("crashes"),
        LOSE("loses"),
        DELIVER("hears from"),
        REFUSE("refuses from"),
        RECORD("records"),
        SEND("sends"),
        APPLY("applies"),
        ACCUSE("accuses"),
        FAULT("suffers"),
        BATCH("is given");

        private final String words;

        Deed(String words) {
            this.words = words;
        }
    }

    /** True if lines are written; only then is it worth making them. */
    public boolean isTold() {
        return story != null;
    }

    /** Something happened at a node. */
    public void note(int node, Deed deed, long what, String kind) {
        fold(agenda.nowNanos());
        fold(((long) node << 32) ^ deed.words.length() ^ ((long) deed.words.charAt(0) << 16));
        fold(what);
        if (story != null) {
            tell(node, deed.words + " " + kind + " " + Long.toHexString(what));
        }
    }

    /** A line for the reader alone. */
    public void tell(int node, String line) {
        if (story != null) {
            long micros = agenda.nowNanos() / 1000;
            story.tell(String.format("%4d.%06d  %2d %s", micros / 1_000_000, micros % 1_000_000, node, line));
        }
    }

    /** A number that differs for different hashes, as good as certainly. */
    public static long shortOf(Hash hash) {
        return hash.hashCode() & 0xffff_ffffL;
    }

    private void fold(long value) {
        notes++;
        first = Chance.mix(first ^ value) + notes;
        second = Long.rotateLeft(second + value * 0x9e3779b97f4a7c15L, 29) ^ first;
    }

    /** Equal for equal runs. */
    public String hash() {
        return String.format("%016x%016x", first, second);
    }

    /** The end of the story; empty if none was written. */
    public String story() {
        return story == null ? "" : story.toString();
    }
}
