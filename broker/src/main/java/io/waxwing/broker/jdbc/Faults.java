package io.waxwing.broker.jdbc;

import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a database's complaint means. Pure. */
final class Faults {
    /** Connection, login, resources, and what an administrator does to it (57P01 to 57P03). */
    private static final List<String> AWAY = List.of("08", "28", "53", "57P");

    private static final List<String> NEVER = List.of("22", "23");
    private static final int TEXT_MAX = 200;

    private Faults() {}

    /** Whether it says that nobody can work with the database now. */
    static boolean isAway(SQLException complaint) {
        return complaint instanceof SQLNonTransientConnectionException
                || complaint instanceof SQLTransientConnectionException
                || complaint instanceof SQLRecoverableException
                || begins(complaint.getSQLState(), AWAY);
    }

    /** Whether the same row would be refused again: its values do not fit, or a constraint forbids them. */
    static boolean isForGood(SQLException complaint) {
        return complaint instanceof SQLDataException
                || complaint instanceof SQLIntegrityConstraintViolationException
                || begins(complaint.getSQLState(), NEVER);
    }

    private static boolean begins(@Nullable String state, List<String> classes) {
        return state != null && classes.stream().anyMatch(state::startsWith);
    }

    /** One line for who made the rule. */
    static String text(SQLException complaint) {
        String said = String.valueOf(complaint.getMessage()).replaceAll("[\\p{Cntrl}\\p{Cs}]+", " ");
        return "SQLState " + complaint.getSQLState() + ": "
                + (said.length() > TEXT_MAX ? said.substring(0, TEXT_MAX) + "…" : said);
    }
}
