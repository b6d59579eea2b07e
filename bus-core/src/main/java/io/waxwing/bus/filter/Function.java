package io.waxwing.bus.filter;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The functions of CESQL (section 3.5). Characters are UTF-16 units, as in Java and JavaScript. */
enum Function {
    LENGTH(1, 1) {
        @Override
        Object apply(Object... of) {
            return text(of[0]).length();
        }
    },
    CONCAT(0, Integer.MAX_VALUE) {
        @Override
        Object apply(Object... of) throws EvaluationException {
            return joined("", Arrays.asList(of));
        }
    },
    CONCAT_WS(1, Integer.MAX_VALUE) {
        @Override
        Object apply(Object... of) throws EvaluationException {
            return joined(text(of[0]), Arrays.asList(of).subList(1, of.length));
        }
    },
    LOWER(1, 1) {
        @Override
        Object apply(Object... of) {
            return text(of[0]).toLowerCase(Locale.ROOT);
        }
    },
    UPPER(1, 1) {
        @Override
        Object apply(Object... of) {
            return text(of[0]).toUpperCase(Locale.ROOT);
        }
    },
    TRIM(1, 1) {
        @Override
        Object apply(Object... of) {
            return text(of[0]).trim();
        }
    },
    LEFT(2, 2) {
        @Override
        Object apply(Object... of) throws EvaluationException {
            String value = text(of[0]);
            return value.substring(0, Math.min(value.length(), notNegative(of[1])));
        }
    },
    RIGHT(2, 2) {
        @Override
        Object apply(Object... of) throws EvaluationException {
            String value = text(of[0]);
            return value.substring(Math.max(0, value.length() - notNegative(of[1])));
        }
    },
    SUBSTRING(2, 3) {
        @Override
        Object apply(Object... of) throws EvaluationException {
            String value = text(of[0]);
            int place = Casts.toInteger(of[1]);
            int wanted = of.length == 3 ? notNegative(of[2]) : value.length();
            if (place > value.length() || place < -value.length()) {
                throw new EvaluationException("place " + place + " in " + value.length() + " characters");
            }
            if (place == 0) {
                return "";
            }
            int from = place > 0 ? place - 1 : value.length() + place;
            return value.substring(from, from + Math.min(wanted, value.length() - from));
        }
    },
    ABS(1, 1) {
        @Override
        Object apply(Object... of) throws EvaluationException {
            int value = Casts.toInteger(of[0]);
            if (value == Integer.MIN_VALUE) {
                throw new EvaluationException("beyond 32 bits");
            }
            return Math.abs(value);
        }
    },
    INT(1, 1) {
        @Override
        Object apply(Object... of) throws EvaluationException {
            return Casts.INTEGER.cast(of[0]);
        }
    },
    BOOL(1, 1) {
        @Override
        Object apply(Object... of) throws EvaluationException {
            return Casts.BOOLEAN.cast(of[0]);
        }
    },
    STRING(1, 1) {
        @Override
        Object apply(Object... of) {
            return of[0].toString();
        }
    },
    IS_INT(1, 1) {
        @Override
        Object apply(Object... of) {
            return !(of[0] instanceof Boolean) && is(Casts.INTEGER, of[0]);
        }
    },
    IS_BOOL(1, 1) {
        @Override
        Object apply(Object... of) {
            return !(of[0] instanceof Integer) && is(Casts.BOOLEAN, of[0]);
        }
    };

    private final int least;
    private final int most;

    Function(int least, int most) {
        this.least = least;
        this.most = most;
    }

    abstract Object apply(Object... of) throws EvaluationException;

    boolean takes(int count) {
        return count >= least && count <= most;
    }

    static @Nullable Function named(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        for (Function function : values()) {
            if (function.name().equals(upper)) {
                return function;
            }
        }
        return null;
    }

    /** Stops where it becomes too long: many long attributes must not be put together first. */
    private static String joined(String delimiter, List<Object> parts) throws EvaluationException {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            out.append(i == 0 ? "" : delimiter).append(parts.get(i));
            if (out.length() > Cesql.MAX_VALUE_CHARS) {
                throw new EvaluationException("a text is too long");
            }
        }
        return out.toString();
    }

    private static String text(Object value) {
        return value.toString();
    }

    private static int notNegative(Object value) throws EvaluationException {
        int number = Casts.toInteger(value);
        if (number < 0) {
            throw new EvaluationException(number + " characters");
        }
        return number;
    }

    private static boolean is(Casts type, Object value) {
        try {
            return type.cast(value) != null;
        } catch (EvaluationException e) {
            return false;
        }
    }
}
