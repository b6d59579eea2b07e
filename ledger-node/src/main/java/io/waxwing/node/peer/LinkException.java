package io.waxwing.node.peer;

/** What the other side did that ends the connection, and the evidence. */
final class LinkException extends Exception {
    private static final long serialVersionUID = 1L;

    private final LinkFault fault;

    LinkException(LinkFault fault, String text) {
        // Faults of strangers must be cheap: no stack trace.
        super(text, null, false, false);
        this.fault = fault;
    }

    LinkFault fault() {
        return fault;
    }
}
