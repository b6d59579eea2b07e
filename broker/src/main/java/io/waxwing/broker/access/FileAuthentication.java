package io.waxwing.broker.access;

import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.broker.config.AccessSettings;
import io.waxwing.broker.runtime.Pools;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Credentials;
import io.waxwing.bus.identity.Grant;
import io.waxwing.bus.identity.Grants;
import io.waxwing.bus.identity.Login;
import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.identity.Secret;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.bus.spi.Exchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in whom the access file names. Tokens and certificates are judged at once; passwords on a small pool, unless the
 * same one was found right a while ago. A password for a user that does not exist costs as much as a wrong one.
 * {@link #look} takes up a changed file; one that makes no sense changes nothing, and the log and a counter say so.
 */
public final class FileAuthentication implements Authentication, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileAuthentication.class);
    private static final int LOGINS_WAITING_MAX = 64;
    private static final Duration PROVEN = Duration.ofMinutes(10);
    private static final int KEY_BYTES = 32;
    private static final int TOKENS_WAITING_MAX = 1_024;
    /** No user's name. */
    private static final String OPERATOR = "$operator";

    private final Path path;
    private final String institution;
    private final Secret operatorToken;
    private final AccessMetrics metrics;
    private final AccessActs acts;
    private final LoginLog log = new LoginLog();
    private final Spendings spendings = new Spendings();
    private final String commandType;
    private final Failures failures;
    private final ProvenLogins proven;
    private final PasswordHash nobodys;
    private final ScramDoor scram;
    private final ThreadPoolExecutor hashing;
    private final ThreadPoolExecutor checkingTokens;
    private final @Nullable IdentityTokens tokens;
    private final @Nullable ProviderKeys keys;
    private final List<Runnable> rechecks = new CopyOnWriteArrayList<>();
    private volatile AccessFile file;
    private String seen;

    /** Reads the file. Throws {@link RefusedException} WXW-2007 if it cannot be used. */
    public FileAuthentication(
            AccessSettings settings,
            String institution,
            String operatorToken,
            AccessActs acts,
            MeterRegistry registry) {
        this.acts = acts;
        this.path = Objects.requireNonNull(settings.file(), "only with a file");
        this.institution = institution;
        this.operatorToken = Secret.utf8(operatorToken);
        this.metrics = new AccessMetrics(registry);
        this.failures = new Failures(settings);
        this.commandType = settings.commandType();
        SecureRandom random = new SecureRandom();
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        this.proven = new ProvenLogins(key, PROVEN.toNanos());
        this.seen = AccessFile.text(path);
        this.file = AccessFile.parse(seen);
        acts.changed(path, file);
        byte[] unknown = new byte[KEY_BYTES];
        random.nextBytes(unknown);
        this.nobodys = PasswordHash.of(Secret.of(unknown), random);
        this.tokens = settings.jwt() == null ? null : new IdentityTokens(settings.jwt());
        this.keys = tokens == null || settings.jwt() == null ? null : new ProviderKeys(settings.jwt(), tokens);
        this.checkingTokens = Pools.bounded("token", 1, TOKENS_WAITING_MAX);
        this.scram = new ScramDoor(this, failures, proven, random, this.operatorToken);
        this.hashing = Pools.bounded("password", settings.hashThreads(), LOGINS_WAITING_MAX);
    }

    @Override
    public boolean isRequired() {
        return true;
    }

    @Override
    public Access absent(String principal, @Nullable String clientId) {
        if (principal.equals(OPERATOR)) {
            return new Access.Unlimited(new Principal(OPERATOR, Principal.Kind.OPERATOR, institution));
        }
        Principal who = new Principal(principal, Principal.Kind.USER, institution);
        return new UserAccess(
                who,
                () -> file,
                now -> now.user(principal),
                (user, nowMs) -> true,
                clientId,
                "absent",
                metrics,
                spendings,
                commandType);
    }

    @Override
    public String explain(String principal, Action action, String topic) {
        User user = file.user(principal);
        Grant because = user == null ? null : new Grants(user.grants(), principal, null).because(action, topic);
        return because == null ? "" : because.line();
    }

    @Override
    public void onChange(Runnable recheck) {
        rechecks.add(recheck);
    }

    /** Takes up the file if it has changed, then has all connections looked at. One thread that may wait. */
    public void look() {
        spendings.forget(System.nanoTime());
        if (keys != null) {
            keys.look(System.nanoTime());
        }
        try {
            String text = Files.readString(path, StandardCharsets.UTF_8);
            if (!text.equals(seen)) {
                seen = text;
                file = AccessFile.parse(text);
                metrics.reloaded(true);
                acts.changed(path, file);
                LOG.info(
                        "the access file has changed: {} users now",
                        file.users().size());
            }
        } catch (RefusedException e) {
            unreadable(e.refusal().detail());
        } catch (IOException e) {
            if (!seen.isEmpty()) {
                seen = "";
                unreadable(path + " cannot be read");
            }
        }
        rechecks.forEach(Runnable::run);
    }

    private void unreadable(String why) {
        metrics.reloaded(false);
        acts.unusable(path);
        LOG.atError()
                .addKeyValue("code", FailureCode.ACCESS_FILE.text())
                .log("users and grants stay as they were: {}", why);
    }

    @Override
    public void authenticate(Login login, Answer answer) {
        Credentials shown = login.credentials();
        if (shown instanceof Credentials.None) {
            refuse(login, answer, FailureCode.LOGIN_MISSING, "this node asks for a user name and password, or a token");
        } else if (shown instanceof Credentials.Bearer bearer) {
            onToken(login, bearer.secret(), null, answer);
        } else if (shown instanceof Credentials.Certificate certificate) {
            onCertificate(login, certificate, answer);
        } else if (shown instanceof Credentials.Password password) {
            boolean token = ApiKey.idOf(password.secret()) != null
                    || (tokens != null && IdentityTokens.isOne(password.secret()));
            if (token) {
                onToken(login, password.secret(), password.user(), answer);
            } else {
                onPassword(login, password, answer);
            }
        }
    }

    /** {@code owner} is who shows it, null if that is not said. */
    private void onToken(Login login, Secret token, @Nullable String owner, Answer answer) {
        if (owner == null && MessageDigest.isEqual(token.bytes(), operatorToken.bytes())) {
            metrics.loggedIn(login.protocol());
            answer.admitted(new Access.Unlimited(new Principal(OPERATOR, Principal.Kind.OPERATOR, institution)));
            return;
        }
        // However often somebody was wrong: nobody guesses 256 bits, and a stranger with the same address or user name
        // shall not keep a token's owner out.
        IdentityTokens provider = tokens;
        if (provider != null && IdentityTokens.isOne(token)) {
            onIdentityToken(login, provider, token, owner, answer);
            return;
        }
        String id = ApiKey.idOf(token);
        User user = id == null ? null : file.ofToken(id);
        if (id == null || user == null || (owner != null && !owner.equals(user.name()))) {
            wrong(login, answer);
            return;
        }
        UserAccess.Proof proof = (now, nowMs) ->
                now.tokens().stream().anyMatch(key -> key.id().equals(id) && key.matches(token) && !key.isOver(nowMs));
        judge(login, user, proof.stands(user, System.currentTimeMillis()), proof, answer);
    }

    private void onIdentityToken(
            Login login, IdentityTokens provider, Secret token, @Nullable String owner, Answer answer) {
        later(checkingTokens, login, answer, () -> {
            IdentityTokens.Identity identity = provider.verified(token);
            boolean known = identity != null
                    && (owner == null || owner.equals(identity.name()))
                    && file.together(identity.name(), identity.roles()) != null;
            if (identity == null || !known) {
                wrong(login, answer);
                return;
            }
            metrics.loggedIn(login.protocol());
            answer.admitted(new UserAccess(
                    new Principal(identity.name(), Principal.Kind.TOKEN, institution),
                    () -> file,
                    now -> now.together(identity.name(), identity.roles()),
                    (user, nowMs) -> nowMs < identity.expiresMs(),
                    login.clientId(),
                    login.protocol(),
                    metrics,
                    spendings,
                    commandType));
        });
    }

    /** On a pool; whatever happens there, the answer comes. */
    private void later(ThreadPoolExecutor pool, Login login, Answer answer, Runnable judging) {
        try {
            pool.execute(() -> {
                try {
                    judging.run();
                } catch (RuntimeException | Error failed) {
                    LOG.error("WXW-1399 judging a login failed", failed);
                    refuse(login, answer, FailureCode.LOGIN_BUSY, "come back in a moment");
                }
            });
        } catch (RejectedExecutionException full) {
            refuse(login, answer, FailureCode.LOGIN_BUSY, "come back in a moment");
        }
    }

    private void onCertificate(Login login, Credentials.Certificate shown, Answer answer) {
        for (String name : shown.names()) {
            User user = file.ofCertificate(name);
            if (user != null) {
                UserAccess.Proof proof =
                        (now, nowMs) -> now.certificates().contains(name) && shown.notAfterMs() > nowMs;
                judge(login, user, proof.stands(user, System.currentTimeMillis()), proof, answer);
                return;
            }
        }
        wrong(login, answer);
    }

    private void onPassword(Login login, Credentials.Password shown, Answer answer) {
        User user = file.user(shown.user());
        PasswordHash hash = user == null ? null : user.password();
        if (user != null && hash != null && proven.has(shown.user(), shown.secret(), hash.text(), System.nanoTime())) {
            judge(login, user, true, proofOf(hash), answer);
            return;
        }
        if (failures.tooMany(login)) {
            limited(login, answer);
            return;
        }
        later(hashing, login, answer, () -> check(login, shown, user, hash, answer));
    }

    /** On the pool. */
    private void check(
            Login login, Credentials.Password shown, @Nullable User user, @Nullable PasswordHash hash, Answer answer) {
        boolean same = (hash == null ? nobodys : hash).matches(shown.secret());
        if (user == null || hash == null) {
            wrong(login, answer);
            return;
        }
        if (same) {
            proven.add(shown.user(), shown.secret(), hash.text(), System.nanoTime());
        }
        judge(login, user, same, proofOf(hash), answer);
    }

    private static UserAccess.Proof proofOf(PasswordHash hash) {
        return (now, nowMs) -> now.password() != null && now.password().text().equals(hash.text());
    }

    private void judge(Login login, User user, boolean good, UserAccess.Proof proof, Answer answer) {
        if (!good) {
            wrong(login, answer);
            return;
        }
        answer.admitted(admitted(login, user, proof));
    }

    Access admitted(Login login, User user, UserAccess.Proof proof) {
        metrics.loggedIn(login.protocol());
        Principal principal = new Principal(user.name(), Principal.Kind.USER, institution);
        return new UserAccess(
                principal,
                () -> file,
                now -> now.user(user.name()),
                proof,
                login.clientId(),
                login.protocol(),
                metrics,
                spendings,
                commandType);
    }

    @Override
    public @Nullable Exchange exchange(String method, Login login) {
        return method.equals(ScramExchange.METHOD) ? scram.login(login) : null;
    }

    private void wrong(Login login, Answer answer) {
        failures.count(login);
        refuse(login, answer, FailureCode.LOGIN_WRONG, "no user has this name and password, token or certificate");
    }

    private void limited(Login login, Answer answer) {
        refuse(login, answer, FailureCode.LOGIN_LIMIT, "wait a while; this one was not looked at");
    }

    private void refuse(Login login, Answer answer, FailureCode code, String detail) {
        answer.refused(refusal(login, code, detail));
    }

    /** Counts and tells it. */
    Refusal refusal(Login login, FailureCode code, String detail) {
        Refusal refusal = new Refusal(code, detail);
        metrics.failed(login.protocol(), code);
        log.refused(login, refusal);
        acts.refused(login, refusal);
        return refusal;
    }

    AccessFile file() {
        return file;
    }

    @Override
    public void close() {
        hashing.shutdownNow();
        checkingTokens.shutdownNow();
    }
}
