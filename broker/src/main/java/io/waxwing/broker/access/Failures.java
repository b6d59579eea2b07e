package io.waxwing.broker.access;

import io.waxwing.broker.config.AccessSettings;
import io.waxwing.bus.identity.Credentials;
import io.waxwing.bus.identity.Login;
import io.waxwing.bus.identity.Principal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Wrong logins by source address and by user name, whether or not there is such a user. Of IPv6 the first 64 bits are
 * one source, since one customer has all the rest.
 */
final class Failures {
    private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F:.]+");
    private static final int IPV6_BYTES = 16;
    private static final int PREFIX_BYTES = 8;

    private final LoginLimit addresses;
    private final LoginLimit users;

    Failures(AccessSettings settings) {
        long window = settings.failureWindow().toNanos();
        this.addresses = new LoginLimit(settings.failuresPerAddress(), window);
        this.users = new LoginLimit(settings.failuresPerUser(), window);
    }

    boolean tooMany(Login login) {
        return tooManyFrom(login) || tooManyOf(login);
    }

    /** From its address. */
    boolean tooManyFrom(Login login) {
        return !addresses.allows(source(login.address()), System.nanoTime());
    }

    /** For the name of its user. */
    boolean tooManyOf(Login login) {
        String user = user(login.credentials());
        return user != null && !users.allows(name(user), System.nanoTime());
    }

    static @Nullable String user(Credentials shown) {
        if (shown instanceof Credentials.Proof proof) {
            return proof.user();
        }
        return shown instanceof Credentials.Password password ? password.user() : null;
    }

    void count(Login login) {
        long now = System.nanoTime();
        addresses.failed(source(login.address()), now);
        String user = user(login.credentials());
        if (user != null) {
            users.failed(name(user), now);
        }
    }

    /** What can be no user's name is one name: nobody makes this node remember texts of his choice. */
    private static String name(String user) {
        return Principal.isName(user) ? user : "";
    }

    static String source(String address) {
        int scope = address.indexOf('%');
        String plain = scope < 0 ? address : address.substring(0, scope);
        if (plain.indexOf(':') < 0 || !ADDRESS.matcher(plain).matches()) {
            return plain.toLowerCase(Locale.ROOT);
        }
        try {
            byte[] bytes = InetAddress.getByName(plain).getAddress(); // A literal: nobody is asked.
            return bytes.length == IPV6_BYTES ? Arrays.toString(Arrays.copyOf(bytes, PREFIX_BYTES)) : plain;
        } catch (UnknownHostException noLiteral) {
            return plain;
        }
    }
}
