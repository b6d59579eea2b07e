package io.waxwing.bus.filter;

import java.util.Locale;

/** The types of CESQL, and how a value of one becomes one of another (sections 3.1 and 3.7). */
enum Casts {
    STRING {
        @Override
        Object cast(Object value) {
            return value.toString();
        }
    },
    INTEGER {
        @Override
        Object cast(Object value) throws EvaluationException {
            if (value instanceof Integer) {
                return value;
            }
            if (value instanceof Boolean truth) {
                return truth ? 1 : 0;
            }
            String text = value.toString();
            // Integer.parseInt also takes digits of other scripts.
            if (text.length() > 11 || !text.matches("[+-]?[0-9]+")) {
                throw new EvaluationException("'" + text + "' is no Integer");
            }
            try {
                return Integer.parseInt(text);
            } catch (NumberFormatException e) {
                throw new EvaluationException("'" + text + "' is beyond 32 bits");
            }
        }
    },
    BOOLEAN {
        @Override
        Object cast(Object value) throws EvaluationException {
            if (value instanceof Boolean) {
                return value;
            }
            if (value instanceof Integer number) {
                return number != 0;
            }
            return switch (value.toString().toLowerCase(Locale.ROOT)) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new EvaluationException("'" + value + "' is no Boolean");
            };
        }
    };

    /** The value as one of this type. */
    abstract Object cast(Object value) throws EvaluationException;

    static Casts of(Object value) {
        return value instanceof Boolean ? BOOLEAN : value instanceof Integer ? INTEGER : STRING;
    }

    static boolean toBoolean(Object value) throws EvaluationException {
        return (Boolean) BOOLEAN.cast(value);
    }

    static int toInteger(Object value) throws EvaluationException {
        return (Integer) INTEGER.cast(value);
    }
}
