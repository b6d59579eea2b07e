package io.waxwing.broker.lab;

/**
 * Something bad that happens to members that are under load.
 *
 * @param name for the report
 * @param act does it, checks what must hold meanwhile, and undoes it
 */
record Scenario(String name, Act act) {
    /** What happens. */
    interface Act {
        /** Returns what is worth telling. */
        String happen(Lab lab) throws Exception;
    }

    @Override
    public String toString() {
        return name;
    }
}
