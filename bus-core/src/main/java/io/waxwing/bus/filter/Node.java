package io.waxwing.bus.filter;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A part of an expression. Values are Booleans, Integers and Strings. */
sealed interface Node {
    Object evaluate(UnaryOperator<@Nullable String> attributes) throws EvaluationException;

    record Literal(Object value) implements Node {
        @Override
        public Object evaluate(UnaryOperator<@Nullable String> attributes) {
            return value;
        }
    }

    record Attribute(String name) implements Node {
        @Override
        public Object evaluate(UnaryOperator<@Nullable String> attributes) throws EvaluationException {
            String value = attributes.apply(name);
            if (value == null) {
                throw new EvaluationException("the event has no " + name);
            }
            if (value.length() > Cesql.MAX_VALUE_CHARS) {
                throw new EvaluationException(name + " is too long");
            }
            return value;
        }
    }

    record Exists(String name) implements Node {
        @Override
        public Object evaluate(UnaryOperator<@Nullable String> attributes) {
            return attributes.apply(name) != null;
        }
    }

    record Not(Node of) implements Node {
        @Override
        public Object evaluate(UnaryOperator<@Nullable String> attributes) throws EvaluationException {
            return !Casts.toBoolean(of.evaluate(attributes));
        }
    }

    record Negated(Node of) implements Node {
        @Override
        public Object evaluate(UnaryOperator<@Nullable String> attributes) throws EvaluationException {
            int value = Casts.toInteger(of.evaluate(attributes));
            return exact(-(long) value);
        }
    }

    /** AND, OR, XOR. The right side of the first two is not looked at if the left one decides. */
    record Logic(Kind kind, Node left, Node right) implements Node {
        enum Kind {
            AND,
            OR,
            XOR
        }

        @Override
        public Object evaluate(UnaryOperator<@Nullable String> attributes) throws EvaluationException {
            boolean first = Casts.toBoolean(left.evaluate(attributes));
            if ((kind == Kind.AND && !first) || (kind == Kind.OR && first)) {
                return first;
            }
            boolean second = Casts.toBoolean(right.evaluate(attributes));
            return kind == Kind.XOR ? first != second : second;
        }
    }

    /** {@code =} and its opposite: the left side becomes what the right one is. */
    record Equal(boolean negated, Node left, Node right) implements Node {
        @Override
        public Object evaluate(UnaryOperator<@Nullable String> attributes) throws EvaluationException {
            Object first = left.evaluate(attributes);
            Object second = right.evaluate(attributes);
            return Casts.of(second).cast(first).equals(second) != negated;
        }
    }

    record Compared(String operator, Node left, Node right) implements Node {
        @Override
        public Object evaluate(UnaryOperator<@Nullable String> attributes) throws EvaluationException {
            int first = Casts.toInteger(left.evaluate(attributes));
            int second = Casts.toInteger(right.evaluate(attributes));
            return switch (operator) {
                case "<" -> first < second;
                case "<=" -> first <= second;
                case ">" -> first > second;
                default -> first >= second;
            };
        }
    }

    record Arithmetic(char operator, Node left, Node right) implements Node {
        @Override
        public Object evaluate(UnaryOperator<@Nullable String> attributes) throws EvaluationException {
            long first = Casts.toInteger(left.evaluate(attributes));
            long second = Casts.toInteger(right.evaluate(attributes));
            if (second == 0 && (operator == '/' || operator == '%')) {
                throw new EvaluationException("division by zero");
            }
            return switch (operator) {
                case '+' -> exact(first + second);
                case '-' -> exact(first - second);
                case '*' -> exact(first * second);
                case '/' -> exact(first / second);
                default -> exact(first % second);
            };
        }
    }

    record Like(boolean negated, Node of, LikePattern pattern) implements Node {
        @Override
        public Object evaluate(UnaryOperator<@Nullable String> attributes) throws EvaluationException {
            return pattern.matches(of.evaluate(attributes).toString()) != negated;
        }
    }

    /** {@code IN}: the members become what the value is; those behind the first equal one are not looked at. */
    record In(boolean negated, Node of, List<Node> members) implements Node {
        @Override
        public Object evaluate(UnaryOperator<@Nullable String> attributes) throws EvaluationException {
            Object value = of.evaluate(attributes);
            Casts type = Casts.of(value);
            for (Node member : members) {
                if (type.cast(member.evaluate(attributes)).equals(value)) {
                    return !negated;
                }
            }
            return negated;
        }
    }

    record Call(Function function, List<Node> arguments) implements Node {
        @Override
        public Object evaluate(UnaryOperator<@Nullable String> attributes) throws EvaluationException {
            Object[] values = new Object[arguments.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = arguments.get(i).evaluate(attributes);
            }
            Object result = function.apply(values);
            if (result instanceof String text && text.length() > Cesql.MAX_VALUE_CHARS) {
                throw new EvaluationException(function.name() + " gives too much");
            }
            return result;
        }
    }

    private static int exact(long value) throws EvaluationException {
        if (value != (int) value) {
            throw new EvaluationException("beyond 32 bits");
        }
        return (int) value;
    }
}
