package io.waxwing.broker.admin;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import org.slf4j.LoggerFactory;

/**
 * The node's log on standard output: readable lines on a terminal, one JSON object per line otherwise. The launcher
 * says in the property {@code waxwing.terminal} whether it is one, because the JDK's own answer changed with version
 * 22.
 */
public final class Logging {
    private static final int QUEUE = 4096;

    private Logging() {}

    /**
     * Sets the log up; earlier settings are dropped.
     *
     * @param level error, warn, info or debug
     * @param format auto, human or json
     */
    public static void configure(String level, String format) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        boolean human = format.equals("human") || (format.equals("auto") && Boolean.getBoolean("waxwing.terminal"));
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setEncoder(human ? lines(context) : json(context));
        console.start();
        // A log that waits for a slow terminal would make the node wait for it too; what does not fit is dropped.
        AsyncAppender async = new AsyncAppender();
        async.setContext(context);
        async.setQueueSize(QUEUE);
        async.setNeverBlock(true);
        async.addAppender(console);
        async.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(async);
        context.getLogger("io.waxwing").setLevel(Level.valueOf(level));
        // It logs what is wrong with schemas, which whoever gave them is told.
        context.getLogger("com.networknt").setLevel(Level.OFF);
    }

    /** Writes what is queued and ends the log. */
    public static void stop() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
    }

    /**
     * For a terminal. What would begin a line or move the cursor may be a stranger's: it is shown as a question mark.
     */
    public static PatternLayoutEncoder lines(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(
                "%d{HH:mm:ss.SSS} %-5level %logger{0} %replace(%kvp{NONE} %msg){'[\\p{Cntrl}\\x80-\\x9f\u2028\u2029]', '?'}%n");
        encoder.start();
        return encoder;
    }

    private static Encoder<ILoggingEvent> json(LoggerContext context) {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithFormattedMessage(true);
        encoder.setWithMessage(false);
        encoder.setWithContext(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithSequenceNumber(false);
        encoder.start();
        return encoder;
    }
}
