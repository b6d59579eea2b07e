package io.waxwing.broker.access;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Grant;
import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.quota.Quota;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The access file, read and checked. One statement a line; what follows a {@code user} belongs to that user; empty
 * lines and lines that begin with {@code #} are for humans:
 *
 * <pre>{@code
 * user <name> <password hash or none>
 *   allow|deny publish|subscribe|manage|command <topic filter, with %u and %c>
 *   scram <verifier>
 *   token <id> sha256:<hash> <time or never>
 *   certificate <name in the subject>
 * }</pre>
 */
final class AccessFile {
    static final AccessFile EMPTY = new AccessFile();

    /** A file that is larger is a mistake. */
    private static final long BYTES_MAX = 64L << 20;

    private final Map<String, User> users = new LinkedHashMap<>();
    private final Map<String, User> byToken = new LinkedHashMap<>();
    private final Map<String, User> byCertificate = new LinkedHashMap<>();

    private int scramIterations = ScramVerifier.ITERATIONS;

    private AccessFile() {}

    /** Reads the file. @throws RefusedException WXW-2007 naming the line, never what stands there */
    static AccessFile read(Path file) {
        return parse(text(file));
    }

    /** The file's text. @throws RefusedException WXW-2007 */
    static String text(Path file) {
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw new RefusedException(FailureCode.ACCESS_FILE, file + " has more than 64 MiB");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new RefusedException(FailureCode.ACCESS_FILE, file + " cannot be read: " + e.getMessage());
        }
    }

    /** Reads its text. @throws RefusedException WXW-2007 */
    static AccessFile parse(String text) {
        AccessFile file = new AccessFile();
        Block block = null;
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String statement = line.strip();
            if (statement.isEmpty() || statement.startsWith("#")) {
                continue;
            }
            try {
                if (AccessText.isUser(statement)) {
                    file.add(block);
                    block = new Block(statement.split("\\s+", -1));
                } else if (block == null) {
                    throw new RefusedException(FailureCode.ACCESS_FILE, "want: user <name> <password hash or none>");
                } else {
                    block.add(statement);
                }
            } catch (RefusedException e) {
                throw new RefusedException(
                        FailureCode.ACCESS_FILE,
                        "line " + number + ": " + e.refusal().detail());
            }
        }
        file.add(block);
        file.countIterations();
        return file;
    }

    private void countIterations() {
        Map<Integer, Integer> users = new TreeMap<>();
        for (User user : this.users.values()) {
            ScramVerifier verifier = user.scram();
            if (verifier != null) {
                users.merge(verifier.iterations(), 1, Integer::sum);
            }
        }
        int most = 0;
        for (Map.Entry<Integer, Integer> entry : users.entrySet()) {
            if (entry.getValue() > most) {
                most = entry.getValue();
                scramIterations = entry.getKey();
            }
        }
    }

    private static final class Block {
        private final String name;
        private final @Nullable PasswordHash password;
        private @Nullable ScramVerifier scram;
        private final List<String> certificates = new ArrayList<>();
        private final List<ApiKey> tokens = new ArrayList<>();
        private final List<Grant> grants = new ArrayList<>();
        private Quota quota = Quota.NONE;

        Block(String[] words) {
            if (words.length != 3 || !Principal.isName(words[1])) {
                throw new RefusedException(
                        FailureCode.ACCESS_FILE,
                        "want: user <name> <password hash or none>, the name of letters, digits and . _ @ -");
            }
            name = words[1];
            password = words[2].equals("none") ? null : PasswordHash.parse(words[2]);
        }

        void add(String statement) {
            int space = statement.indexOf(' ');
            String word = space < 0 ? statement : statement.substring(0, space);
            String rest = space < 0 ? "" : statement.substring(space + 1).strip();
            switch (word) {
                case "allow", "deny" -> grants.add(AccessText.grant(word, rest));
                case "scram" -> {
                    if (scram != null) {
                        throw new RefusedException(FailureCode.ACCESS_FILE, "one SCRAM verifier is enough");
                    }
                    scram = ScramVerifier.parse(rest);
                }
                case "quota" -> {
                    if (quota.isBound()) {
                        throw new RefusedException(FailureCode.ACCESS_FILE, "one quota is enough");
                    }
                    quota = QuotaText.parse(rest);
                }
                case "token" -> tokens.add(ApiKey.parse(rest.split("\\s+", -1)));
                case "certificate" -> {
                    if (rest.isEmpty()) {
                        throw new RefusedException(FailureCode.ACCESS_FILE, "want: certificate <name in the subject>");
                    }
                    certificates.add(rest);
                }
                default ->
                    throw new RefusedException(
                            FailureCode.ACCESS_FILE,
                            "a line begins with user, allow, deny, quota, scram, token or certificate");
            }
        }
    }

    private void add(@Nullable Block block) {
        if (block == null) {
            return;
        }
        User user = new User(
                block.name, block.password, block.scram, block.certificates, block.tokens, block.grants, block.quota);
        if (users.put(user.name(), user) != null) {
            throw new RefusedException(FailureCode.ACCESS_FILE, "user " + user.name() + " is there twice");
        }
        for (ApiKey token : user.tokens()) {
            if (byToken.put(token.id(), user) != null) {
                throw new RefusedException(FailureCode.ACCESS_FILE, "token " + token.id() + " is there twice");
            }
        }
        for (String certificate : user.certificates()) {
            if (byCertificate.put(certificate, user) != null) {
                throw new RefusedException(
                        FailureCode.ACCESS_FILE, "user " + user.name() + " has a certificate of another user");
            }
        }
    }

    List<User> users() {
        return List.copyOf(users.values());
    }

    /** What most proofs of this file cost a client: those for names that nobody has cost as much. */
    int scramIterations() {
        return scramIterations;
    }

    @Nullable User user(String name) {
        return users.get(name);
    }

    /**
     * What a token of an identity provider brings: the grants of all these users, null if there is none of them. The
     * quota is the user's own, or the widest of the roles'.
     */
    @Nullable User together(String name, List<String> roles) {
        List<Grant> grants = new ArrayList<>();
        Quota quota = Quota.NONE;
        boolean known = false;
        Set<String> all = new LinkedHashSet<>(roles);
        all.add(name);
        for (String one : all) {
            User user = users.get(one);
            known |= user != null;
            grants.addAll(user == null ? List.of() : user.grants());
            quota = user == null ? quota : either(quota, user.quota());
        }
        User own = users.get(name);
        Quota bound = own != null && own.quota().isBound() ? own.quota() : quota;
        return known ? new User(name, null, null, List.of(), List.of(), grants, bound) : null;
    }

    /** The wider of two that are said; whoever says nothing does not lift what another says. */
    private static Quota either(Quota one, Quota other) {
        return new Quota(
                Math.max(one.eventsPerSecond(), other.eventsPerSecond()),
                Math.max(one.bytesPerSecond(), other.bytesPerSecond()));
    }

    @Nullable User ofToken(String id) {
        return byToken.get(id);
    }

    @Nullable User ofCertificate(String name) {
        return byCertificate.get(name);
    }
}
