package io.waxwing.mqtt.packet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The properties of one MQTT 5 packet in the order in which they stand in it; immutable. Empty for 3.1.1.
 *
 * <p>Number properties hold {@code Long}, text {@code String}, binary data {@link Bytes}, pairs {@link UserProperty}.
 */
public final class Properties {
    public static final Properties NONE = new Properties(List.of());

    private final List<Entry> entries;

    private Properties(List<Entry> entries) {
        this.entries = entries;
    }

    /** One property with its value. */
    public record Entry(Property property, Object value) {}

    public static Builder builder() {
        return new Builder();
    }

    /** Just one reason string. */
    public static Properties reason(String reasonString) {
        return builder().add(Property.REASON_STRING, reasonString).build();
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Unmodifiable. */
    public List<Entry> entries() {
        return entries;
    }

    public boolean has(Property property) {
        return first(property) != null;
    }

    /** The value of a number property, or {@code absent}. */
    public long number(Property property, long absent) {
        Object value = first(property);
        return value == null ? absent : (Long) value;
    }

    public @Nullable String text(Property property) {
        return (String) first(property);
    }

    public @Nullable Bytes binary(Property property) {
        return (Bytes) first(property);
    }

    /** All user properties in their order. */
    public List<UserProperty> userProperties() {
        List<UserProperty> pairs = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.value() instanceof UserProperty pair) {
                pairs.add(pair);
            }
        }
        return pairs;
    }

    /** The first user property of that name, null when there is none. */
    public @Nullable String userProperty(String name) {
        for (Entry entry : entries) {
            if (entry.value() instanceof UserProperty pair && pair.name().equals(name)) {
                return pair.value();
            }
        }
        return null;
    }

    /** These and one more. */
    public Properties with(Property property, long value) {
        Builder all = builder();
        all.entries.addAll(entries);
        return all.add(property, value).build();
    }

    /** These and those behind them. */
    public Properties and(Properties others) {
        Builder all = builder();
        all.entries.addAll(entries);
        all.entries.addAll(others.entries);
        return all.build();
    }

    private @Nullable Object first(Property property) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).property() == property) {
                return entries.get(i).value();
            }
        }
        return null;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Properties that && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return entries.toString();
    }

    /** Collects properties; single use. */
    public static final class Builder {
        private final List<Entry> entries = new ArrayList<>();

        private Builder() {}

        public Builder add(Property property, long value) {
            return put(property, property.kind().isNumber(), value);
        }

        public Builder add(Property property, String value) {
            return put(property, property.kind() == Property.Kind.TEXT, value);
        }

        public Builder add(Property property, Bytes value) {
            return put(property, property.kind() == Property.Kind.BINARY, value);
        }

        public Builder user(String name, String value) {
            return put(Property.USER_PROPERTY, true, new UserProperty(name, value));
        }

        public Properties build() {
            return entries.isEmpty() ? NONE : new Properties(Collections.unmodifiableList(entries));
        }

        private Builder put(Property property, boolean fits, Object value) {
            if (!fits) {
                throw new IllegalArgumentException(property + " is " + property.kind() + ", got " + value);
            }
            entries.add(new Entry(property, Objects.requireNonNull(value)));
            return this;
        }
    }
}
