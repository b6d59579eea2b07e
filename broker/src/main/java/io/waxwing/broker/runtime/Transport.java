package io.waxwing.broker.runtime;

import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** How event loops wait for sockets; see the setting {@code transport}. */
public enum Transport {
    EPOLL,
    IO_URING,
    NIO;

    /** The setting's word for whichever is best here. */
    public static final String AUTO = "auto";

    /** The setting's word for it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What the setting's word asks for; {@link #AUTO} asks for the best of those there are, but never for io_uring. */
    static Transport wanted(String word, Predicate<Transport> isThere) {
        return word.equals(AUTO) ? EPOLL.orElse(isThere) : valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** Why this system does not have it; null if it does. */
    @Nullable Throwable problem() {
        return switch (this) {
            case EPOLL -> Epoll.unavailabilityCause();
            case IO_URING -> IoUring.unavailabilityCause();
            case NIO -> null;
        };
    }

    boolean isThere() {
        return problem() == null;
    }

    /** This one, or the next best of those there are. */
    Transport orElse(Predicate<Transport> isThere) {
        if (this == NIO || isThere.test(this)) {
            return this;
        }
        return this == IO_URING ? EPOLL.orElse(isThere) : NIO;
    }

    IoHandlerFactory handlers() {
        return switch (this) {
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    ChannelFactory<? extends ServerChannel> serverChannels() {
        return switch (this) {
            case EPOLL -> EpollServerSocketChannel::new;
            case IO_URING -> IoUringServerSocketChannel::new;
            case NIO -> NioServerSocketChannel::new;
        };
    }
}
