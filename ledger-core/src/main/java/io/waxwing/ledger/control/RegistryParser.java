package io.waxwing.ledger.control;

import io.waxwing.ledger.control.Registry.Audience;
import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.control.Registry.Node;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.control.Registry.Topic;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.sign.StrictEd25519;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Reads a registry; the last check is that writing it again gives the same bytes. */
final class RegistryParser {
    private static final int MAX_LINES = 65_536;

    private final Registry.Items found = new Registry.Items();
    private final Set<String> names = new HashSet<>();
    private final Set<ByteString> keys = new HashSet<>();

    private RegistryParser() {}

    static Registry parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.US_ASCII);
        List<String> lines = Arrays.asList(text.split("\n", MAX_LINES));
        RegistryParser parser = new RegistryParser();
        for (int i = 0; i < lines.size() - 1; i++) {
            try {
                parser.line(lines.get(i).split(" ", -1));
            } catch (MalformedException e) {
                throw malformed("line " + (i + 1) + ": " + e.text());
            }
        }
        Registry registry = new Registry(parser.found);
        if (!registry.encode().equals(ByteString.of(bytes))) {
            throw malformed("the registry is not in its one form (order, spaces or a repeated id)");
        }
        return registry;
    }

    private void line(String[] items) {
        switch (items[0]) {
            case "institution" -> institution(expect(items, 7));
            case "origin" -> origin(expect(items, 5));
            case "node" -> node(expect(items, 4));
            case "audience" -> audience(expect(items, 4));
            case "topic" -> topic(expect(items, 4));
            case "parameter" -> parameter(expect(items, 3));
            default -> throw malformed("unknown kind '" + items[0] + "'");
        }
    }

    private void institution(String[] items) {
        int id = (int) number(items[1], 0xffff);
        boolean validator = oneOf(items[3], "validator", "observer");
        String name = Names.institution(items[2]);
        if (!names.add(name)) {
            throw malformed("two institutions are named " + name);
        }
        found.add(new Institution(id, name, validator, key(items[4]), key(items[5]), key(items[6])));
    }

    private void origin(String[] items) {
        int originId = (int) number(items[1], 0xffff);
        int institutionId = (int) number(items[2], 0xffff);
        if (!found.institutions.containsKey(institutionId)) {
            throw malformed("origin " + originId + " belongs to unknown institution " + institutionId);
        }
        boolean active = oneOf(items[3], "active", "retired");
        found.add(new Origin(originId, institutionId, active, key(items[4])));
    }

    private void node(String[] items) {
        int originId = (int) number(items[1], 0xffff);
        if (!found.origins.containsKey(originId)) {
            throw malformed("a node line names unknown origin " + originId);
        }
        found.add(new Node(originId, PeerAddress.parse(items[2]), Hash.fromHex(items[3])));
    }

    private void parameter(String[] items) {
        ChallengeTerms terms = found.challengeTerms;
        switch (items[1]) {
            case "challenge-blocks" ->
                found.challengeTerms =
                        new ChallengeTerms((int) number(items[2], ChallengeTerms.MAX_BLOCKS), terms.timeMs());
            case "challenge-time" ->
                found.challengeTerms = new ChallengeTerms(terms.blocks(), number(items[2], ChallengeTerms.MAX_TIME_MS));
            case "time" -> found.genesisTimeMs = number(items[2], Long.MAX_VALUE);
            default -> throw malformed("unknown parameter '" + items[1] + "'");
        }
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
            if (!found.institutions.containsKey(member)) {
                throw malformed("audience " + audienceId + " names unknown institution " + member);
            }
            members.add(member);
        }
        found.add(new Audience(audienceId, availability, members));
    }

    private void topic(String[] items) {
        Hash tag = Hash.fromHex(items[1]);
        boolean active = oneOf(items[3], "active", "retired");
        found.topics.put(tag, new Topic(tag, number(items[2], 0xffff_ffffL), active));
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

    private ByteString key(String hex) {
        ByteString key = ByteString.fromHex(hex).requireSize(32, "a key");
        if (!StrictEd25519.acceptsKey(key.toBytes())) {
            throw malformed("the key " + hex + " is not canonical or of small order");
        }
        if (!keys.add(key)) {
            throw malformed("the key " + hex + " stands in two places");
        }
        return key;
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
