package io.waxwing.broker.access;

import io.waxwing.bus.audit.Act;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.identity.Credentials;
import io.waxwing.bus.identity.Login;
import io.waxwing.bus.spi.ActLog;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Writes down what changes in the access file, one act for each statement that comes or goes, and who is not let in.
 * Passwords' hashes stand there as eight digits of a hash of their own: enough to see that one has changed. What the
 * file said last is read from the log itself, so what changed while the node was down is seen too.
 */
public final class AccessActs {
    private static final String ADD = "access.add";
    private static final String REMOVE = "access.remove";
    private static final int MARK_BYTES = 4;
    /** Nobody tells the node who changed a file. */
    private static final String UNKNOWN = "$file";

    private final Set<String> known = new LinkedHashSet<>();
    private volatile ActLog log = ActLog.NONE;

    /** Acts of the log from before, in their order. */
    public void before(Act act) {
        if (act.act().equals(ADD)) {
            known.add(act.what());
        } else if (act.act().equals(REMOVE)) {
            known.remove(act.what());
        }
    }

    /** From now on what is new is written there. */
    public void told(ActLog acts) {
        log = acts;
    }

    /** There is no access file. */
    public void off() {
        changed(Path.of("-"), AccessFile.EMPTY);
    }

    /** The file as it is now. One thread. */
    void changed(Path path, AccessFile now) {
        Set<String> statements = statements(now);
        String from = path.toString();
        known.stream().filter(line -> !statements.contains(line)).toList().forEach(line -> {
            known.remove(line);
            log.record(Act.done(UNKNOWN, from, REMOVE, line));
        });
        statements.stream().filter(known::add).forEach(line -> log.record(Act.done(UNKNOWN, from, ADD, line)));
    }

    /** The file makes no sense, so what it said before holds. */
    void unusable(Path path) {
        log.record(new Act(UNKNOWN, path.toString(), "access.reload", "", FailureCode.ACCESS_FILE.text(), true));
    }

    /** Somebody showed something that was wrong, or was wrong too often. */
    void refused(Login login, Refusal refusal) {
        if (refusal.code() == FailureCode.LOGIN_WRONG || refusal.code() == FailureCode.LOGIN_LIMIT) {
            log.record(new Act(
                    user(login.credentials()),
                    login.protocol() + " " + login.address(),
                    "login",
                    "",
                    refusal.code().text(),
                    true));
        }
    }

    private static String user(Credentials credentials) {
        String user = Failures.user(credentials);
        return user == null ? "" : user;
    }

    private static Set<String> statements(AccessFile file) {
        Set<String> lines = new LinkedHashSet<>();
        for (User user : file.users()) {
            String name = "user " + user.name();
            lines.add(name);
            PasswordHash password = user.password();
            if (password != null) {
                lines.add(name + " password " + mark(password.text()));
            }
            ScramVerifier scram = user.scram();
            if (scram != null) {
                lines.add(name + " scram " + mark(scram.text()));
            }
            user.certificates().forEach(each -> lines.add(name + " certificate " + each));
            user.tokens()
                    .forEach(each -> lines.add(name + " token " + each.id() + " "
                            + (each.expires() == null ? "never" : each.expires().toString())));
            if (user.quota().isBound()) {
                lines.add(name + " quota " + QuotaText.text(user.quota()));
            }
            user.grants()
                    .forEach(each -> lines.add(name + " " + (each.allows() ? "allow " : "deny ")
                            + each.action().word() + " " + each.template()));
        }
        return lines;
    }

    private static String mark(String hash) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(hash.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, MARK_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
