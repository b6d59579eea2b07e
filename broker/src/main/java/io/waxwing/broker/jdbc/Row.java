package io.waxwing.broker.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What goes into a table.
 *
 * @param key the row's name, the same for every try
 * @param values in the order of {@link Table#columns}
 */
public record Row(String key, List<JsonNode> values) {
    public Row {
        values = List.copyOf(values);
    }
}
