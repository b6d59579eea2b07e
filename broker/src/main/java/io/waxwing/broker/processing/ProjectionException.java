package io.waxwing.broker.processing;

/** A template cannot be filled with this event. Without a stack: it is part of projecting. */
final class ProjectionException extends Exception {
    private static final long serialVersionUID = 1L;

    ProjectionException(String what) {
        super(what, null, false, false);
    }

    /** The reason. */
    String what() {
        return String.valueOf(getMessage());
    }
}
