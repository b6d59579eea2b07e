package io.waxwing.bus.filter;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.util.ArrayList;
import java.util.List;

/** Cuts the text of an expression into words, and gives them one by one. */
final class Tokens {
    private static final List<String> SYMBOLS =
            List.of("<=", ">=", "<>", "!=", "=", "<", ">", "+", "-", "*", "/", "%", "(", ")", ",");

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int next;

    Tokens(String text) {
        this.text = text;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                at++;
            } else if (c == '\'' || c == '"') {
                at = string(at, c);
            } else if (isWordChar(c)) {
                at = word(at);
            } else {
                at = symbol(at);
            }
        }
        tokens.add(new Token(Token.Kind.END, "", text.length()));
    }

    private int string(int begin, char quote) {
        StringBuilder value = new StringBuilder();
        int at = begin + 1;
        while (at < text.length() && text.charAt(at) != quote) {
            if (text.charAt(at) == '\\' && at + 1 < text.length() && text.charAt(at + 1) == quote) {
                at++;
            }
            value.append(text.charAt(at));
            at++;
        }
        if (at == text.length()) {
            throw refused("this text does not end", begin);
        }
        tokens.add(new Token(Token.Kind.STRING, value.toString(), begin));
        return at + 1;
    }

    private int word(int begin) {
        int end = begin;
        boolean digits = true;
        while (end < text.length() && isWordChar(text.charAt(end))) {
            digits &= text.charAt(end) <= '9';
            end++;
        }
        tokens.add(new Token(digits ? Token.Kind.NUMBER : Token.Kind.WORD, text.substring(begin, end), begin));
        return end;
    }

    private static boolean isWordChar(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    private int symbol(int begin) {
        for (String symbol : SYMBOLS) {
            if (text.startsWith(symbol, begin)) {
                tokens.add(new Token(Token.Kind.SYMBOL, symbol, begin));
                return begin + symbol.length();
            }
        }
        throw refused("unexpected character", begin);
    }

    Token peek() {
        return tokens.get(next);
    }

    Token take() {
        Token token = tokens.get(next);
        next += token.kind() == Token.Kind.END ? 0 : 1;
        return token;
    }

    boolean takeSymbol(String symbol) {
        boolean there = peek().isSymbol(symbol);
        next += there ? 1 : 0;
        return there;
    }

    boolean takeWord(String word) {
        boolean there = peek().isWord(word);
        next += there ? 1 : 0;
        return there;
    }

    /** {@code NOT} and the word behind it, or nothing. */
    boolean takeNot(String word) {
        boolean there = peek().isWord("NOT") && tokens.get(next + 1).isWord(word);
        next += there ? 2 : 0;
        return there;
    }

    static RefusedException refused(String what, int at) {
        return new RefusedException(FailureCode.EXPRESSION, what + ", at character " + (at + 1));
    }
}
