package io.waxwing.broker.access;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Grant;
import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.identity.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The access file as its lines, for commands that change it: what humans wrote into it stays. Every change is checked
 * as a whole before it takes the place of the file.
 */
public final class AccessText {
    private static final int PASSWORD_BYTES_MIN = 8;
    private static final int PASSWORD_BYTES_MAX = 1_024;
    private static final String SCRAM = "scram ";
    private static final String QUOTA = "quota ";

    private final Path file;
    private final SecureRandom random;

    public AccessText(Path file, SecureRandom random) {
        this.file = file;
        this.random = random;
    }

    /** One user as commands show it: nothing secret. */
    public record Shown(
            String name,
            boolean password,
            boolean scram,
            List<String> certificates,
            List<String> tokens,
            List<Grant> grants,
            String quota) {}

    /** All users. @throws RefusedException WXW-2007 */
    public List<Shown> users() {
        return AccessFile.read(file).users().stream()
                .map(user -> new Shown(
                        user.name(),
                        user.password() != null,
                        user.scram() != null,
                        user.certificates(),
                        user.tokens().stream()
                                .map(token -> token.id() + " "
                                        + (token.expires() == null
                                                ? "never"
                                                : token.expires().toString()))
                                .toList(),
                        user.grants(),
                        QuotaText.text(user.quota())))
                .toList();
    }

    /**
     * What is kept of a password.
     *
     * @param plain the password itself may be shown to the node
     * @param scramIterations of proofs by SCRAM-SHA-256; 0: none are taken
     */
    public record Kept(boolean plain, int scramIterations) {
        /** Of a SCRAM verifier, if nothing else is said. */
        public static final int USUAL_ITERATIONS = ScramVerifier.ITERATIONS;

        /** Nothing but the password's hash. */
        public static final Kept PLAIN = new Kept(true, 0);

        /** Throws {@link RefusedException} WXW-2007 if clients had too little or too much to do. */
        public Kept {
            boolean bounded =
                    scramIterations >= ScramVerifier.ITERATIONS_MIN && scramIterations <= ScramVerifier.ITERATIONS_MAX;
            if (scramIterations != 0 && !bounded) {
                throw new RefusedException(
                        FailureCode.ACCESS_FILE,
                        "SCRAM iterations: want " + ScramVerifier.ITERATIONS_MIN + " to "
                                + ScramVerifier.ITERATIONS_MAX);
            }
        }
    }

    /** The same of a password that is kept as its hash alone. */
    public void add(String user, @Nullable Secret password) {
        add(user, password, Kept.PLAIN);
    }

    /** A new user; {@code password} null for none. @throws RefusedException WXW-2007, also if there is one already */
    public void add(String user, @Nullable Secret password, Kept kept) {
        List<String> begin = userLines(user, password, kept);
        boolean isNew = !Files.exists(file);
        change(lines -> {
            if (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
                lines.remove(lines.size() - 1);
            }
            if (isNew) {
                lines.add("# Who may use this node. Changed by 'waxwing user' and 'waxwing token', or by hand.");
            }
            lines.addAll(begin);
            return lines;
        });
    }

    /** Another password, null for none; nothing of the former one stays. {@code kept} null: as it was kept before. */
    public void password(String user, @Nullable Secret password, @Nullable Kept kept) {
        List<String> begin = userLines(user, password, kept == null ? keptNow(user) : kept);
        change(lines -> {
            int at = begin(lines, user);
            lines.subList(at, end(lines, user)).removeIf(line -> line.strip().startsWith(SCRAM));
            lines.remove(at);
            lines.addAll(at, begin);
            return lines;
        });
    }

    /** Another password, kept as the one before. */
    public void password(String user, @Nullable Secret password) {
        password(user, password, null);
    }

    private Kept keptNow(String user) {
        User is = AccessFile.read(file).user(user);
        ScramVerifier scram = is == null ? null : is.scram();
        return scram == null || is == null ? Kept.PLAIN : new Kept(is.password() != null, scram.iterations());
    }

    public void remove(String user) {
        change(lines -> {
            lines.subList(begin(lines, user), end(lines, user)).clear();
            return lines;
        });
    }

    public void grant(String user, Grant grant) {
        append(user, line(grant));
    }

    /** Takes a grant away. @throws RefusedException WXW-2007 if there is none like it */
    public void revoke(String user, Grant grant) {
        drop(user, grant.toString(), line -> line.equals(line(grant).strip()));
    }

