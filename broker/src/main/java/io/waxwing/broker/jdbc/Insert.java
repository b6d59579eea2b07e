package io.waxwing.broker.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The statements for a table.
 *
 * @param store a row
 * @param find whether it is there
 * @param key column of its name
 * @param columns the others
 */
record Insert(String store, String find, Column key, List<Column> columns) {
    Insert {
        columns = List.copyOf(columns);
    }

    /** Throws {@link MisfitException} if the table is not as the rule says. */
    static Insert of(Connection connection, Table wanted) throws SQLException, MisfitException {
        DatabaseMetaData about = connection.getMetaData();
        Names names = new Names(orEmpty(about.getIdentifierQuoteString()), orEmpty(about.getSearchStringEscape()));
        Described there = Described.of(connection, names, wanted);
        Column key = there.column("key", wanted.key());
        List<Column> columns = new ArrayList<>();
        List<String> quoted = new ArrayList<>();
        quoted.add(names.quoted("key", key.name()));
        for (String each : wanted.columns()) {
            String member = "columns/" + each.replace("~", "~0").replace("/", "~1");
            Column column = there.column(member, each);
            if (column.equals(key) || columns.contains(column)) {
                throw new MisfitException(member, "the column is named twice");
            }
            columns.add(column);
            quoted.add(names.quoted(member, column.name()));
        }
        if (!there.isUnique(connection, key.name())) {
            throw new MisfitException(
                    "key", "the column has no unique key of its own, so a row that is sent again would be there twice");
        }
        String table = names.quoted("table", there.table());
        String at = there.schema() == null ? table : names.quoted("schema", there.schema()) + "." + table;
        return new Insert(
                "INSERT INTO " + at + " (" + String.join(", ", quoted) + ") VALUES (?" + ", ?".repeat(columns.size())
                        + ")",
                "SELECT 1 FROM " + at + " WHERE " + quoted.get(0) + " = ?",
                key,
                columns);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** Stores it. */
    void store(Connection connection, Row row, int seconds) throws SQLException, MisfitException {
        try (PreparedStatement statement = connection.prepareStatement(store)) {
            statement.setQueryTimeout(seconds);
            statement.setString(1, row.key());
            for (int i = 0; i < columns.size(); i++) {
                columns.get(i).set(statement, i + 2, row.values().get(i));
            }
            statement.executeUpdate();
        }
    }

    /** Whether a row of this name is there. */
    boolean isThere(Connection connection, String name, int seconds) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(find)) {
            statement.setQueryTimeout(seconds);
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }
}
