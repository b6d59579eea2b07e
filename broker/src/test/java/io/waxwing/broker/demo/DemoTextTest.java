package io.waxwing.broker.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.broker.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the demo tells people, shells and programs. */
class DemoTextTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void commandsCanBePastedWhateverTheirWordsAre() throws Exception {
        CommandText text = new CommandText("./waxwing", Path.of("/tmp/it's mine"));
        String command = text.demo("kill", "bank-a");
        assertThat(command).isEqualTo("./waxwing demo kill bank-a --dir '/tmp/it'\\''s mine'");
        Process shell = new ProcessBuilder("sh", "-c", "printf '%s|' " + command).start();
        assertThat(new String(shell.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("./waxwing|demo|kill|bank-a|--dir|/tmp/it's mine|");
        assertThat(new CommandText("waxwing", DemoFolder.usual()).demo("status"))
                .isEqualTo("waxwing demo status");
        assertThat(text.waxwing("sub", "home/#", "")).isEqualTo("./waxwing sub 'home/#' ''");
    }

    @Test
    void theStateOfEachMemberIsThereForPeopleAndPrograms() throws Exception {
        DemoFolder demo = DemoFolder.create(folder.resolve("demo"), List.of("bank-a", "insurer"));
        DemoMember first = demo.member("bank-a");
        List<MemberState> states = List.of(
                new MemberState(
                        first,
                        MemberState.Word.UNREADY,
                        "ledger: x",
                        7,
                        "12",
                        new MemberApi.Checkpoint("34", "cm9vdA==")),
                MemberState.of(demo.member("insurer"), new MemberApi()));
        JsonNode json = new ObjectMapper().readTree(StatusText.json(demo, states));
        assertThat(json.at("/members/0/state").asText()).isEqualTo("unready");
        assertThat(json.at("/members/0/pid").asLong()).isEqualTo(7);
        assertThat(json.at("/members/0/height").asText()).isEqualTo("12");
        assertThat(json.at("/members/0/checkpoint").asText()).isEqualTo("34");
        assertThat(json.at("/members/0/http").asText()).isEqualTo(first.http());
        assertThat(json.at("/members/1/state").asText()).isEqualTo("stopped");
        assertThat(json.at("/members/1").has("pid")).isFalse();
        assertThat(Path.of(json.at("/trust").asText())).exists();
        assertThat(StatusText.table(demo, states))
                .anyMatch(line -> line.startsWith("bank-a") && line.endsWith("ledger: x"));
    }

    @Test
    void everyCodeOfTheDemoIsExplained() {
        for (DemoFault fault : DemoFault.values()) {
            assertThat(waxwing("error", fault.code())).isEqualTo("0 " + fault.code() + "  " + fault.title() + "\n");
        }
    }

    @Test
    void whatCannotBeDoneEndsWithTheExitCodeThatFits() throws Exception {
        String dir = folder.resolve("none").toString();
        for (String command : List.of("status", "down", "reset")) {
            assertThat(waxwing("demo", command, "--dir", dir)).startsWith("6 ").contains("WXW-3180");
        }
        assertThat(waxwing("demo", "--dir", dir, "kill", "bank-a"))
                .startsWith("6 ")
                .contains("WXW-3180");
        Files.writeString(folder.resolve("precious"), "x");
        assertThat(waxwing("demo", "up", "--dir", folder.toString()))
                .startsWith("1 ")
                .contains("WXW-3181");
        assertThat(waxwing("demo", "up", "--dir", dir, "--members", "bank-a,Bank B"))
                .startsWith("1 ")
                .contains("WXW-3010");
        assertThat(folder.resolve("none").resolve(DemoFolder.MARKER)).doesNotExist();
        DemoFolder.create(folder.resolve("demo"), List.of("bank-a", "insurer"));
        String demo = folder.resolve("demo").toString();
        assertThat(waxwing("demo", "up", "--dir", demo, "--members", "a,b"))
                .startsWith("1 ")
                .contains("bank-a,insurer");
        assertThat(waxwing("demo", "kill", "bank-a", "--dir", demo))
                .startsWith("2 ")
                .contains("WXW-3184");
        assertThat(waxwing("demo", "kill", "nobody", "--dir", demo))
                .startsWith("6 ")
                .contains("WXW-3183");
        assertThat(waxwing("demo", "tamper", "bank-a", "--dir", demo))
                .startsWith("6 ")
                .contains("WXW-3185");
        assertThat(waxwing("demo", "status", "--dir", demo)).startsWith("0 ").contains("0 of 2 run, the quorum is 2");
        assertThat(waxwing("demo", "down", "--dir", demo)).startsWith("0 no node runs");
        assertThat(waxwing("demo", "reset", "--dir", demo)).startsWith("0 deleted");
        assertThat(folder.resolve("demo")).doesNotExist();
    }

    /** Exit code, a space, and all that was printed. */
    private static String waxwing(String... arguments) {
        StringWriter said = new StringWriter();
        PrintWriter writer = new PrintWriter(said);
        int exitCode = Main.commandLine().setOut(writer).setErr(writer).execute(arguments);
        writer.flush();
        return exitCode + " " + said;
    }
}
