package io.waxwing.broker.jdbc;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a rule writes, in the words of whoever made it.
 *
 * @param schema null: the only one that has the table, or that of the connection
 * @param key column of the row's name, with a unique key on it alone
 * @param columns the others
 */
public record Table(@Nullable String schema, String name, String key, List<String> columns) {
    public Table {
        columns = List.copyOf(columns);
    }
}
