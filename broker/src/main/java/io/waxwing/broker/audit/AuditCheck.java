package io.waxwing.broker.audit;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads a log that a node may be writing just now, and holds it against heads that were published. Changes nothing. */
public final class AuditCheck {
    private AuditCheck() {}

    /**
     * A published head.
     *
     * @param eventId of the event that it was published by
     */
    public record Sealed(long lines, String head, String eventId) {}

    /**
     * What was found.
     *
     * @param found what the file says of itself
     * @param faults one line each; empty if everything fits together
     * @param sealedLines so many lines are sealed by heads that fit
     */
    public record Report(AuditReading.Found found, List<String> faults, long sealedLines) {
        public Report {
            faults = List.copyOf(faults);
        }
    }

    /** Reads the whole file. @throws RefusedException WXW-2106 */
    public static Report of(Path file, List<Sealed> heads) {
        Map<Long, String> hashes = new HashMap<>();
        heads.forEach(head -> hashes.put(head.lines(), ""));
        AuditReading.Found found = read(file, hashes);
        List<String> faults = new ArrayList<>();
        if (found.fault() != null) {
            faults.add(found.fault());
        }
        long sealed = 0;
        for (Sealed head : heads) {
            String said =
                    "event " + head.eventId() + " says that line " + head.lines() + " has the hash " + head.head();
            if (head.lines() > found.lines()) {
                faults.add(said + ", but only " + found.lines() + " lines hold: the end was cut off");
            } else if (!head.head().equals(hashes.get(head.lines()))) {
                faults.add(said + ", but it has " + hashes.get(head.lines()) + ": this is another log");
            } else {
                sealed = Math.max(sealed, head.lines());
            }
        }
        return new Report(found, faults, sealed);
    }

    private static AuditReading.Found read(Path file, Map<Long, String> hashes) {
        try {
            return AuditReading.read(
                    file, (line, hash) -> hashes.computeIfPresent(line.number(), (number, unknown) -> hash));
        } catch (IOException e) {
            throw new RefusedException(FailureCode.FILE, file + " cannot be read: " + e.getMessage());
        }
    }

    /** The last lines that hold, as they stand there. @throws RefusedException WXW-2106 */
    public static List<String> last(Path file, int count) {
        Deque<String> last = new ArrayDeque<>();
        try {
            AuditReading.Found unused = AuditReading.read(file, (line, hash) -> {
                last.add(line.text());
                if (last.size() > count) {
                    last.remove();
                }
            });
        } catch (IOException e) {
            throw new RefusedException(FailureCode.FILE, file + " cannot be read: " + e.getMessage());
        }
        return List.copyOf(last);
    }
}
