package io.waxwing.broker.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.Main;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code waxwing user} and {@code waxwing token}. */
class UserCommandTest {
    @TempDir
    private Path folder = Path.of("");

    /** Exit code and everything that was printed. */
    private String run(String typed, String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.add("--file=" + folder.resolve("in/access"));
        StringWriter printed = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(printed, true));
        line.setErr(new PrintWriter(printed, true));
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
        try {
            return line.execute(arguments.toArray(String[]::new)) + " " + printed;
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void usersAndGrantsComeAndGo() throws Exception {
        assertThat(run("correct horse\r\nnext line", "user", "add", "alice")).isEqualTo("0 ");
        assertThat(run("", "user", "add", "meter", "--no-password")).isEqualTo("0 ");
        assertThat(run("", "user", "allow", "alice", "subscribe", "home/#")).isEqualTo("0 ");
        assertThat(run("", "user", "deny", "alice", "subscribe", "home/secret/#"))
                .isEqualTo("0 ");
        assertThat(run("", "user", "certificate", "meter", "meter 7")).isEqualTo("0 ");
        assertThat(run("", "user", "ls"))
                .contains("alice  password")
                .contains("  allow subscribe home/#")
                .contains("  deny subscribe home/secret/#")
                .contains("  certificate meter 7")
                .doesNotContain("argon2");
        String hash = Files.readString(folder.resolve("in/access"));
        assertThat(run("battery staple\n", "user", "passwd", "alice")).isEqualTo("0 ");
        assertThat(Files.readString(folder.resolve("in/access"))).isNotEqualTo(hash);
        assertThat(run("", "user", "revoke", "alice", "subscribe", "home/#")).isEqualTo("0 ");
        assertThat(run("", "user", "rm", "meter")).isEqualTo("0 ");
        assertThat(run("", "user", "ls")).doesNotContain("meter").doesNotContain("allow");
    }

    @Test
    void aTokenIsShownOnce() {
        run("", "user", "add", "meter", "--no-password");
        String made = run("", "token", "new", "meter", "--days", "30");
        assertThat(made).matches("0 wxw_[0-9a-f]{8}_[A-Za-z0-9_-]{43}\\R");
        String id = made.substring(6, 14);
        assertThat(run("", "token", "ls")).startsWith("0 " + id + " 2").contains("meter");
        assertThat(run("", "token", "rm", id)).isEqualTo("0 ");
        assertThat(run("", "token", "ls")).isEqualTo("0 ");
        assertThat(run("", "token", "rm", id)).startsWith("1 ").contains("WXW-2007");
        assertThat(run("", "token", "new", "meter", "--days", "-1")).startsWith("1 ");
    }

    @Test
    void whatIsWrongIsSaid() {
        assertThat(run("short", "user", "add", "alice")).startsWith("1 ").contains("8 to 1024 bytes");
        assertThat(run("x".repeat(9_999), "user", "add", "alice"))
                .startsWith("1 ")
                .contains("has no end");
        assertThat(run("correct horse", "user", "add", "al ice"))
                .startsWith("1 ")
                .contains("WXW-2007");
        assertThat(run("", "user", "add", "bob", "--no-password")).isEqualTo("0 ");
        assertThat(run("", "user", "allow", "bob", "publish", "a/#/b"))
                .startsWith("1 ")
                .contains("WXW-1002");
        assertThat(run("", "user", "allow", "bob", "fly", "a")).startsWith("1 ");
        assertThat(run("", "user", "rm", "carol")).startsWith("1 ").contains("no user carol");
    }
}