    /** How much a user may publish, as the words after {@code quota}; empty: as much as there is room for. */
    public void quota(String user, String words) {
        String line = words.isEmpty() ? "" : "  " + QUOTA + QuotaText.text(QuotaText.parse(words));
        change(lines -> {
            int begin = begin(lines, user);
            lines.subList(begin, end(lines, user)).removeIf(each -> each.strip().startsWith(QUOTA));
            if (!line.isEmpty()) {
                lines.add(begin + 1, line);
            }
            return lines;
        });
    }

    public void certificate(String user, String name) {
        append(user, "  certificate " + name);
    }

    /** A new token of a user: returned here, kept nowhere. */
    public String token(String user, @Nullable Instant expires) {
        ApiKey.Made made = ApiKey.make(random, expires);
        append(user, "  token " + made.key().text());
        return made.token();
    }

    public void removeToken(String id) {
        User owner = AccessFile.read(file).ofToken(id);
        if (owner == null) {
            throw new RefusedException(FailureCode.ACCESS_FILE, "no token has the id " + id);
        }
        drop(owner.name(), id, line -> line.startsWith("token " + id + " "));
    }

    private List<String> userLines(String user, @Nullable Secret password, Kept kept) {
        if (!Principal.isName(user)) {
            throw new RefusedException(
                    FailureCode.ACCESS_FILE, "a user's name has 1 to 64 letters, digits and . _ @ -");
        }
        if (password != null && (password.size() < PASSWORD_BYTES_MIN || password.size() > PASSWORD_BYTES_MAX)) {
            throw new RefusedException(
                    FailureCode.ACCESS_FILE,
                    "a password has " + PASSWORD_BYTES_MIN + " to " + PASSWORD_BYTES_MAX + " bytes");
        }
        String hash = password != null && kept.plain()
                ? PasswordHash.of(password, random).text()
                : "none";
        List<String> lines = new ArrayList<>();
        lines.add("user " + user + " " + hash);
        if (password != null && kept.scramIterations() > 0) {
            lines.add("  " + SCRAM
                    + ScramVerifier.of(password, kept.scramIterations(), random).text());
        }
        return lines;
    }

    private void append(String user, String line) {
        change(lines -> {
            begin(lines, user);
            int at = end(lines, user);
            while (lines.get(at - 1).isBlank()) {
                at--;
            }
            lines.add(at, line);
            return lines;
        });
    }

    private void drop(String user, String what, java.util.function.Predicate<String> which) {
        change(lines -> {
            for (int i = begin(lines, user) + 1; i < end(lines, user); i++) {
                if (which.test(lines.get(i).strip())) {
                    lines.remove(i);
                    return lines;
                }
            }
            throw new RefusedException(FailureCode.ACCESS_FILE, "user " + user + " has no " + what);
        });
    }

    private static int begin(List<String> lines, String user) {
        for (int i = 0; i < lines.size(); i++) {
            if (isUser(lines.get(i).strip())
                    && lines.get(i).strip().split("\\s+", -1)[1].equals(user)) {
                return i;
            }
        }
        throw new RefusedException(FailureCode.ACCESS_FILE, "there is no user " + user);
    }

    private static int end(List<String> lines, String user) {
        int i = begin(lines, user) + 1;
        while (i < lines.size() && !isUser(lines.get(i).strip())) {
            i++;
        }
        return i;
    }

    /** Reads, changes, checks, and puts the result in the file's place in one step, readable by its owner alone. */
    private void change(UnaryOperator<List<String>> how) {
        List<String> before = new ArrayList<>();
        if (Files.exists(file)) {
            String text = AccessFile.text(file);
            AccessFile.parse(text);
            before.addAll(List.of(text.split("\n", -1)));
        }
        String text = String.join("\n", how.apply(before));
        text = text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
        AccessFile.parse(text);
        try {
            Path folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            Path next = Files.createTempFile(folder, "access", ".new");
            Files.writeString(next, text, StandardCharsets.UTF_8);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new RefusedException(FailureCode.ACCESS_FILE, file + " cannot be written: " + e.getMessage());
        }
    }

    private static String line(Grant grant) {
        return "  " + (grant.allows() ? "allow" : "deny") + " " + grant.action().word() + " " + grant.template();
    }

    static boolean isUser(String statement) {
        return statement.startsWith("user ") && statement.length() > "user ".length();
    }

    /** The grant of {@code allow} or {@code deny} and {@code <action> <filter>}. */
    public static Grant grant(String effect, String rest) {
        int space = rest.indexOf(' ');
        Action action = Action.ofWord(space < 0 ? rest : rest.substring(0, space));
        if (action == null || space < 0) {
            throw new RefusedException(
                    FailureCode.ACCESS_FILE, "want: allow|deny publish|subscribe|manage|command <topic filter>");
        }
        return new Grant(
                effect.equals("allow"), action, rest.substring(space + 1).strip());
    }
}
