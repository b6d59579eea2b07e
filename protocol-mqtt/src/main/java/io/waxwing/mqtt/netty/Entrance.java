package io.waxwing.mqtt.netty;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.identity.CertificateNames;
import io.waxwing.bus.identity.Credentials;
import io.waxwing.bus.identity.Login;
import io.waxwing.bus.identity.Secret;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.bus.spi.Exchange;
import io.waxwing.mqtt.packet.Bytes;
import io.waxwing.mqtt.packet.Connect;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Asks who the client of one connection is, and remembers the answer. */
final class Entrance {
    private final Authentication authentication;
    private final MqttChannel channel;
    // Set on the connection's event loop, read by whoever looks for connections that are over.
    private volatile @Nullable Access access;

    Entrance(Authentication authentication, MqttChannel channel) {
        this.authentication = authentication;
        this.channel = channel;
    }

    /** What the client may do; null: told to the session later. */
    @Nullable Access login(Connect connect, String clientId, Channel from) {
        if (!authentication.isRequired()) {
            access = authentication.open();
            return access;
        }
        Login login = new Login(credentials(connect, from), "mqtt", address(from), clientId);
        authentication.authenticate(login, new Authentication.Answer() {
            @Override
            public void admitted(Access may) {
                channel.tell(() -> {
                    access = may;
                    channel.session().onAdmitted(may, System.nanoTime(), channel);
                });
            }

            @Override
            public void refused(Refusal refusal) {
                channel.tell(() -> channel.session().onNotAdmitted(refusal, channel));
            }
        });
        return null;
    }

    /** Begins an exchange; null if that method is not offered. */
    @Nullable Exchange exchange(String method, String clientId, Channel from) {
        Login login = new Login(Credentials.NONE, "mqtt", address(from), clientId);
        Exchange begun = authentication.isRequired() ? authentication.exchange(method, login) : null;
        return begun == null ? null : said -> remembered(begun.next(said));
    }

    private Exchange.Step remembered(Exchange.Step step) {
        if (step instanceof Exchange.Step.Admitted admitted) {
            access = admitted.access();
        }
        return step;
    }

    /** Name of the principal, empty if nobody is asked. */
    String owner() {
        Access may = access;
        return may == null ? "" : may.principal().name();
    }

    /** Any thread: the client was let in and may not be here any more. */
    boolean isOver() {
        Access may = access;
        return may != null && may.isOver();
    }

    /** What is said wins over what the transport shows. A password alone (MQTT 5) is a token. */
    private static Credentials credentials(Connect connect, Channel from) {
        Bytes password = connect.password();
        String user = connect.userName();
        if (password != null) {
            Secret secret = Secret.of(password.array());
            return user == null || user.isEmpty()
                    ? new Credentials.Bearer(secret)
                    : new Credentials.Password(user, secret);
        }
        SslHandler tls = from.pipeline().get(SslHandler.class);
        return tls == null || user != null ? Credentials.NONE : certificate(tls);
    }

    private static Credentials certificate(SslHandler tls) {
        try {
            return CertificateNames.credentials(tls.engine().getSession().getPeerCertificates());
        } catch (SSLPeerUnverifiedException noneShown) {
            return Credentials.NONE;
        }
    }

    private static String address(Channel from) {
        SocketAddress remote = from.remoteAddress();
        return remote instanceof InetSocketAddress internet && internet.getAddress() != null
                ? internet.getAddress().getHostAddress()
                : String.valueOf(remote);
    }
}
