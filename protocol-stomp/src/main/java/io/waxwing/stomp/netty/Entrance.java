package io.waxwing.stomp.netty;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.identity.CertificateNames;
import io.waxwing.bus.identity.Credentials;
import io.waxwing.bus.identity.Login;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.stomp.frame.Frame;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Asks who the client of one connection is, and remembers the answer. */
final class Entrance {
    private final Authentication authentication;
    private final StompChannel channel;
    // Set on the connection's event loop, read by whoever looks for connections that are over.
    private volatile @Nullable Access access;

    Entrance(Authentication authentication, StompChannel channel) {
        this.authentication = authentication;
        this.channel = channel;
    }

    /** What the client may do; null: told to the session later. */
    @Nullable Access login(Frame connect, Channel from) {
        if (!authentication.isRequired()) {
            access = authentication.open();
            return access;
        }
        Login login = new Login(credentials(connect, from), "stomp", address(from), null);
        authentication.authenticate(login, new Authentication.Answer() {
            @Override
            public void admitted(Access may) {
                channel.post(() -> {
                    access = may;
                    channel.session().onAdmitted(may, System.nanoTime(), channel);
                });
            }

            @Override
            public void refused(Refusal refusal) {
                channel.post(() -> channel.session().onNotAdmitted(refusal, channel));
            }
        });
        return null;
    }

    /** Any thread: the client was let in and may not be here any more. */
    boolean isOver() {
        Access may = access;
        return may != null && may.isOver();
    }

    /** What is said wins over what the transport shows. */
    private static Credentials credentials(Frame connect, Channel from) {
        Credentials said = Credentials.of(connect.header("login"), connect.header("passcode"));
        if (said != null) {
            return said;
        }
        SslHandler tls = from.pipeline().get(SslHandler.class);
        return tls == null ? Credentials.NONE : certificate(tls);
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
