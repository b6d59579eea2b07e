package io.waxwing.broker.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table as its database describes it.
 *
 * @param schema null if it is in none
 * @param columns by name
 */
record Described(@Nullable String schema, String table, Map<String, Column> columns) {

    /**
     * Looks for it: as it is written, else in capitals, else in small letters.
     *
     * @throws MisfitException if it is not there, or in several schemas
     */
    static Described of(Connection connection, Names names, Table wanted) throws SQLException, MisfitException {
        for (int way = 0; way < Names.spellings("").size(); way++) {
            String schema = wanted.schema() == null
                    ? current(connection)
                    : Names.spellings(wanted.schema()).get(way);
            Described there = look(
                    connection, names, schema, Names.spellings(wanted.name()).get(way));
            if (there != null) {
                return there;
            }
        }
        throw new MisfitException("table", "the database shows no table of this name");
    }

    private static @Nullable String current(Connection connection) throws SQLException {
        try {
            return connection.getSchema();
        } catch (SQLFeatureNotSupportedException | AbstractMethodError none) {
            return null;
        }
    }

    private static @Nullable Described look(Connection connection, Names names, @Nullable String schema, String table)
            throws SQLException, MisfitException {
        Map<String, Column> columns = new LinkedHashMap<>();
        Set<String> schemas = new HashSet<>();
        String at = "";
        DatabaseMetaData about = connection.getMetaData();
        try (ResultSet rows =
                about.getColumns(connection.getCatalog(), names.search(schema), names.search(table), null)) {
            while (rows.next()) {
                if (!table.equals(rows.getString("TABLE_NAME"))) {
                    continue;
                }
                String in = rows.getString("TABLE_SCHEM");
                at = in == null ? "" : in;
                schemas.add(at);
                String name = rows.getString("COLUMN_NAME");
                columns.put(name, new Column(name, rows.getInt("DATA_TYPE"), rows.getString("TYPE_NAME")));
            }
        }
        if (schemas.size() > 1) {
            throw new MisfitException("schema", "several schemas have such a table, say which");
        }
        return columns.isEmpty() ? null : new Described(at.isEmpty() ? null : at, table, columns);
    }

    /** The column that is meant by a name. */
    Column column(String member, String name) throws MisfitException {
        String there = Names.among(columns.keySet(), name);
        Column column = there == null ? null : columns.get(there);
        if (column == null) {
            throw new MisfitException(member, "the table has no column of this name");
        }
        return column;
    }

    /** Whether no two rows have the same in this column. */
    boolean isUnique(Connection connection, String column) throws SQLException {
        DatabaseMetaData about = connection.getMetaData();
        Map<String, Set<String>> keys = new HashMap<>();
        try (ResultSet rows = about.getPrimaryKeys(connection.getCatalog(), schema, table)) {
            while (rows.next()) {
                keys.computeIfAbsent("", unused -> new HashSet<>()).add(rows.getString("COLUMN_NAME"));
            }
        }
        try (ResultSet rows = about.getIndexInfo(connection.getCatalog(), schema, table, true, true)) {
            while (rows.next()) {
                String of = rows.getString("COLUMN_NAME");
                // One with a condition does not hold for all rows.
                if (of != null && !rows.getBoolean("NON_UNIQUE") && rows.getString("FILTER_CONDITION") == null) {
                    keys.computeIfAbsent("index " + rows.getString("INDEX_NAME"), unused -> new HashSet<>())
                            .add(of);
                }
            }
        }
        return keys.containsValue(Set.of(column));
    }
}
