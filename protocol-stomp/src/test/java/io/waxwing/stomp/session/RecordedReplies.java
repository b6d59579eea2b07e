package io.waxwing.stomp.session;

import io.waxwing.stomp.frame.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Addresses by number, and what was sent there. */
final class RecordedReplies implements Replies {
    final List<String> open = new ArrayList<>();
    final List<Frame> sent = new ArrayList<>();
    boolean takes = true;
    int held;
    private int made;

    @Override
    public String open() {
        String address = String.format(Locale.ROOT, "%032x", ++made);
        open.add(address);
        return address;
    }

    @Override
    public void close(String address) {
        open.remove(address);
    }

    @Override
    public boolean send(String address, Frame reply) {
        sent.add(reply);
        return takes;
    }

    @Override
    public void released(int sizeBytes) {
        held -= sizeBytes;
    }
}
