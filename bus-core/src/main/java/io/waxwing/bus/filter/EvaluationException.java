package io.waxwing.bus.filter;

/** An expression has no value for this event (CESQL section 3.3). Without a stack: it is part of evaluation. */
final class EvaluationException extends Exception {
    private static final long serialVersionUID = 1L;

    EvaluationException(String what) {
        super(what, null, false, false);
    }
}
