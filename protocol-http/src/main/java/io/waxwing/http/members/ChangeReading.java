package io.waxwing.http.members;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.ProblemException;
import io.waxwing.ledger.control.Change;
import io.waxwing.ledger.control.JoinFile;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the bodies of {@code /v1/members/proposals}. A proposal is {@code {"changes":[…]}}, each change an object with
 * one member: {@code add}, {@code replace} or {@code node} with the text of a join file, {@code remove} with a name,
 * {@code retireNode} with {@code id}, {@code audience} with {@code id}, {@code availability} and {@code members}
 * (names), {@code topic} with {@code tag}, {@code audience} and {@code active}, {@code parameter} with {@code name} and
 * {@code value}. A vote is {@code {"approve":true}}.
 */
final class ChangeReading {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();
    private static final int MAX_CHANGES = 16;
    private static final String KINDS = "add, remove, replace, node, retireNode, audience, topic, parameter";

    private final Registry registry;

    ChangeReading(Registry registry) {
        this.registry = registry;
    }

    /** Throws {@link ProblemException} 400 with the place in the body. */
    List<Change> changes(byte[] body) {
        JsonNode root = object(body, "changes");
        JsonNode list = root.path("changes");
        if (root.size() != 1 || !list.isArray() || list.isEmpty() || list.size() > MAX_CHANGES) {
            throw refuse("want one member, changes, with 1 to " + MAX_CHANGES + " of them", "/changes");
        }
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            changes.add(change(list.get(i), "/changes/" + i));
        }
        return changes;
    }

    /** Throws {@link ProblemException} 400 with the place in the body. */
    static boolean approves(byte[] body) {
        JsonNode root = object(body, "approve");
        if (root.size() != 1 || !root.path("approve").isBoolean()) {
            throw refuse("want one member, approve, that is true or false", "/approve");
        }
        return root.get("approve").asBoolean();
    }

    private static JsonNode object(byte[] body, String member) {
        try {
            JsonNode root = JSON.readTree(body);
            if (root != null && root.isObject()) {
                return root;
            }
        } catch (IOException notJson) {
            // Refused below.
        }
        throw new ProblemException(Problem.of(FailureCode.JSON, "want a JSON object with " + member));
    }

    private Change change(JsonNode json, String at) {
        if (!json.isObject() || json.size() != 1) {
            throw refuse("want an object with one of " + KINDS, at);
        }
        String kind = json.fieldNames().next();
        JsonNode value = json.get(kind);
        String below = at + "/" + kind;
        return switch (kind) {
            case "add" -> new Change.AddMember(join(value, below));
            case "replace" -> new Change.ReplaceMember(join(value, below));
            case "node" -> new Change.AddNode(join(value, below));
            case "retireNode" -> new Change.RetireNode((int) Math.min(Integer.MAX_VALUE, number(value, "id", below)));
            case "remove" -> new Change.RemoveMember(text(value, below));
            case "audience" -> audience(value, below);
            case "topic" -> topic(value, below);
            case "parameter" -> parameter(value, below);
            default -> throw refuse("unknown; want one of " + KINDS, below);
        };
    }

    private static JoinFile join(JsonNode value, String at) {
        try {
            return JoinFile.parse(ByteString.utf8(text(value, at)));
        } catch (LedgerFailure e) {
            throw refuse(e.code() + ": " + e.text(), at);
        }
    }

    private static String text(JsonNode value, String at) {
        if (!value.isTextual()) {
            throw refuse("want a text", at);
        }
        return value.asText();
    }

    private static long number(JsonNode of, String name, String at) {
        JsonNode value = of.path(name);
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.asLong() < 1
                || value.asLong() > 0xffff_ffffL) {
            throw refuse("want a number from 1 to 4294967295", at + "/" + name);
        }
        return value.asLong();
    }

    private Change audience(JsonNode json, String at) {
        Registry.Availability policy = null;
        String word = text(json.path("availability"), at + "/availability");
        for (Registry.Availability known : Registry.Availability.values()) {
            policy = known.word().equals(word) ? known : policy;
        }
        if (policy == null) {
            throw refuse("want quorum, origin or all", at + "/availability");
        }
        Set<Integer> members = new TreeSet<>();
        JsonNode names = json.path("members");
        for (int i = 0; names.isArray() && i < names.size(); i++) {
            String name = text(names.get(i), at + "/members/" + i);
            Institution member = registry.institutionNamed(name);
            if (member == null) {
                throw refuse("no institution has the name " + name, at + "/members/" + i);
            }
            members.add(member.id());
        }
        if (!names.isArray() || members.isEmpty()) {
            throw refuse("want names of institutions", at + "/members");
        }
        return new Change.SetAudience(number(json, "id", at), policy, members);
    }

    private static Change topic(JsonNode json, String at) {
        if (!json.path("active").isBoolean()) {
            throw refuse("want true or false", at + "/active");
        }
        try {
            Hash tag = Hash.fromHex(text(json.path("tag"), at + "/tag"));
            return new Change.SetTopic(
                    tag, number(json, "audience", at), json.get("active").asBoolean());
        } catch (LedgerFailure e) {
            throw refuse("want 64 hexadecimal digits", at + "/tag");
        }
    }

    private static Change parameter(JsonNode json, String at) {
        Change.Parameter parameter = Change.Parameter.of(text(json.path("name"), at + "/name"));
        if (parameter == null) {
            throw refuse("want challenge-blocks or challenge-time", at + "/name");
        }
        JsonNode value = json.path("value");
        if (!value.isIntegralNumber() || !value.canConvertToLong() || !parameter.takes(value.asLong())) {
            throw refuse("want " + parameter.wanted(), at + "/value");
        }
        return new Change.SetParameter(parameter, value.asLong());
    }

    private static ProblemException refuse(String detail, String pointer) {
        return new ProblemException(Problem.of(FailureCode.CHANGE, detail).at(pointer));
    }
}
