package io.waxwing.bus.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.TopicFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrantsTest {
    private static Grants of(@Nullable String clientId, Grant... grants) {
        return new Grants(List.of(grants), "alice", clientId);
    }

    private static Grant allow(Action action, String template) {
        return new Grant(true, action, template);
    }

    private static Grant deny(Action action, String template) {
        return new Grant(false, action, template);
    }

    private static boolean maySubscribe(String granted, String wanted) {
        return of("c", allow(Action.SUBSCRIBE, granted)).allowAll(Action.SUBSCRIBE, TopicFilter.parse(wanted));
    }

    @Test
    void withoutAGrantNothingIsAllowed() {
        assertThat(Grants.NOTHING.allow(Action.PUBLISH, "a")).isFalse();
        assertThat(Grants.NOTHING.allowAll(Action.SUBSCRIBE, TopicFilter.parse("a")))
                .isFalse();
    }

    @Test
    void oneActionDoesNotBringAnother() {
        Grants grants = of("c", allow(Action.SUBSCRIBE, "#"));
        assertThat(grants.allow(Action.PUBLISH, "a")).isFalse();
        assertThat(grants.allow(Action.MANAGE, "a")).isFalse();
        assertThat(grants.allow(Action.SUBSCRIBE, "a")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "home/#, #, false",
        "home/#, home, true",
        "home/#, home/+/x/#, true",
        "home/+, home/#, false",
        "home/+, home/+, true",
        "home/+, home, false",
        "+/a, +/a, true",
        "+/a, #, false",
        "+, #, false",
        "+/#, #, true",
        "#, $SYS/#, false",
        "+/#, $SYS/a, false",
        "$SYS/#, $SYS/+, true",
        "$SYS/#, #, false",
        "/a, a, false",
        "a/, a, false",
        "a/+/c, a/b/c, true",
        "a/b/c, a/+/c, false"
    })
    void aSubscriptionIsAllowedOnlyIfTheGrantCoversItWholly(String granted, String wanted, boolean allowed) {
        assertThat(maySubscribe(granted, wanted)).isEqualTo(allowed);
    }

    @Test
    void anExplicitRefusalWinsInWhicheverOrder() {
        Grant all = allow(Action.SUBSCRIBE, "home/#");
        Grant not = deny(Action.SUBSCRIBE, "home/+/secret/#");
        for (Grants grants : List.of(of("c", all, not), of("c", not, all))) {
            assertThat(grants.allow(Action.SUBSCRIBE, "home/1/secret/x")).isFalse();
            assertThat(grants.allow(Action.SUBSCRIBE, "home/1/secret")).isFalse();
            assertThat(grants.allow(Action.SUBSCRIBE, "home/1/x")).isTrue();
            assertThat(grants.allowAll(Action.SUBSCRIBE, TopicFilter.parse("home/#")))
                    .as("a filter that would show one refused topic")
                    .isFalse();
            assertThat(grants.allowAll(Action.SUBSCRIBE, TopicFilter.parse("home/+/x")))
                    .isTrue();
        }
    }

    @Test
    void variablesAreTheOwnNamesAndNobodyElses() {
        Grants grants = of("boiler", allow(Action.PUBLISH, "%u/dev-%c/state"));
        assertThat(grants.allow(Action.PUBLISH, "alice/dev-boiler/state")).isTrue();
        assertThat(grants.allow(Action.PUBLISH, "bob/dev-boiler/state")).isFalse();
        assertThat(grants.allow(Action.PUBLISH, "alice/dev-other/state")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "#", "a/b", "a+", "#a", "", "$SYS", "a\0"})
    void aClientIdentifierThatIsNoPlainLevelOpensNothing(String clientId) {
        Grants grants = of(clientId, allow(Action.SUBSCRIBE, "%c/#"), allow(Action.PUBLISH, "x/%c"));
        for (String topic : List.of("a", "a/b", "other/x", "$SYS/x", "x/a", "x/+", clientId + "/x")) {
            assertThat(grants.allow(Action.SUBSCRIBE, topic)).as(topic).isFalse();
            assertThat(grants.allow(Action.PUBLISH, topic)).as(topic).isFalse();
        }
        assertThat(grants.allowAll(Action.SUBSCRIBE, TopicFilter.parse("#"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "a/b", ""})
    void aRefusalWhoseVariableCannotBeFilledRefusesMoreNotLess(String clientId) {
        Grants grants = of(clientId, allow(Action.PUBLISH, "#"), deny(Action.PUBLISH, "dev-%c/x"));
        assertThat(grants.allow(Action.PUBLISH, "dev-1/x")).isFalse();
        assertThat(grants.allow(Action.PUBLISH, "dev-1/y")).isTrue();
    }

    @Test
    void withoutAClientIdentifierItsVariableOpensNothing() {
        assertThat(of(null, allow(Action.PUBLISH, "x/%c")).allow(Action.PUBLISH, "x/null"))
                .isFalse();
    }

    @Test
    void aValueThatLooksLikeAVariableIsOnlyText() {
        Grants grants = of("%u", allow(Action.PUBLISH, "x/%c"));
        assertThat(grants.allow(Action.PUBLISH, "x/alice")).isFalse();
        assertThat(grants.allow(Action.PUBLISH, "x/%u")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/#/b", "a+", "", "%x/a", "100%"})
    void aGrantThatIsNoFilterIsRefused(String template) {
        assertThatThrownBy(() -> allow(Action.PUBLISH, template)).isInstanceOf(RefusedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "+", "#", "$SYS", "a\nuser root", "-x", "é", "a:b"})
    void aNameIsOneWordOneLineOneLevel(String name) {
        assertThat(Principal.isName(name)).isFalse();
    }

    @Test
    void secretsAreNotPrinted() {
        Credentials shown = new Credentials.Password("alice", Secret.utf8("hunter2"));
        assertThat(shown.toString()).contains("alice").doesNotContain("hunter2");
        assertThat(new Login(new Credentials.Bearer(Secret.utf8("hunter2")), "http", "::1", null).toString())
                .doesNotContain("hunter2");
    }
}
