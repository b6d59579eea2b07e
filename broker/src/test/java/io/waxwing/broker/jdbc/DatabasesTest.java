package io.waxwing.broker.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Secret;
import io.waxwing.bus.spi.Access;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One database, without a node. */
class DatabasesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Table LETTERS = new Table(null, "letters", "id", List.of("n", "other"));

    @TempDir
    private Path folder = Path.of("");

    private Databases databases;
    private Database database;

    @BeforeEach
    void open() throws Exception {
        Path jar = Path.of(org.sqlite
                .JDBC
                .class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Files.copy(jar, Files.createDirectories(folder.resolve("drivers")).resolve("sqlite.jar"));
        sql("CREATE TABLE letters (id VARCHAR(64) PRIMARY KEY, n INT NOT NULL, other INT UNIQUE)");
        databases = databases(url(), 2);
        database = Objects.requireNonNull(databases.find("db", Access.UNLIMITED, false));
    }

    @AfterEach
    void close() {
        databases.close();
    }

    private String url() {
        return "jdbc:sqlite:" + folder.resolve("db.sqlite");
    }

    private Databases databases(String url, int waiting) {
        return new Databases(
                new JdbcSettings(
                        folder.resolve("drivers").toString(),
                        1_000,
                        1_000,
                        waiting,
                        List.of(new JdbcSettings.Named("db", url, "", Secret.utf8(""), Set.of(), true))),
                new SimpleMeterRegistry());
    }

    private void sql(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    private Stored stored(String key, String values) throws Exception {
        return database.insert(LETTERS, row(key, values)).get(20, TimeUnit.SECONDS);
    }

    private static Row row(String key, String values) throws Exception {
        return new Row(
                key, List.of(JSON.readTree(values).get(0), JSON.readTree(values).get(1)));
    }

    @Test
    void aRowThatIsStoredAgainSinceTheAnswerWasLostIsThereOnce() throws Exception {
        assertThat(stored("a", "[1,1]").result()).isEqualTo(Stored.Result.NEW);
        assertThat(stored("a", "[1,1]").result()).isEqualTo(Stored.Result.THERE);
        assertThat(stored("b", "[1,2]").result()).isEqualTo(Stored.Result.NEW);
    }

    @Test
    void anotherKeyThatIsTakenIsNoRepetition() throws Exception {
        assertThat(stored("a", "[1,1]").result()).isEqualTo(Stored.Result.NEW);
        Stored refused = stored("b", "[1,1]");
        assertThat(refused.result()).isIn(Stored.Result.NEVER, Stored.Result.FAILED);
        assertThat(refused.detail()).contains("UNIQUE");
        assertThat(stored("c", "[null,3]").result()).isIn(Stored.Result.NEVER, Stored.Result.FAILED);
    }

    @Test
    void aTableThatHasChangedIsLookedAtAgain() throws Exception {
        assertThat(stored("a", "[1,1]").result()).isEqualTo(Stored.Result.NEW);
        sql("ALTER TABLE letters RENAME TO gone");
        assertThat(stored("b", "[1,2]").result()).isEqualTo(Stored.Result.FAILED);
        assertThat(stored("b", "[1,2]").detail()).contains("no table of this name");
        sql("ALTER TABLE gone RENAME TO letters");
        assertThat(stored("b", "[1,2]").result()).isEqualTo(Stored.Result.NEW);
    }

    @Test
    void rowsThatDoNotFitIntoTheQueueComeLaterAndNoneIsLost() throws Exception {
        List<CompletableFuture<Stored>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(database.insert(LETTERS, row("r" + i, "[1," + i + "]")));
        }
        CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])).get(60, TimeUnit.SECONDS);
        int away = 0;
        for (int i = 0; i < all.size(); i++) {
            Stored each = all.get(i).get(20, TimeUnit.SECONDS);
            Stored.Result again = stored("r" + i, "[1," + i + "]").result();
            if (each.result() == Stored.Result.AWAY) {
                away++;
                assertThat(each.detail()).contains("too many rows wait");
                assertThat(each.retryMs()).isPositive();
                assertThat(again).isEqualTo(Stored.Result.NEW);
            } else {
                assertThat(each.result()).isEqualTo(Stored.Result.NEW);
                assertThat(again).isEqualTo(Stored.Result.THERE);
            }
        }
        assertThat(away).isPositive();
    }

    @Test
    void aDatabaseThatIsNotThereIsAskedLaterEachTime() throws Exception {
        databases.close();
        databases = databases("jdbc:sqlite:" + folder.resolve("no-such-folder/db"), 2);
        database = Objects.requireNonNull(databases.find("db", Access.UNLIMITED, false));
        Stored first = stored("a", "[1,1]");
        assertThat(first.result()).isEqualTo(Stored.Result.AWAY);
        assertThat(first.retryMs()).isBetween(1L, 1_000L);
        assertThat(stored("a", "[1,1]").result()).as("and not before").isEqualTo(Stored.Result.AWAY);
        assertThat(database.look(LETTERS).get(20, TimeUnit.SECONDS).code()).isEqualTo(FailureCode.DATABASE);
    }

    @Test
    void withoutADriverForItsUrlANodeDoesNotStart() {
        assertThatThrownBy(() -> databases("jdbc:postgresql://u:s3cret@h/x", 2))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("no driver in")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> new Databases(
                        new JdbcSettings(
                                folder.resolve("nowhere").toString(),
                                1,
                                1,
                                1,
                                List.of(new JdbcSettings.Named("db", url(), "", Secret.utf8(""), Set.of(), true))),
                        new SimpleMeterRegistry()))
                .hasMessageContaining("cannot be read");
    }

    @Test
    void whatADatabaseComplainsOfIsItsStateOrTheRow() {
        for (String state : List.of("08001", "08S01", "28000", "53300", "57P01")) {
            assertThat(Faults.isAway(new SQLException("x", state))).as(state).isTrue();
        }
        for (String state : List.of("22001", "23505", "42P01", "40001", "57014")) {
            assertThat(Faults.isAway(new SQLException("x", state))).as(state).isFalse();
            assertThat(Faults.isForGood(new SQLException("x", state)))
                    .as(state)
                    .isEqualTo(state.startsWith("22") || state.startsWith("23"));
        }
        assertThat(Faults.isAway(new SQLRecoverableException("x"))).isTrue();
        assertThat(Faults.isAway(new SQLException("without a state"))).isFalse();
        assertThat(Faults.text(new SQLException("a\nb" + "c".repeat(900), "42000")))
                .startsWith("SQLState 42000: a bc")
                .hasSizeLessThan(250);
    }

    @Test
    void namesAreQuotedAsTheDatabaseDoesOrArePlain() throws Exception {
        assertThat(new Names("`", "\\").quoted("table", "a`b")).isEqualTo("`a``b`");
        assertThat(new Names("[", "").search("a_b%")).isEqualTo("a_b%");
        assertThat(new Names("\"", "\\").search("a_b%\\")).isEqualTo("a\\_b\\%\\\\");
        assertThat(new Names(" ", "").quoted("table", "plain_1")).isEqualTo("plain_1");
        assertThatThrownBy(() -> new Names(" ", "").quoted("table", "a; DROP")).isInstanceOf(MisfitException.class);
        assertThat(Names.among(List.of("A", "b"), "a")).isEqualTo("A");
        assertThat(Names.among(List.of("Ab", "aB"), "ab")).isNull();
    }
}
