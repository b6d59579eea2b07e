package io.waxwing.testkit.fake;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
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
import io.waxwing.bus.spi.Spending;
import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets in users whose password is their name backwards, certificates by their first name, tokens {@code token-<user>}.
 * Grants are changed while connections are open; {@link #recheck} is then up to the test.
 */
public final class ScriptedDoor implements Authentication {
    /** How the types of events begin that command. */
    public static final String COMMAND_TYPE = "iot.command.requested";

    private final Map<String, List<Grant>> users = new ConcurrentHashMap<>();
    private final Map<String, Spending> spendings = new ConcurrentHashMap<>();
    private final List<Runnable> rechecks = new CopyOnWriteArrayList<>();
    /** What everybody is told while it is set, whatever he shows. */
    public volatile @Nullable FailureCode refuseAll;
    /** Nobody is answered while it is set. */
    public volatile boolean silent;
    /** What was asked. */
    public final List<Login> asked = new CopyOnWriteArrayList<>();

    /** Adds a user, or gives one other grants: {@code allow publish a/%u}, {@code deny subscribe b/#}. */
    public ScriptedDoor user(String name, String... grants) {
        List<Grant> read = new ArrayList<>();
        for (String grant : grants) {
            String[] words = grant.split(" ", 3);
            Action action = Action.ofWord(words[1]);
            if (action == null) {
                throw new IllegalArgumentException(grant);
            }
            read.add(new Grant(words[0].equals("allow"), action, words[2]));
        }
        users.put(name, read);
        return this;
    }

    /** Lets a user publish so many events and no more, however long it waits: each further one would cost a second. */
    public ScriptedDoor quota(String name, int events) {
        spendings.put(name, new Purse(events));
        return this;
    }

    private static final class Purse implements Spending {
        private final AtomicInteger left;

        Purse(int events) {
            left = new AtomicInteger(events);
        }

        @Override
        public long take(long bytes, long nowNanos) {
            return left.getAndUpdate(now -> Math.max(0, now - 1)) > 0 ? 0 : TimeUnit.SECONDS.toNanos(1);
        }

        @Override
        public long owe(long bytes, long nowNanos) {
            return left.decrementAndGet() >= 0 ? 0 : TimeUnit.MILLISECONDS.toNanos(1);
        }

        @Override
        public boolean isBound() {
            return true;
        }
    }

    public void remove(String name) {
        users.remove(name);
    }

    /** Has all connections looked at. */
    public void recheck() {
        rechecks.forEach(Runnable::run);
    }

    @Override
    public boolean isRequired() {
        return true;
    }

    @Override
    public void authenticate(Login login, Answer answer) {
        asked.add(login);
        if (silent) {
            return;
        }
        FailureCode all = refuseAll;
        Credentials shown = login.credentials();
        String user = all == null ? user(shown) : null;
        if (user != null && users.containsKey(user)) {
            answer.admitted(new Open(user, login.clientId()));
        } else {
            boolean nothing = shown instanceof Credentials.None;
            FailureCode code = all != null ? all : nothing ? FailureCode.LOGIN_MISSING : FailureCode.LOGIN_WRONG;
            answer.refused(new Refusal(code, "as scripted"));
        }
    }

    /**
     * Method {@code BACKWARDS}: the name, answered with a question mark, then the name backwards, confirmed with an
     * exclamation mark.
     */
    @Override
    public @Nullable Exchange exchange(String method, Login login) {
        return method.equals("BACKWARDS") ? new Backwards(login) : null;
    }

    private final class Backwards implements Exchange {
        private final Login login;
        private String name = "";

        Backwards(Login login) {
            this.login = login;
        }

        @Override
        public Step next(Secret message) {
            String said = message.text();
            if (said.isEmpty()) {
                return new Step.More(Secret.utf8(""));
            }
            if (name.isEmpty() || said.equals("again")) {
                name = said;
                return new Step.More(Secret.utf8("?"));
            }
            String backwards = new StringBuilder(name).reverse().toString();
            return said.equals(backwards) && users.containsKey(name)
                    ? new Step.Admitted(new Open(name, login.clientId()), Secret.utf8("!"))
                    : new Step.Refused(new Refusal(FailureCode.LOGIN_WRONG, "as scripted"));
        }
    }

    private static @Nullable String user(Credentials shown) {
        if (shown instanceof Credentials.Password password) {
            String backwards = new StringBuilder(password.user()).reverse().toString();
            return password.secret().text().equals(backwards) ? password.user() : null;
        }
        if (shown instanceof Credentials.Bearer bearer) {
            return bearer.secret().text().replace("token-", "");
        }
        return shown instanceof Credentials.Certificate certificate
                ? certificate.names().get(0)
                : null;
    }

    @Override
    public Access absent(String principal, @Nullable String clientId) {
        return new Open(principal, clientId);
    }

    @Override
    public void onChange(Runnable recheck) {
        rechecks.add(recheck);
    }

    private final class Open implements Access {
        private final String user;
        private final @Nullable String clientId;

        Open(String user, @Nullable String clientId) {
            this.user = user;
            this.clientId = clientId;
        }

        private Grants grants() {
            return new Grants(users.getOrDefault(user, List.of()), user, clientId);
        }

        @Override
        public Principal principal() {
            return new Principal(user, Principal.Kind.USER, "bank-a");
        }

        @Override
        public boolean mayPublish(String topic) {
            return grants().allow(Action.PUBLISH, topic);
        }

        @Override
        public boolean mayPublishSome(String topic) {
            return mayPublish(topic) || grants().allow(Action.COMMAND, topic);
        }

        @Override
        public boolean mayPublish(String topic, Attributes attributes) {
            String type = attributes.get(Attributes.TYPE);
            return (type != null && type.startsWith(COMMAND_TYPE))
                    ? grants().allow(Action.COMMAND, topic)
                    : mayPublish(topic);
        }

        @Override
        public Spending spending() {
            return spendings.getOrDefault(user, Spending.UNBOUND);
        }

        @Override
        public boolean maySubscribe(TopicFilter filter) {
            return grants().allowAll(Action.SUBSCRIBE, filter);
        }

        @Override
        public boolean mayReceive(String topic) {
            return grants().allow(Action.SUBSCRIBE, topic);
        }

        @Override
        public boolean mayManage(String topic) {
            return grants().allow(Action.MANAGE, topic);
        }

        @Override
        public boolean mayManage(TopicFilter filter) {
            return grants().allowAll(Action.MANAGE, filter);
        }

        @Override
        public boolean maySee(String topic) {
            return mayPublish(topic) || mayReceive(topic) || mayManage(topic);
        }

        @Override
        public boolean isOver() {
            return !users.containsKey(user);
        }

        @Override
        public boolean isUnlimited() {
            return false;
        }
    }
}
