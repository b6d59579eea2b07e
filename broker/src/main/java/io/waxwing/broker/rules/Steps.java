package io.waxwing.broker.rules;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.regex.RegularExpression;
import java.util.regex.Pattern;

/**
 * Counts what a check does and ends it when that is too much: parts of the schema, how deep they are nested while they
 * are looked at, and characters that patterns look at, however often they look again. One check, one thread.
 */
final class Steps extends ExecutionContext {
    private static final int DEPTH_MAX = 512;
    // Patterns are not told whose check they belong to.
    private static final ThreadLocal<Steps> RUNNING = new ThreadLocal<>();

    private int left;
    private int depth;

    /** The check is not finished. */
    static final class TooMany extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMany() {
            super("too many steps", null, false, false);
        }
    }

    Steps(int most) {
        this.left = most;
    }

    /** Does it, counted. @throws TooMany */
    void run(Runnable check) {
        RUNNING.set(this);
        try {
            check.run();
            if (left < 0) {
                throw new TooMany(); // The library may have gone on.
            }
        } catch (StackOverflowError tooDeep) {
            // A pattern or a schema that goes in circles deeper than this thread can follow: nothing is left half done.
            throw new TooMany();
        } finally {
            RUNNING.remove();
        }
    }

    /** Takes many at once. */
    void take(long many) {
        if (many > left) {
            throw new TooMany();
        }
        left -= (int) many;
    }

    private void step() {
        if (--left < 0) {
            throw new TooMany();
        }
    }

    private void deeper() {
        step();
        if (++depth > DEPTH_MAX) {
            throw new TooMany();
        }
    }

    @Override
    public void evaluationPathAddLast(String token) {
        deeper();
        super.evaluationPathAddLast(token);
    }

    @Override
    public void evaluationPathAddLast(int token) {
        deeper();
        super.evaluationPathAddLast(token);
    }

    @Override
    public void evaluationPathRemoveLast() {
        depth--;
        super.evaluationPathRemoveLast();
    }

    /** A pattern whose looks at its text are counted. @throws IllegalArgumentException if it is none */
    static RegularExpression pattern(String text) {
        Pattern pattern = CountedPattern.of(text);
        // Without these bounds the end is asked for in the text, and not known.
        return value ->
                pattern.matcher(new Counted(value)).useAnchoringBounds(false).find();
    }

    private static final class Counted implements CharSequence {
        private final CharSequence text;

        Counted(CharSequence text) {
            this.text = text;
        }

        @Override
        public int length() {
            counted();
            return text.length();
        }

        @Override
        public char charAt(int index) {
            counted();
            return text.charAt(index);
        }

        private static void counted() {
            Steps running = RUNNING.get();
            if (running != null) {
                running.step();
            }
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end));
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
