package io.waxwing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
    private static final TestReceipts LEDGER = new TestReceipts();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    Path folder;

    private Path trust = Path.of("");
    private Path file = Path.of("");

    @BeforeEach
    void files() throws IOException {
        trust = Files.write(folder.resolve("trust.policy"), LEDGER.trustFile());
        file = Files.write(folder.resolve("e.tlog-proof"), LEDGER.receipt(42, "{\"on\":true}"));
    }

    private Cli verify(String... more) {
        String[] arguments = new String[more.length + 6];
        System.arraycopy(
                new String[] {"verify", file.toString(), "--trust", trust.toString(), "--state", folder.toString()},
                0,
                arguments,
                0,
                6);
        System.arraycopy(more, 0, arguments, 6, more.length);
        return Cli.run(arguments);
    }

    @Test
    void aGoodReceiptIsVerifiedStepByStep() {
        Cli cli = verify();
        assertThat(cli.exitCode()).as(cli.err()).isZero();
        assertThat(cli.out())
                .contains("eventId " + TestReceipts.eventId(42))
                .contains("home-17:1:42  iot.state.v1  //home-17/boiler")
                .containsSubsequence(
                        "parse ", "trust ", "checkpoint ", "index ", "inclusion ", "event ", "content ", "chain ")
                .contains("4 of 4 parts disclosed")
                .contains("first checkpoint seen under this trust file: size 2")
                .containsPattern("RESULT +VERIFIED +ordered 2026-03-01T08:00:06Z");
        assertThat(cli.out()).as("no colour when piped").doesNotContain("\u001b");
    }

    @Test
    void explainSaysWhatEachStepProves() {
        assertThat(verify("--explain").out())
                .contains("The members that you trust signed this tree size and root.")
                .contains("sibling 1  ");
    }

    @Test
    void jsonHasTheSameVerdict() throws IOException {
        JsonNode json = Api.JSON.readTree(verify("-o", "json").out());
        assertThat(json.get("verified").asBoolean()).isTrue();
        assertThat(json.get("eventId").asText())
                .isEqualTo(TestReceipts.eventId(42).toString());
        assertThat(json.get("steps").get(0).get("name").asText()).isEqualTo("parse");
    }

    @Test
    void aReceiptThatDisclosesNothingProvesThePlace() throws IOException {
        Files.write(file, LEDGER.receipt(42, "{}", false, 0));
        Cli cli = verify();
        assertThat(cli.exitCode()).isZero();
        assertThat(cli.out()).contains("0 of 4 parts disclosed").doesNotContain("eventId");
    }

    @Test
    void noFlippedBitOfAReceiptIsVerified() throws IOException {
        byte[] good = Files.readAllBytes(file);
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int at = 0; at < good.length; at++) {
            byte[] changed = good.clone();
            changed[at] ^= (byte) (1 << random.nextInt(8));
            Verification verification = Verification.of(changed, null, LEDGER.trustFile(), null);
            assertThat(verification.holds())
                    .as("byte " + at + " of " + good.length + ", -Dseed=" + seed)
                    .isFalse();
        }
    }

    @Test
    void aFlippedByteIsExit3AndNamesTheFirstBrokenLink() throws IOException {
        byte[] changed = Files.readAllBytes(file);
        int at = changed.length - 10;
        changed[at] = (byte) (changed[at] == 'A' ? 'B' : 'A');
        Files.write(file, changed);
        Cli cli = verify();
        assertThat(cli.exitCode()).isEqualTo(ExitCodes.VERIFICATION_FAILED);
        assertThat(cli.out())
                .contains("FAILED")
                .containsPattern("RESULT +NOT VERIFIED +first broken link: checkpoint")
                .contains("too few members signed");
    }

    @Test
    void anotherPayloadIsNamedAsTheEventsLink() throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        byte[] extra = java.util.Base64.getDecoder()
                .decode(text.lines()
                        .filter(line -> line.startsWith("extra "))
                        .findFirst()
                        .orElseThrow()
                        .substring(6));
        int at = new String(extra, StandardCharsets.ISO_8859_1).indexOf("\"on\"");
        extra[at + 1] = 'O';
        String changed = text.replaceFirst(
                "extra .*", "extra " + java.util.Base64.getEncoder().encodeToString(extra));
        Files.writeString(file, changed);
        assertThat(verify().out()).contains("first broken link: event");
    }

    @Test
    void aChangedOrForeignTrustFileIsNamed() throws IOException {
        Files.write(trust, new TestReceipts().trustFile());
        Cli foreign = verify();
        assertThat(foreign.exitCode()).isEqualTo(ExitCodes.VERIFICATION_FAILED);
        assertThat(foreign.out()).contains("first broken link: checkpoint");
        Files.writeString(trust, "nonsense\n");
        Cli broken = verify();
        assertThat(broken.exitCode()).isEqualTo(ExitCodes.VERIFICATION_FAILED);
        assertThat(broken.out()).contains("WXW-3004").contains("first broken link: parse");
    }

    @Test
    void twoRootsForOneSizeAreAForkEvenIfBothAreSigned() throws IOException {
        assertThat(verify().exitCode()).isZero();
        assertThat(verify().out()).contains("largest checkpoint seen before: size 2");
        Files.write(file, LEDGER.receipt(42, "{\"on\":true}", true, 1));
        Cli fork = verify();
        assertThat(fork.exitCode()).isEqualTo(ExitCodes.VERIFICATION_FAILED);
        assertThat(fork.out()).contains("first broken link: chain");
        assertThat(verify("--no-state").exitCode()).as("switched off").isZero();
        Files.write(file, LEDGER.receipt(42, "{\"on\":true}"));
        assertThat(verify().exitCode()).as("the first one is still good").isZero();
    }

    @Test
    void whatCannotBeReadIsSaid() throws IOException {
        file = folder.resolve("missing");
        Cli missing = verify();
        assertThat(missing.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(missing.err()).contains("the file " + file + " cannot be read");
        Cli none = Cli.run("verify", file.toString());
        assertThat(none.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(none.err()).contains("verification needs a trust file").contains("--trust");
    }
}
