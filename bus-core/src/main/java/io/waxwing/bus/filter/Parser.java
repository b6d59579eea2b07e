package io.waxwing.bus.filter;

import io.waxwing.bus.failure.RefusedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recursive descent over CESQL section 2. From the loosest to the tightest: AND OR XOR (one level, from the right),
 * comparisons, {@code + -}, {@code * / %}, LIKE and IN, NOT and {@code -}, what cannot be cut.
 */
final class Parser {
    private static final Set<String> COMPARISONS = Set.of("=", "!=", "<>", "<", "<=", ">", ">=");
    private static final Set<String> RESERVED =
            Set.of("AND", "OR", "XOR", "NOT", "LIKE", "IN", "EXISTS", "TRUE", "FALSE");

    private final Tokens tokens;
    private int nodes;
    private int depth;

    Parser(String text) {
        if (text.length() > Cesql.MAX_CHARS) {
            throw Tokens.refused("longer than " + Cesql.MAX_CHARS + " characters", Cesql.MAX_CHARS);
        }
        this.tokens = new Tokens(text);
    }

    /** The whole text. @throws RefusedException WXW-1015 */
    Node parse() {
        Node whole = expression();
        if (tokens.peek().kind() != Token.Kind.END) {
            throw unexpected("the end, or an operator");
        }
        return whole;
    }

    private Node expression() {
        if (++depth > Cesql.MAX_DEPTH) {
            throw Tokens.refused(
                    "nested deeper than " + Cesql.MAX_DEPTH, tokens.peek().at());
        }
        Deque<Node> operands = new ArrayDeque<>();
        Deque<Node.Logic.Kind> kinds = new ArrayDeque<>();
        operands.push(comparison());
        for (Node.Logic.Kind kind = logic(); kind != null; kind = logic()) {
            kinds.push(kind);
            operands.push(comparison());
        }
        // From the right, and without going deeper: a long row of alternatives is no nesting.
        Node left = operands.pop();
        while (!kinds.isEmpty()) {
            left = made(new Node.Logic(kinds.pop(), operands.pop(), left));
        }
        depth--;
        return left;
    }

    private Node.Logic.@Nullable Kind logic() {
        for (Node.Logic.Kind kind : Node.Logic.Kind.values()) {
            if (tokens.takeWord(kind.name())) {
                return kind;
            }
        }
        return null;
    }

    private Node comparison() {
        Node left = sum();
        while (tokens.peek().kind() == Token.Kind.SYMBOL
                && COMPARISONS.contains(tokens.peek().text())) {
            String operator = tokens.take().text();
            Node right = sum();
            boolean unequal = operator.equals("!=") || operator.equals("<>");
            left = made(
                    operator.equals("=") || unequal
                            ? new Node.Equal(unequal, left, right)
                            : new Node.Compared(operator, left, right));
        }
        return left;
    }

    private Node sum() {
        Node left = product();
        while (tokens.peek().isSymbol("+") || tokens.peek().isSymbol("-")) {
            left = made(new Node.Arithmetic(tokens.take().text().charAt(0), left, product()));
        }
        return left;
    }

    private Node product() {
        Node left = tested();
        while (tokens.peek().isSymbol("*")
                || tokens.peek().isSymbol("/")
                || tokens.peek().isSymbol("%")) {
            left = made(new Node.Arithmetic(tokens.take().text().charAt(0), left, tested()));
        }
        return left;
    }

    private Node tested() {
        Node of = unary();
        while (true) {
            if (tokens.takeWord("LIKE")) {
                of = made(new Node.Like(false, of, pattern()));
            } else if (tokens.takeNot("LIKE")) {
                of = made(new Node.Like(true, of, pattern()));
            } else if (tokens.takeWord("IN")) {
                of = made(new Node.In(false, of, list(1)));
            } else if (tokens.takeNot("IN")) {
                of = made(new Node.In(true, of, list(1)));
            } else {
                return of;
            }
        }
    }

    private LikePattern pattern() {
        if (tokens.peek().kind() != Token.Kind.STRING) {
            throw unexpected("a text");
        }
        return new LikePattern(tokens.take().text());
    }

    private Node unary() {
        if (++depth > Cesql.MAX_DEPTH) {
            throw Tokens.refused(
                    "nested deeper than " + Cesql.MAX_DEPTH, tokens.peek().at());
        }
        Node node;
        if (tokens.takeWord("NOT")) {
            node = made(new Node.Not(unary()));
        } else if (tokens.takeSymbol("-")) {
            node = tokens.peek().kind() == Token.Kind.NUMBER
                    ? made(number(tokens.take(), "-"))
                    : made(new Node.Negated(unary()));
        } else {
            tokens.takeSymbol("+");
            node = whole();
        }
        depth--;
        return node;
    }

    private Node whole() {
        Token token = tokens.peek();
        return switch (token.kind()) {
            case NUMBER -> made(number(tokens.take(), ""));
            case STRING -> made(new Node.Literal(tokens.take().text()));
            case WORD -> named();
            default -> {
                if (!tokens.takeSymbol("(")) {
                    throw unexpected("a value");
                }
                Node inside = expression();
                close();
                yield inside;
            }
        };
    }

    private Node named() {
        Token word = tokens.take();
        if (word.isWord("TRUE") || word.isWord("FALSE")) {
            return made(new Node.Literal(word.isWord("TRUE")));
        }
        if (word.isWord("EXISTS")) {
            return made(new Node.Exists(attribute(tokens.take())));
        }
        if (tokens.peek().isSymbol("(")) {
            Function function = Function.named(word.text());
            if (function == null) {
                throw Tokens.refused("no function has the name " + word.text(), word.at());
            }
            List<Node> arguments = list(0);
            if (!function.takes(arguments.size())) {
                throw Tokens.refused(function + " does not take " + arguments.size() + " arguments", word.at());
            }
            return made(new Node.Call(function, arguments));
        }
        return made(new Node.Attribute(attribute(word)));
    }

    private String attribute(Token word) {
        boolean is = word.kind() == Token.Kind.WORD
                && word.text().matches("[a-z0-9]+")
                && !RESERVED.contains(word.text().toUpperCase(Locale.ROOT));
        if (!is) {
            throw Tokens.refused(
                    "want an attribute, in lower case letters and digits, and not '" + word.text() + "'", word.at());
        }
        return word.text();
    }

    private static Node number(Token digits, String sign) {
        try {
            return new Node.Literal(Integer.parseInt(sign + digits.text()));
        } catch (NumberFormatException e) {
            throw Tokens.refused("numbers have 32 bits", digits.at());
        }
    }

    private List<Node> list(int least) {
        List<Node> members = new ArrayList<>();
        if (!tokens.takeSymbol("(")) {
            throw unexpected("(");
        }
        if (least > 0 || !tokens.peek().isSymbol(")")) {
            do {
                members.add(expression());
            } while (tokens.takeSymbol(","));
        }
        close();
        return members;
    }

    private void close() {
        if (!tokens.takeSymbol(")")) {
            throw unexpected(")");
        }
    }

    private Node made(Node node) {
        if (++nodes > Cesql.MAX_NODES) {
            throw Tokens.refused(
                    "more than " + Cesql.MAX_NODES + " parts", tokens.peek().at());
        }
        return node;
    }

    private RefusedException unexpected(String wanted) {
        Token found = tokens.peek();
        String what = found.kind() == Token.Kind.END ? "the end" : "'" + found.text() + "'";
        return Tokens.refused("want " + wanted + " and not " + what, found.at());
    }
}
