package io.waxwing.ledger.note;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.note.TrustPolicy.Group;
import io.waxwing.ledger.note.TrustPolicy.Log;
import io.waxwing.ledger.note.TrustPolicy.Witness;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Line by line through a tlog-policy file; "defined before" is checked where the line stands. */
final class PolicyParser {
    /** Larger files are refused before they are read. */
    private static final int MAX_BYTES = 64 * 1024;

    private final List<Log> logs = new ArrayList<>();
    private final List<Witness> witnesses = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();
    private final Set<String> defined = new HashSet<>();
    private @Nullable String quorum;

    private PolicyParser() {}

    static TrustPolicy parse(byte[] file) {
        if (file.length > MAX_BYTES) {
            throw TrustPolicy.malformed("a trust policy of " + file.length + " bytes is too large");
        }
        checkOctets(file);
        PolicyParser parser = new PolicyParser();
        String text = new String(file, StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\n")) {
            throw TrustPolicy.malformed("the last line of a trust policy ends in a newline too");
        }
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length - 1; i++) {
            try {
                parser.line(lines[i]);
            } catch (MalformedException e) {
                throw new MalformedException(MalformedException.POLICY, "line " + (i + 1) + ": " + e.getMessage());
            }
        }
        if (parser.quorum == null) {
            throw TrustPolicy.malformed("a trust policy has one quorum line, this has none");
        }
        return new TrustPolicy(parser.logs, parser.witnesses, parser.groups, parser.quorum);
    }

    private static void checkOctets(byte[] file) {
        for (byte octet : file) {
            int value = octet & 0xff;
            if (value != '\t' && value != '\n' && (value < ' ' || value == 0x7f)) {
                throw TrustPolicy.malformed("control character " + value + " is not allowed");
            }
        }
    }

    private void line(String line) {
        List<String> items = items(line);
        if (items.isEmpty() || items.get(0).startsWith("#")) {
            return;
        }
        switch (items.get(0)) {
            case "log" -> log(items);
            case "witness" -> witness(items);
            case "group" -> group(items);
            case "quorum" -> quorum(items);
            default -> throw TrustPolicy.malformed("unknown keyword '" + items.get(0) + "'");
        }
    }

    private void log(List<String> items) {
        checkCount(items, 2, 3, "log <vkey> [<url>]");
        logs.add(new Log(key(items.get(1)), items.size() > 2 ? items.get(2) : null));
    }

    private void witness(List<String> items) {
        checkCount(items, 3, 4, "witness <name> <vkey> [<url>]");
        witnesses.add(new Witness(items.get(1), key(items.get(2)), items.size() > 3 ? items.get(3) : null));
        defined.add(items.get(1));
    }

    private void group(List<String> items) {
        checkCount(items, 4, Integer.MAX_VALUE, "group <name> all|any|<k> <name>...");
        List<String> members = items.subList(3, items.size());
        for (String member : members) {
            if (!defined.contains(member)) {
                throw TrustPolicy.malformed(member + " is not defined before this line");
            }
        }
        groups.add(new Group(items.get(1), threshold(items.get(2), members.size()), members));
        defined.add(items.get(1));
    }

    private void quorum(List<String> items) {
        checkCount(items, 2, 2, "quorum <name>");
        if (quorum != null) {
            throw TrustPolicy.malformed("a second quorum line");
        }
        String name = items.get(1);
        if (!name.equals(TrustPolicy.NONE) && !defined.contains(name)) {
            throw TrustPolicy.malformed(name + " is not defined before this line");
        }
        quorum = name;
    }

    private static int threshold(String text, int members) {
        return switch (text) {
            case "any" -> 1;
            case "all" -> members;
            default -> (int) Math.min(NoteText.decimal(text, "the threshold"), Integer.MAX_VALUE);
        };
    }

    /** Key names are UTF-8 in notes, opaque octets in policies. */
    private static NoteKey key(String octets) {
        return NoteKey.parse(NoteText.decodeUtf8(octets.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static void checkCount(List<String> items, int min, int max, String form) {
        if (items.size() < min || items.size() > max) {
            throw TrustPolicy.malformed("the form is: " + form);
        }
    }

    private static List<String> items(String line) {
        List<String> items = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= line.length(); i++) {
            if (i == line.length() || line.charAt(i) == ' ' || line.charAt(i) == '\t') {
                if (i > from) {
                    items.add(line.substring(from, i));
                }
                from = i + 1;
            }
        }
        return items;
    }
}
