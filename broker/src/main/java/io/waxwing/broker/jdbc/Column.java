package io.waxwing.broker.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Set;

/**
 * One column of a table.
 *
 * @param type of {@link Types}
 * @param typeName what the database itself calls it
 */
record Column(String name, int type, String typeName) {
    private static final Set<Integer> TEXTS = Set.of(
            Types.CHAR,
            Types.VARCHAR,
            Types.LONGVARCHAR,
            Types.NCHAR,
            Types.NVARCHAR,
            Types.LONGNVARCHAR,
            Types.CLOB,
            Types.NCLOB);
    private static final Set<Integer> APPROXIMATE = Set.of(Types.DOUBLE, Types.FLOAT, Types.REAL);
    /** Drivers write numbers out: one with a very large exponent would fill memory. */
    private static final int DIGITS_MAX = 1_000;

    /** JSON as what the column is: numbers stay numbers, objects and arrays are texts of JSON. */
    void set(PreparedStatement statement, int at, JsonNode value) throws SQLException, MisfitException {
        if (value.isNull()) {
            statement.setNull(at, type);
        } else if (value.isTextual()) {
            text(statement, at, value.textValue());
        } else if (value.isContainerNode() || TEXTS.contains(type)) {
            statement.setString(at, value.toString());
        } else if (value.isBoolean()) {
            statement.setBoolean(at, value.booleanValue());
        } else {
            number(statement, at, value.decimalValue());
        }
    }

    private void number(PreparedStatement statement, int at, BigDecimal value) throws SQLException, MisfitException {
        if (Math.abs((long) value.scale()) > DIGITS_MAX || value.precision() > DIGITS_MAX) {
            throw new MisfitException("columns", name + ": a number of so many digits is none for a table");
        }
        if (APPROXIMATE.contains(type)) {
            statement.setDouble(at, value.doubleValue());
            return;
        }
        try {
            statement.setLong(at, value.longValueExact());
        } catch (ArithmeticException noWholeNumber) {
            statement.setBigDecimal(at, value);
        }
    }

    /** Of a time that is none, the database says what it thinks of it. */
    private void text(PreparedStatement statement, int at, String value) throws SQLException {
        try {
            if (type == Types.DATE) {
                statement.setObject(at, date(value));
            } else if (type == Types.TIMESTAMP_WITH_TIMEZONE || (type == Types.TIMESTAMP && hasZone())) {
                statement.setObject(at, OffsetDateTime.parse(value));
            } else if (type == Types.TIMESTAMP) {
                statement.setObject(at, utc(value));
            } else {
                statement.setString(at, value);
            }
        } catch (DateTimeParseException noTime) {
            statement.setString(at, value);
        }
    }

    private boolean hasZone() {
        String called = typeName.toLowerCase(Locale.ROOT);
        return called.contains("tz") || called.contains("with time zone");
    }

    private static LocalDateTime utc(String value) {
        return OffsetDateTime.parse(value).withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
    }

    private static LocalDate date(String value) {
        return value.indexOf('T') < 0 ? LocalDate.parse(value) : utc(value).toLocalDate();
    }
}
