package io.waxwing.broker.weevent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * WeEvent's client 1.0.0 as it lies on Maven Central, unmodified, with the libraries of its time in a class loader of
 * its own. It has one connection for each class loader, so each of these has one.
 */
final class OldClient implements AutoCloseable {
    private static final Path JARS = Path.of("target/weevent-client");
    private static final String PACKAGE = "com.webank.weevent.sdk.";
    /** It often takes a quick answer for none at all (weevent.md 2.3, Race A); the call has reached the node then. */
    private static final int TIMEOUT_CODE = 101004;

    /** It waits five seconds for a connection, which may be too little on a machine that builds something. */
    private static final int CONNECT_CODE = 100502;

    private static final int ATTEMPTS = 50;

    private final URLClassLoader classes;
    private final Class<?> type;
    private final Class<?> listenerType;
    private final Object client;

    /** An event, read from the client's own. */
    record Got(String topic, byte[] content, Map<?, ?> extensions, String eventId) {
        String text() {
            return new String(content, StandardCharsets.UTF_8);
        }
    }

    /** What the node refused, with WeEvent's number. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final int code;

        Refused(int code, Throwable cause) {
            super(cause);
            this.code = code;
        }
    }

    /**
     * Builds one for a base URL, with a user and a password or with neither. Repeats what the client gives up itself.
     */
    static OldClient of(String url, String... login) {
        for (int attempt = 0; ; attempt++) {
            try {
                return new OldClient(url, login);
            } catch (Refused timeout) {
                boolean again = timeout.code == TIMEOUT_CODE || timeout.code == CONNECT_CODE;
                if (!again || attempt == ATTEMPTS) {
                    throw timeout;
                }
            }
        }
    }

    private OldClient(String url, String... login) {
        classes = new URLClassLoader(jars(), ClassLoader.getPlatformClassLoader());
        try {
            type = classes.loadClass(PACKAGE + "IWeEventClient");
            listenerType = classes.loadClass(PACKAGE + "IWeEventClient$EventListener");
            client = inItsOwnWorld(() -> login.length == 0
                    ? type.getMethod("build", String.class).invoke(null, url)
                    : type.getMethod("build", String.class, String.class, String.class)
                            .invoke(null, url, login[0], login[1]));
        } catch (ClassNotFoundException missing) {
            throw new IllegalStateException("no client in " + JARS.toAbsolutePath(), missing);
        }
    }

    private static URL[] jars() {
        try (Stream<Path> files = Files.list(JARS)) {
            return files.map(OldClient::url).toArray(URL[]::new);
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    private static URL url(Path file) {
        try {
            return file.toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What may throw. */
    private interface Call {
        Object run() throws Exception;
    }

    private Object inItsOwnWorld(Call call) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(classes);
        try {
            return call.run();
        } catch (InvocationTargetException thrown) {
            throw refused(thrown.getCause());
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Both of its exceptions have getCode(). */
    private static Refused refused(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            try {
                Method code = cause.getClass().getMethod("getCode");
                return new Refused((Integer) code.invoke(cause), thrown);
            } catch (ReflectiveOperationException another) {
                continue;
            }
        }
        return new Refused(-1, thrown);
    }

    /** Calls a method of IWeEventClient; the kinds of its parameters are those of the arguments. */
    Object call(String method, Object... arguments) {
        Class<?>[] kinds = new Class<?>[arguments.length];
        for (int i = 0; i < kinds.length; i++) {
            boolean listener = Proxy.isProxyClass(arguments[i].getClass());
            kinds[i] = arguments[i] instanceof Map ? Map.class : listener ? listenerType : arguments[i].getClass();
        }
        return inItsOwnWorld(() -> type.getMethod(method, kinds).invoke(client, arguments));
    }

    /** Publishes and gives the eventId; fails unless the result says SUCCESS. */
    String publish(Object... arguments) {
        Object result = call("publish", arguments);
        if (!"SUCCESS".equals(String.valueOf(get(result, "getStatus")))) {
            throw new IllegalStateException(result.toString());
        }
        return (String) get(result, "getEventId");
    }

    Got event(String eventId) {
        return got(call("getEvent", eventId));
    }

    private static Got got(Object event) {
        return new Got(
                (String) get(event, "getTopic"),
                (byte[]) get(event, "getContent"),
                (Map<?, ?>) get(event, "getExtensions"),
                (String) get(event, "getEventId"));
    }

    static Object get(Object bean, String getter) {
        try {
            return bean.getClass().getMethod(getter).invoke(bean);
        } catch (ReflectiveOperationException wrong) {
            throw new IllegalStateException(wrong);
        }
    }

    /** What one subscription gets. */
    static final class Inbox {
        final BlockingQueue<Got> events = new LinkedBlockingQueue<>();
        String subscriptionId = "";

        Got next() throws InterruptedException {
            Got got = events.poll(20, TimeUnit.SECONDS);
            if (got == null) {
                throw new AssertionError("no event came");
            }
            return got;
        }
    }

    /**
     * Subscribes; {@code before} are the arguments in front of the listener. Repeats what the client gives up itself.
     */
    Inbox subscribe(Object... before) {
        for (int attempt = 0; ; attempt++) {
            Inbox inbox = new Inbox();
            Object listener = Proxy.newProxyInstance(
                    classes,
                    new Class<?>[] {listenerType},
                    (proxy, method, arguments) -> heard(inbox, method, arguments));
            Object[] arguments = new Object[before.length + 1];
            System.arraycopy(before, 0, arguments, 0, before.length);
            arguments[before.length] = listener;
            try {
                inbox.subscriptionId = (String) call("subscribe", arguments);
                return inbox;
            } catch (Refused timeout) {
                if (timeout.code != TIMEOUT_CODE || attempt == ATTEMPTS) {
                    throw timeout;
                }
            }
        }
    }

    private static Object heard(Inbox inbox, Method method, Object[] arguments) {
        switch (method.getName()) {
            case "onEvent" -> inbox.events.add(got(arguments[0]));
            case "hashCode" -> {
                return System.identityHashCode(inbox);
            }
            case "equals" -> {
                return false;
            }
            case "toString" -> {
                return "listener";
            }
            default -> {}
        }
        return null;
    }

    boolean unsubscribe(String subscriptionId) {
        for (int attempt = 0; ; attempt++) {
            try {
                return (Boolean) call("unSubscribe", subscriptionId);
            } catch (Refused timeout) {
                if (timeout.code != TIMEOUT_CODE || attempt == ATTEMPTS) {
                    throw timeout;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        classes.close();
    }
}
