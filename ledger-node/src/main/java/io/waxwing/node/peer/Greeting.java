package io.waxwing.node.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import io.waxwing.ledger.control.Registry.Node;
import io.waxwing.ledger.hash.Hash;
import java.security.cert.CertificateException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * A connection from TCP to the open link: TLS, then one {@link Hello} from each side, all within one time limit. When
 * both sides have said who they are, a {@link Link} takes this handler's place. Event loop only.
 */
final class Greeting extends ChannelInboundHandlerAdapter {
    private final Edge edge;
    private final PinnedTrust.Rule rule;
    private final @Nullable Dialled dialled;
    private final byte[] hello = new byte[Hello.SIZE_BYTES];
    private int helloSize;
    private @Nullable Hash pin;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean over;

    /**
     * What the side that dials knows.
     *
     * @param opened called when the link is open
     */
    record Dialled(Supplier<Node> node, LinkKind kind, Runnable opened) {}

    /** @param dialled null for a connection accepted */
    Greeting(Edge edge, PinnedTrust.Rule rule, @Nullable Dialled dialled) {
        this.edge = edge;
        this.rule = rule;
        this.dialled = dialled;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        int limitMs = edge.settings().times().handshakeMs();
        deadline = active.executor()
                .schedule(
                        () -> end(LinkFault.SLOW, "no link after " + limitMs + " ms"), limitMs, TimeUnit.MILLISECONDS);
        if (dialled == null) {
            edge.halfOpen().add(this);
        }
        active.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext in, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent done) || over) {
            return;
        }
        if (!done.isSuccess()) {
            end(done.cause());
            return;
        }
        try {
            // Asked again although TLS asked already: a resumed session asks nobody, and the registry may have changed.
            Hash proved = PinnedTrust.pinOf(
                    in.pipeline().get(SslHandler.class).engine().getSession().getPeerCertificates());
            rule.check(proved);
            pin = proved;
        } catch (LinkException e) {
            end(e.fault(), e.getMessage());
            return;
        } catch (SSLPeerUnverifiedException | CertificateException e) {
            end(LinkFault.TLS, e.getMessage());
            return;
        }
        if (dialled != null) {
            write(in, edge.hello(dialled.kind(), 0, dialled.node().get().originId()));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext in, Object read) {
        ByteBuf bytes = (ByteBuf) read;
        try {
            Hash proved = pin;
            if (over || proved == null) {
                return;
            }
            int size = Math.min(hello.length - helloSize, bytes.readableBytes());
            bytes.readBytes(hello, helloSize, size);
            helloSize += size;
            if (helloSize == hello.length) {
                onHello(in, proved, bytes);
            }
        } finally {
            bytes.release();
        }
    }

    private void onHello(ChannelHandlerContext in, Hash proved, ByteBuf rest) {
        Dialled asked = dialled;
        Hello said = null;
        try {
            said = Hello.decode(hello);
            if (asked == null) {
                edge.check().accepted(said, proved, edge.peers().get());
                write(in, edge.hello(said.kind(), 0, said.from()));
            } else {
                edge.check().answered(said, asked.kind(), proved, asked.node().get());
            }
        } catch (LinkException e) {
            if (asked == null) {
                LinkKind kind = said == null ? LinkKind.CONSENSUS : said.kind();
                write(in, edge.hello(kind, e.fault().number(), said == null ? 0 : said.from()));
            }
            end(e.fault(), e.getMessage());
            return;
        }
        leave();
        Link link = new Link(edge, said.from(), said.kind(), proved);
        in.pipeline().replace(this, null, link);
        link.open();
        if (asked != null) {
            asked.opened().run();
        }
        link.read(rest);
    }

    private static void write(ChannelHandlerContext to, Hello hello) {
        ChannelFuture unused = to.writeAndFlush(Unpooled.wrappedBuffer(hello.encode()));
    }

    @Override
    public void channelInactive(ChannelHandlerContext in) {
        if (!over) {
            end(LinkFault.TLS, "it closed during the handshake");
        }
        in.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext in, Throwable cause) {
        if (!over) {
            end(cause);
        }
    }

    private void end(Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof LinkException fault) {
                end(fault.fault(), fault.getMessage());
                return;
            }
        }
        end(LinkFault.TLS, String.valueOf(cause.getMessage()));
    }

    /** Refuses: counts, tells, closes. Once is enough. */
    void end(LinkFault fault, @Nullable String text) {
        ChannelHandlerContext in = context;
        if (over || in == null) {
            return;
        }
        leave();
        edge.fault(fault, who(in), String.valueOf(text));
        ChannelFuture unused = in.close();
    }

    private String who(ChannelHandlerContext in) {
        String address = String.valueOf(in.channel().remoteAddress());
        return dialled == null ? address : "node " + dialled.node().get().originId() + " at " + address;
    }

    private void leave() {
        over = true;
        edge.halfOpen().remove(this);
        ScheduledFuture<?> armed = deadline;
        if (armed != null) {
            boolean unused = armed.cancel(false);
        }
    }
}
