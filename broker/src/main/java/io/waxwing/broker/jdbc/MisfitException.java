package io.waxwing.broker.jdbc;

/** A table is not what a rule says that it is, or a value is none that a database takes. */
final class MisfitException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String member;

    /**
     * Makes one.
     *
     * @param member of the rule's target that is wrong
     */
    MisfitException(String member, String what) {
        super(what, null, false, false);
        this.member = member;
    }

    String member() {
        return member;
    }

    String what() {
        return String.valueOf(getMessage());
    }
}
