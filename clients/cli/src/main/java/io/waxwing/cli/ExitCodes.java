package io.waxwing.cli;

/** What the command's exit status means (experience.md section 4); scripts depend on these. */
public final class ExitCodes {
    public static final int OK = 0;
    public static final int USAGE = 1;
    public static final int UNREACHABLE = 2;
    public static final int VERIFICATION_FAILED = 3;
    public static final int NOT_ORDERED = 4;
    public static final int DENIED = 5;
    public static final int NOT_FOUND = 6;
    public static final int TIMEOUT = 7;

    private ExitCodes() {}
}
