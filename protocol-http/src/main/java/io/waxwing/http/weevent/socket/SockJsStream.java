package io.waxwing.http.weevent.socket;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.ResponseHeaders;

/** An answer that brings frame after frame, until it is so long that the client makes a new request. */
final class SockJsStream implements SockJsSession.Receiver {
    /** Browsers keep what they have got of an answer. */
    private static final int MAX_BYTES = 128 << 10;
    /** Some browsers show nothing before they have got so much. */
    private static final int PRELUDE_BYTES = 2048;

    private final SockJsSession session;
    private final Form form;
    private final HttpResponseWriter out = HttpResponse.streaming();
    private int bytes;
    private boolean finished;

    /** What is written around a frame. */
    enum Form {
        /** Of {@code xhr_streaming}. */
        LINES {
            @Override
            String prelude() {
                return SockJsFrames.HEARTBEAT.repeat(PRELUDE_BYTES) + "\n";
            }

            @Override
            String around(String frame) {
                return frame + "\n";
            }
        },
        /** Of {@code eventsource}: the client reads the data by decodeURI; line ends there are none in a frame. */
        EVENTS {
            @Override
            String prelude() {
                return "\r\n";
            }

            @Override
            String around(String frame) {
                return "data: " + frame.replace("%", "%25") + "\r\n\r\n";
            }
        };

        abstract String prelude();

        abstract String around(String frame);
    }

    SockJsStream(SockJsSession session, Form form) {
        this.session = session;
        this.form = form;
    }

    HttpResponse response() {
        return out;
    }

    void begin(ResponseHeaders headers) {
        boolean unused = out.tryWrite(headers) && out.tryWrite(HttpData.ofUtf8(form.prelude()));
    }

    @Override
    public void frame(String frame) {
        HttpData data = HttpData.ofUtf8(form.around(frame));
        bytes += data.length();
        if (!out.tryWrite(data)) {
            session.loop().execute(() -> session.broken(this));
            return;
        }
        var unused = out.whenConsumed().whenCompleteAsync((nothing, failure) -> left(failure), session.loop());
    }

    private void left(@org.jspecify.annotations.Nullable Throwable failure) {
        if (failure != null) {
            session.broken(this);
        } else if (bytes >= MAX_BYTES && !finished) {
            finished = true;
            session.detach(this);
            out.close();
        } else {
            session.consumed(this);
        }
    }

    @Override
    public void end() {
        finished = true;
        out.close();
    }

    /** The request is over, by whomever. */
    void over() {
        session.broken(this);
    }
}
