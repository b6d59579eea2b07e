package io.waxwing.http.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stands between Netty's HTTP/1 codec and Armeria's and marks requests that Armeria would take although RFC 9112 says
 * otherwise. A marked request goes through the server like any other, so its answer comes in order; whoever routes
 * requests finds the mark and answers a problem.
 */
public final class Http1Guard extends ChannelInboundHandlerAdapter {
    /** Header that carries the mark; one that comes from outside is removed. Value: status, a space, the detail. */
    public static final String MARK = "waxwing-refused-at-the-edge";

    private final HeadDeadline deadline;

    Http1Guard(HeadDeadline deadline) {
        this.deadline = deadline;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object input) throws Exception {
        if (input instanceof HttpRequest) {
            deadline.onHead();
        }
        if (input instanceof LastHttpContent) {
            deadline.onEnd();
        }
        if (input instanceof HttpRequest request && request.decoderResult().isSuccess()) {
            request.headers().remove(MARK);
            String fault = fault(request);
            if (fault != null) {
                request.headers().set(MARK, fault);
            }
        }
        super.channelRead(context, input);
    }

    private static @Nullable String fault(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return "505 want HTTP/1.1 or HTTP/2";
        }
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        boolean plain = codings.isEmpty()
                || (codings.size() == 1 && codings.get(0).strip().equalsIgnoreCase("chunked"));
        if (!plain) {
            return "501 Transfer-Encoding: want chunked or none";
        }
        int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1 || (hosts == 0 && version.equals(HttpVersion.HTTP_1_1))) {
            return "400 want exactly one Host header, got " + hosts;
        }
        return null;
    }
}
