package io.waxwing.http.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.CombinedChannelDuplexHandler;

/**
 * Puts {@link Http1Guard} behind the HTTP/1 codec. Armeria adds that codec only when the first bytes tell HTTP/1 from
 * HTTP/2, and then decodes the first request in the same call; so this handler, in front, passes the first bytes on one
 * at a time until the codec is there or the connection is HTTP/2 (the fourth byte tells), and leaves.
 */
public final class GuardInstaller extends ChannelInboundHandlerAdapter {
    /** Length of {@code "PRI "}: after these bytes nothing is undecided. */
    private static final int DECIDED_AFTER_BYTES = 4;

    private int passedBytes;

    /** For a new connection's pipeline. */
    public static void install(ChannelPipeline pipeline) {
        pipeline.addFirst(new GuardInstaller());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object input) throws Exception {
        if (!(input instanceof ByteBuf bytes)) {
            super.channelRead(context, input);
            return;
        }
        boolean leave = false;
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

    private static boolean guarded(ChannelPipeline pipeline) {
        // Armeria has a codec class of its own that nobody else can name; it is the one duplex handler of this kind.
        ChannelHandlerContext codec = pipeline.context(CombinedChannelDuplexHandler.class);
        if (codec == null) {
            return false;
        }
        pipeline.addAfter(codec.name(), null, new Http1Guard());
        return true;
    }
}
