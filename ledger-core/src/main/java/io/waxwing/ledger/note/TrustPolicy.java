package io.waxwing.ledger.note;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom a verifier trusts (C2SP tlog-policy): logs, witnesses, groups in the order of their definition, and the quorum.
 * A checkpoint is good if one of the logs signed it and the quorum's witnesses cosigned it. Names are opaque octets,
 * held here as ISO-8859-1 text.
 */
public record TrustPolicy(List<Log> logs, List<Witness> witnesses, List<Group> groups, String quorum) {
    /** The predefined quorum that asks for no cosignature. */
    public static final String NONE = "none";

    public TrustPolicy {
        logs = List.copyOf(logs);
        witnesses = List.copyOf(witnesses);
        groups = List.copyOf(groups);
        checkNames(witnesses, groups, quorum);
        checkKeys(logs, witnesses);
    }

    /** A log line. The key's name is the log's origin line. */
    public record Log(NoteKey key, @Nullable String url) {}

    /** A witness line. */
    public record Witness(
            String name, NoteKey key, @Nullable String url) {}

    /** A group line: at least {@code threshold} of the members. */
    public record Group(String name, int threshold, List<String> members) {
        public Group {
            members = List.copyOf(members);
            if (threshold < 1 || threshold > members.size()) {
                throw malformed("group " + name + " has " + members.size() + " members and threshold " + threshold);
            }
        }
    }

    /**
     * The policy of one ledger and a threshold over its witnesses, as genesis writes it. Several log keys of one name
     * are alternatives: whichever node assembles a checkpoint signs it with its own.
     */
    public static TrustPolicy threshold(List<NoteKey> logKeys, List<Witness> witnesses, int threshold) {
        List<String> names = witnesses.stream().map(Witness::name).toList();
        Group validators = new Group("validators", threshold, names);
        List<Log> logs = logKeys.stream().map(key -> new Log(key, null)).toList();
        return new TrustPolicy(logs, witnesses, List.of(validators), validators.name());
    }

    /** Parses a policy file. Throws {@link MalformedException} naming the line. */
    public static TrustPolicy parse(byte[] file) {
        return PolicyParser.parse(file);
    }

    /** The file in its plain form, one space between items. */
    public ByteString encode() {
        StringBuilder file = new StringBuilder();
        logs.forEach(log -> line(file, "log " + octets(log.key().vkey()), log.url()));
        witnesses.forEach(witness -> line(
                file, "witness " + witness.name() + " " + octets(witness.key().vkey()), witness.url()));
        groups.forEach(group -> line(
                file,
                "group " + group.name() + " " + group.threshold() + " " + String.join(" ", group.members()),
                null));
        line(file, "quorum " + quorum, null);
        return ByteString.of(file.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** True if witnesses with these names satisfy the quorum. */
    public boolean isQuorum(Set<String> witnessNames) {
        if (quorum.equals(NONE)) {
            return true;
        }
        Set<String> satisfied = new HashSet<>(witnessNames);
        for (Group group : groups) {
            long count = group.members().stream().filter(satisfied::contains).count();
            if (count >= group.threshold()) {
                satisfied.add(group.name());
            }
        }
        return satisfied.contains(quorum);
    }

    private static void line(StringBuilder file, String text, @Nullable String url) {
        file.append(text);
        if (url != null) {
            file.append(' ').append(url);
        }
        file.append('\n');
    }

    private static String octets(String utf8) {
        return new String(utf8.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static void checkNames(List<Witness> witnesses, List<Group> groups, String quorum) {
        Set<String> defined = new HashSet<>();
        witnesses.forEach(witness -> define(witness.name(), defined));
        Set<String> members = new HashSet<>();
        for (Group group : groups) {
            for (String member : group.members()) {
                if (!defined.contains(member)) {
                    throw malformed("group " + group.name() + " names " + member + ", which is not defined before it");
                }
                if (!members.add(member)) {
                    throw malformed(member + " is a member of two groups");
                }
            }
            define(group.name(), defined);
        }
        if (!quorum.equals(NONE) && !defined.contains(quorum)) {
            throw malformed("quorum " + quorum + " is not defined before it");
        }
    }

    private static void define(String name, Set<String> defined) {
        if (name.isEmpty() || name.equals(NONE) || !name.chars().allMatch(c -> c > ' ' && c != 0x7f && c <= 0xff)) {
            throw malformed("'" + name + "' is not a name for a witness or group");
        }
        if (!defined.add(name)) {
            throw malformed(name + " is defined twice");
        }
    }

    private static void checkKeys(List<Log> logs, List<Witness> witnesses) {
        Map<ByteString, String> seen = new HashMap<>();
        for (Log log : logs) {
            if (log.key().type() != NoteKey.LOG) {
                throw malformed("log " + log.key().name() + " has a key of type "
                        + log.key().type());
            }
            if (seen.put(log.key().publicKey(), log.key().name()) != null) {
                throw malformed("two log lines have the key of " + log.key().name());
            }
        }
        seen.clear();
        for (Witness witness : witnesses) {
            if (witness.key().type() != NoteKey.COSIGNATURE) {
                throw malformed("witness " + witness.name() + " has a key of type "
                        + witness.key().type());
            }
            if (seen.put(witness.key().publicKey(), witness.name()) != null) {
                throw malformed("two witness lines have the key of " + witness.name());
            }
        }
    }

    /** The names of all witnesses, in file order. */
    public List<String> witnessNames() {
        List<String> names = new ArrayList<>();
        witnesses.forEach(witness -> names.add(witness.name()));
        return names;
    }

    static MalformedException malformed(String text) {
        return new MalformedException(MalformedException.POLICY, text);
    }
}
