package io.waxwing.http.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Puts {@link Http1Guard} behind the HTTP/1 codec. Armeria adds that codec only when the first bytes tell HTTP/1 from
 * HTTP/2, and then decodes the first request in the same call; so this handler, in front, passes the first bytes on one
 * at a time until the codec is there or the connection is HTTP/2 (the fourth byte tells), and leaves. By TLS it stands
 * behind the decryption; both sides have agreed on a protocol then, and the codec is there before the first byte.
 */
public final class GuardInstaller extends ChannelInboundHandlerAdapter {
    /** Length of {@code "PRI "}: after these bytes nothing is undecided. */
    private static final int DECIDED_AFTER_BYTES = 4;

    private final EdgeRules rules;
    private final long sinceNanos = System.nanoTime();
    private int passedBytes;

    private GuardInstaller(EdgeRules rules) {
        this.rules = rules;
    }

    /** For a new connection's pipeline. */
    public static void install(ChannelPipeline pipeline, EdgeRules rules) {
        ChannelHandlerContext agreeing = pipeline.context(ApplicationProtocolNegotiationHandler.class);
        if (agreeing == null) {
            pipeline.addFirst(new GuardInstaller(rules));
        } else {
            pipeline.addBefore(agreeing.name(), null, new TransportGuard(rules.onTransportFault()));
            pipeline.addBefore(agreeing.name(), null, new GuardInstaller(rules));
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        Future<?> unused = context.executor().schedule(() -> late(context), rules.headMillis(), TimeUnit.MILLISECONDS);
    }

    /** Nothing has come that tells what the connection is for. */
    private void late(ChannelHandlerContext context) {
        if (!context.isRemoved() && context.channel().isActive()) {
            rules.onLate().run();
            Future<?> unused = context.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object input) throws Exception {
        if (!(input instanceof ByteBuf bytes)) {
            super.channelRead(context, input);
            return;
        }
        boolean leave = guarded(context.pipeline());
        while (!leave && bytes.isReadable()) {
            context.fireChannelRead(bytes.readRetainedSlice(1));
            passedBytes++;
            leave = guarded(context.pipeline()) || passedBytes >= DECIDED_AFTER_BYTES;
        }
        if (bytes.isReadable()) {
            context.fireChannelRead(bytes);
        } else {
            bytes.release();
        }
        if (leave && !context.isRemoved()) {
            context.pipeline().remove(this);
        }
    }

    private boolean guarded(ChannelPipeline pipeline) {
        // Armeria has a codec class of its own that nobody else can name; it is the one duplex handler of this kind.
        ChannelHandlerContext codec = pipeline.context(CombinedChannelDuplexHandler.class);
        if (codec == null) {
            return false;
        }
        HeadDeadline deadline =
                new HeadDeadline(codec, TimeUnit.MILLISECONDS.toNanos(rules.headMillis()), sinceNanos, rules.onLate());
        pipeline.addBefore(codec.name(), null, deadline);
        pipeline.addAfter(codec.name(), null, new Http1Guard(deadline));
        return true;
    }
}
