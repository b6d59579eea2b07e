package io.waxwing.ledger.control;

import io.waxwing.ledger.control.Registry.Audience;
import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.control.Registry.Topic;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads a registry; the last check is that writing it again gives the same bytes. */
final class RegistryParser {
    private static final int MAX_LINES = 65_536;

    private final Map<Integer, Institution> institutions = new HashMap<>();
    private final Map<Integer, Origin> origins = new HashMap<>();
    private final Map<Long, Audience> audiences = new HashMap<>();
    private final Map<Hash, Topic> topics = new HashMap<>();

    private RegistryParser() {}

    static Registry parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.US_ASCII);
        List<String> lines = Arrays.asList(text.split("\n", MAX_LINES));
        RegistryParser parser = new RegistryParser();
        for (int i = 0; i < lines.size() - 1; i++) {
            try {
                parser.line(lines.get(i).split(" ", -1));
            } catch (MalformedException e) {
                throw malformed("line " + (i + 1) + ": " + e.getMessage());
            }
        }
        Registry registry = new Registry(parser.institutions, parser.origins, parser.audiences, parser.topics);
        if (!registry.encode().equals(ByteString.of(bytes))) {
            throw malformed("the registry is not in its one form (order, spaces or a repeated id)");
        }
        return registry;
    }

    private void line(String[] items) {
        switch (items[0]) {
            case "institution" -> institution(expect(items, 7));
            case "origin" -> origin(expect(items, 5));
            case "audience" -> audience(expect(items, 4));
            case "topic" -> topic(expect(items, 4));
            default -> throw malformed("unknown kind '" + items[0] + "'");
        }
    }

    private void institution(String[] items) {
        int id = (int) number(items[1], 0xffff);
        boolean validator = oneOf(items[3], "validator", "observer");
        institutions.put(id, new Institution(id, items[2], validator, key(items[4]), key(items[5]), key(items[6])));
    }

    private void origin(String[] items) {
        int originId = (int) number(items[1], 0xffff);
        int institutionId = (int) number(items[2], 0xffff);
        if (!institutions.containsKey(institutionId)) {
            throw malformed("origin " + originId + " belongs to unknown institution " + institutionId);
        }
        boolean active = oneOf(items[3], "active", "retired");
        origins.put(originId, new Origin(originId, institutionId, active, key(items[4])));
    }

    private void audience(String[] items) {
        long audienceId = number(items[1], 0xffff_ffffL);
        Availability availability = Arrays.stream(Availability.values())
                .filter(candidate -> candidate.word().equals(items[2]))
                .findFirst()
                .orElseThrow(() -> malformed("unknown availability '" + items[2] + "'"));
        Set<Integer> members = new TreeSet<>();
        for (String item : items[3].split(",", -1)) {
            int member = (int) number(item, 0xffff);
            if (!institutions.containsKey(member)) {
                throw malformed("audience " + audienceId + " names unknown institution " + member);
            }
            members.add(member);
        }
        audiences.put(audienceId, new Audience(audienceId, availability, members));
    }

    private void topic(String[] items) {
        Hash tag = Hash.fromHex(items[1]);
        boolean active = oneOf(items[3], "active", "retired");
        topics.put(tag, new Topic(tag, number(items[2], 0xffff_ffffL), active));
    }

    private static String[] expect(String[] items, int count) {
        if (items.length != count) {
            throw malformed(items[0] + " lines have " + count + " items, got " + items.length);
        }
        return items;
    }

    private static boolean oneOf(String item, String yes, String no) {
        if (!item.equals(yes) && !item.equals(no)) {
            throw malformed("'" + item + "' is neither " + yes + " nor " + no);
        }
        return item.equals(yes);
    }

    private static ByteString key(String hex) {
        return ByteString.fromHex(hex).requireSize(32, "a key");
    }

    private static long number(String text, long max) {
        try {
            long value = Long.parseLong(text);
            if (value >= 0 && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw malformed("'" + text + "' is not a number");
        }
        throw malformed("'" + text + "' is not in [0, " + max + "]");
    }

    private static MalformedException malformed(String text) {
        return new MalformedException(MalformedException.REGISTRY, text);
    }
}
