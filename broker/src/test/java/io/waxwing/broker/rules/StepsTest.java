package io.waxwing.broker.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns find what Java's find, and none of them works for long without being counted. */
class StepsTest {
    private static final int STEPS = 10_000;

    private static boolean find(String pattern, String text) {
        boolean[] found = new boolean[1];
        new Steps(STEPS).run(() -> found[0] = Steps.pattern(pattern).matches(text));
        return found[0];
    }

    /** What they repeat, or choose between, has no characters that could be counted. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(?:(?!a)){2000000000}~",
                "(){2000000000}~",
                "(?:(?:$){2000000000}){2000000000}~",
                "(?:\\b|\\B){2000000000}~",
                "(?:(?:^|^)(?:^|^)(?:^|^)(?:^|^)(?:^|^)(?:^|^)(?:^|^)(?:^|^)(?:^|^)){9}(?!)",
                "(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)"
                        + "(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?!)",
                "()\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?"
                        + "\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?\\1?(?!)",
                "(?<n>)\\k<n>{2000000000}\\k<n>{2000000000}\\k<n>{2000000000}\\k<n>{2000000000}\\k<n>{2000000000}(?!)",
                "^{2000000000}^{2000000000}^{2000000000}^{2000000000}^{2000000000}^{2000000000}^{2000000000}(?!)",
                "\\b{2000000000}\\b{2000000000}\\b{2000000000}\\b{2000000000}\\b{2000000000}\\b{2000000000}(?!)",
                "(?:\\z{2000000000}){2000000000}~",
                "(?:[)\\]](?:|)|(?:[(\\[]|(?:|))){2000000000}(?!)",
            })
    void aPatternThatWorksWithoutLookingAtCharactersIsCutOff(String pattern) {
        for (String text : new String[] {"", "a", "a longer text"}) {
            Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
                try {
                    assertThat(find(pattern, text)).isFalse();
                } catch (Steps.TooMany expected) {
                    assertThat(expected).isNotNull();
                }
            });
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '~',
            value = {
                "^(?:ab|cd)+$ abcd",
                "^(?:ab|cd)+$ abce",
                "^(a|b|)*c$ ababc",
                "(?i)^AB(?=c) abC",
                "(?<!x)y(?!z) xyy",
                "^(?<first>a)\\k<first>{2}$ aaa",
                "^(a*)\\1$ aaaa",
                "^(a)(b)\\2\\1$ abba",
                "^(?>a*)a$ aaa",
                "^[(|)]{3}$ (|)",
                "^[^()]*\\(\\)\\|$ x()|",
                "^[\\]\\[(]+$ ][(",
                "\\bfoo\\b a-foo-b",
                "\\b{2}a -a",
                "^\\p{Lu}\\x41\\u0041$ AAA",
                "(?<=^|,)b a,b",
                "^$ ~~",
                "^|x abc",
                "[-a-c]{2,} -a",
                "^(?:(?:2[0-4]|1[0-9]|[1-9])?[0-9](?:\\.|$)){4}$ 10.0.20.199",
                "^(([^:/?#]+):)?(//([^/?#]*))? http://a/b",
            })
    void aPatternFindsWhatItFindsWithoutBeingCounted(String pattern, String text) {
        assertThat(find(pattern, text))
                .isEqualTo(Pattern.compile(pattern).matcher(text).find());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(*a)",
                "(",
                "a|*",
                "[]a]",
                "[a[b]]",
                "[a&&b]",
                "\\Q(\\E",
                "(?x) a",
                "(?ix:a)",
                "\\c(",
                "a)",
                "(a)\\11?"
            })
    void whatCannotBeCountedSurelyOrIsNoPatternIsRefused(String pattern) {
        assertThatThrownBy(() -> Steps.pattern(pattern)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "(?:", "(?=", "[", "(?:a|"})
    void aPatternThatIsNestedDeeperThanItCanBeReadIsRefused(String open) {
        String close = open.equals("[") ? "a]" : ")";
        assertThatThrownBy(() -> Steps.pattern(open.repeat(20_000) + close.repeat(20_000)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
