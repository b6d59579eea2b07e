package io.waxwing.broker.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.Main;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.broker.network.NetworkFiles;
import io.waxwing.ledger.control.GenesisFile;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.node.crypto.Signatures;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands between the keys of four institutions and folders that are ready to start. */
class CeremonyTest {
    private static final List<String> NAMES = List.of("bank-a", "bank-b", "insurer", "utility");

    @TempDir
    private Path folder = Path.of("");

    /** One run of the command in this process. */
    private record Run(int exitCode, String out, String err) {
        void refused(int expected, String code, String text) {
            assertThat(err).contains(code).contains(text);
            assertThat(exitCode).as(err).isEqualTo(expected);
        }

        Run well() {
            assertThat(exitCode).as(out + err).isZero();
            return this;
        }
    }

    private static Run waxwing(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        String[] texts = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
        int exitCode = line.execute(texts);
        return new Run(exitCode, out.toString(), err.toString());
    }

    private Path data(String name) {
        return folder.resolve(name);
    }

    private Path joinFile(String name) {
        return folder.resolve(name + ".join");
    }

    /** Keys and join file of an institution. */
    private Path joined(String name, int port) {
        waxwing("key", "gen", "--keys", data(name).resolve("keys")).well();
        return rejoined(name, name, port);
    }

    /** Another join file of the same keys. */
    private Path rejoined(String keys, String name, int port) {
        Path file = joinFile(name);
        waxwing("network", "join", "--name", name, "--peer", "127.0.0.1:" + port, "--data", data(keys), "-o", file)
                .well();
        return file;
    }

    private Path merged() {
        List<Object> arguments = new ArrayList<>(List.of("genesis", "merge"));
        for (String name : NAMES) {
            arguments.add(joined(name, 21002 + arguments.size()));
        }
        Path file = folder.resolve("network.genesis");
        arguments.addAll(List.of("--origin", "ledger.example", "-o", file));
        waxwing(arguments.toArray()).well();
        return file;
    }

    private Run sign(Path genesis, String name) {
        return waxwing("genesis", "sign", genesis, "--data", data(name));
    }

    @Test
    void fourInstitutionsBeginALedgerAndNoPrivateKeyLeavesItsFolder() throws IOException {
        Path genesis = merged();
        String ledger = NetworkFiles.genesis(genesis).ledgerId().hex();
        Run signed = sign(genesis, "insurer").well();
        assertThat(signed.out()).contains("signed for insurer").contains("signed       1 of 4: insurer");
        sign(genesis, "bank-a").well();
        waxwing("genesis", "check", genesis).refused(3, "WXW-3143", "missing: bank-b, utility");
        waxwing("genesis", "sign", genesis, "--data", data("utility"), "--ledger", ledger)
                .well();
        assertThat(waxwing("genesis", "check", genesis).well().out())
                .contains(ledger)
                .contains("3 of 4, quorum 3");
        for (String name : NAMES) {
            Run installed =
                    waxwing("genesis", "install", genesis, "--data", data(name)).well();
            assertThat(installed.out()).contains("is that of " + name).contains("ledger.origin: ledger.example");
            assertInstalled(data(name), genesis);
        }
        assertNoPrivateKeyLeft(genesis);
    }

    private static void assertInstalled(Path data, Path genesis) throws IOException {
        GenesisFile installed = NetworkFiles.genesis(data.resolve("network.genesis"));
        installed.requireQuorum(Signatures.get());
        assertThat(installed.encode()).isEqualTo(NetworkFiles.genesis(genesis).encode());
        byte[] policy = Files.readAllBytes(data.resolve("trust.policy"));
        assertThat(ByteString.of(policy)).isEqualTo(installed.config().policy());
        assertThat(TrustPolicy.parse(policy).logs()).hasSize(4);
    }

    private void assertNoPrivateKeyLeft(Path genesis) throws IOException {
        List<String> secrets = new ArrayList<>();
        for (String name : NAMES) {
            Path keys = data(name).resolve("keys");
            for (String key : List.of("vote", "cosigner", "log", "origin", "tls")) {
                Path file = keys.resolve(key + ".key");
                assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
                // The seed, or each line of the PEM's base64.
                Files.readAllLines(file).stream()
                        .skip(1)
                        .filter(line -> !line.startsWith("-"))
                        .forEach(secrets::add);
            }
        }
        assertThat(secrets).hasSizeGreaterThanOrEqualTo(4 * 5);
        List<Path> told = new ArrayList<>(NAMES.stream().map(this::joinFile).toList());
        told.add(genesis);
        told.add(data("bank-a").resolve("network.genesis"));
        told.add(data("bank-a").resolve("trust.policy"));
        for (Path file : told) {
            String text = Files.readString(file);
            assertThat(secrets).noneMatch(text::contains);
        }
    }

    @Test
    void signaturesGatheredApartAreCollected() throws IOException {
        Path genesis = merged();
        List<Object> arguments = new ArrayList<>(List.of("genesis", "collect"));
        for (String name : List.of("bank-b", "insurer", "utility")) {
            Path copy = Files.copy(genesis, folder.resolve(name + ".genesis"));
            sign(copy, name).well();
            arguments.add(copy);
        }
        Path all = folder.resolve("all.genesis");
        arguments.addAll(List.of("-o", all));
        waxwing(arguments.toArray()).well();
        waxwing("genesis", "check", all).well();
        assertThat(waxwing("genesis", "show", all).out())
                .contains("not signed   bank-a")
                .contains("tolerates 1 that fail or lie")
                .contains("member 3     insurer, validator, 127.0.0.1:");
        waxwing(arguments.toArray()).refused(1, "WXW-2106", "all.genesis is there already");
    }

    @Test
    void whatIsNotOursOrNotOneLedgerIsRefused() {
        Path genesis = merged();
        Path other = folder.resolve("other.genesis");
        waxwing("genesis", "merge", joinFile("bank-a"), joinFile("bank-b"), "-o", other)
                .well();
        waxwing("genesis", "collect", genesis, other, "-o", folder.resolve("x"))
                .refused(3, "WXW-3144", "one file is of ledger");
        sign(other, "insurer").refused(1, "WXW-3145", "no institution of ledger");
        waxwing("genesis", "sign", genesis, "--data", data("bank-a"), "--ledger", "00")
                .refused(3, "WXW-3144", "not 00");
        assertThat(waxwing("genesis", "show", other).well().out()).contains("no fault tolerance");
        sign(other, "bank-a").well();
        waxwing("genesis", "install", other, "--data", data("bank-a")).refused(3, "WXW-3143", "bank-b");
        assertThat(data("bank-a").resolve("network.genesis")).doesNotExist();
        sign(other, "bank-b").well();
        waxwing("genesis", "install", other, "--data", data("utility")).refused(1, "WXW-3145", "has these keys");
        waxwing("genesis", "install", other, "--data", data("bank-a")).well();
        for (String name : NAMES) {
            sign(genesis, name).well();
        }
        waxwing("genesis", "install", genesis, "--data", data("bank-a")).refused(1, "WXW-3146", "is there already");
    }

    @Test
    void aFolderWithALedgerOrWithVotesIsNotMadeAMembers() throws IOException {
        Path genesis = merged();
        NAMES.forEach(name -> sign(genesis, name).well());
        Files.createDirectories(data("bank-a").resolve("db"));
        waxwing("genesis", "install", genesis, "--data", data("bank-a")).refused(1, "WXW-3146", "data of a ledger");
        Files.createDirectories(data("bank-b").resolve("keys").resolve("votes"));
        waxwing("genesis", "install", genesis, "--data", data("bank-b")).refused(1, "WXW-3146", "votes of these keys");
    }

    @Test
    void aChangedFileIsRefusedWhoeverChangedIt() throws IOException {
        Path genesis = merged();
        NAMES.forEach(name -> sign(genesis, name).well());
        String text = Files.readString(genesis);
        Path changed = folder.resolve("changed");
        Files.writeString(changed, text.replace("group validators 3", "group validators 2"));
        waxwing("genesis", "check", changed).refused(1, "WXW-3014", "changed: ");
        Files.writeString(changed, "");
        waxwing("genesis", "show", changed).refused(1, "WXW-3014", "newline");
        int from = text.indexOf("signature 2 ") + 12;
        Files.writeString(changed, text.substring(0, from) + "00" + text.substring(from + 2));
        waxwing("genesis", "check", changed).refused(3, "WXW-3142", "signature of bank-b is wrong");
        Path join = joinFile("bank-a");
        Path forged = folder.resolve("forged.join");
        Files.writeString(forged, Files.readString(join).replace("institution bank-a", "institution bank-c"));
        waxwing("genesis", "merge", forged, joinFile("bank-b"), "-o", folder.resolve("y"))
                .refused(3, "WXW-3140", "bank-c: the proof that it has the private vote key is wrong");
        Files.writeString(forged, "not a join file\n");
        waxwing("genesis", "merge", forged, join, "-o", folder.resolve("y")).refused(1, "WXW-3013", "forged.join: ");
        waxwing("genesis", "merge", folder.resolve("z"), join, "-o", folder.resolve("y"))
                .refused(1, "WXW-2106", "is missing");
        assertThat(folder.resolve("y")).doesNotExist();
    }

    @Test
    void membersWithOneNameOrOneKeyOrABadNameAreRefused() {
        Path bank = joined("bank-a", 21002);
        Path again = rejoined("bank-a", "bank-z", 21003);
        Path output = folder.resolve("x");
        waxwing("genesis", "merge", bank, bank, "-o", output).refused(1, "WXW-3141", "both have the name bank-a");
        waxwing("genesis", "merge", bank, again, "-o", output).refused(1, "WXW-3141", "both have the key");
        waxwing("genesis", "merge", bank, "-o", output).refused(1, "WXW-3141", "2 to 63 institutions");
        waxwing("network", "join", "--name", "Bank A", "--peer", "127.0.0.1:1", "--data", data("bank-a"))
                .refused(1, "WXW-3010", "inner '-'");
        waxwing("network", "join", "--name", "bank-a", "--peer", "127.0.0.1", "--data", data("bank-a"))
                .refused(1, "WXW-3010", "a peer's address is");
        waxwing("network", "join", "--name", "bank-q", "--peer", "h:1", "--data", folder.resolve("nobody"))
                .refused(1, "WXW-3112", "is missing");
        waxwing("network", "join", "--name", "bank-a", "--peer", "h:1", "--data", data("bank-a"), "-o", bank)
                .refused(1, "WXW-2106", "is there already");
        waxwing("genesis", "merge", bank, again, "--origin", "Ledger", "-o", output)
                .refused(1, "WXW-3010", "bare host name");
    }

    @Test
    void keysAreMadeOnceWithTheirTlsKeyAndShown() throws IOException {
        Path keys = folder.resolve("keys");
        Run made = waxwing("key", "gen", "--keys", keys).well();
        assertThat(made.out()).contains("vote ").contains("cosigner ").containsPattern("tls +pin [0-9a-f]{64}");
        assertThat(waxwing("key", "show", "--keys", keys).well().out()).isEqualTo(made.out());
        waxwing("key", "gen", "--keys", keys).refused(1, "WXW-3111", "never overwritten");
        for (String key : List.of("vote", "cosigner", "log", "origin")) {
            Files.delete(keys.resolve(key + ".key"));
        }
        waxwing("key", "gen", "--keys", keys).refused(1, "WXW-3111", "never overwritten");
        assertThat(keys.resolve("vote.key")).doesNotExist();
    }

    @Test
    void oneCommandMakesTheFoldersOfAllMembers() throws IOException {
        Path dir = folder.resolve("net");
        int base = freePorts(40);
        Run made = init(dir, "bank-a,bank-b,insurer,utility", base).well();
        assertThat(made.out())
                .contains("signed       4 of 4", "is void after 60 blocks and 10m")
                .contains("peer " + (base + 32));
        List<Integer> ports = new ArrayList<>();
        Path genesis = dir.resolve("bank-a/data/network.genesis");
        for (String name : NAMES) {
            assertInstalled(dir.resolve(name).resolve("data"), genesis);
            BrokerConfig config = ConfigLoader.load(dir.resolve(name).resolve("waxwing.yaml"), Map.of(), Map.of());
            assertThat(config.institution()).isEqualTo(name);
            assertThat(config.ledger().origin()).isEqualTo("waxwing.local");
            ports.add(config.mqtt().listener().port());
            ports.add(config.http().listener().port());
        }
        NetworkFiles.genesis(genesis)
                .members()
                .forEach(member -> ports.add(member.peer().port()));
        assertThat(ports).hasSize(12).doesNotHaveDuplicates();
        init(dir, "bank-a,bank-x", base).refused(1, "WXW-3146", "bank-a is there already");
        assertThat(dir.resolve("bank-x")).doesNotExist();
    }

    @Test
    void theNameOfAnAudienceIsInTheSettingsOfItsMembersOnlyAndItsKeeperHasTheSecret() throws IOException {
        Path dir = folder.resolve("net");
        waxwing(
                        "network",
                        "init",
                        "--members",
                        "bank-a,bank-b,insurer,utility",
                        "--dir",
                        dir,
                        "--base-port",
                        freePorts(40),
                        "--audience",
                        "contracts=utility,bank-b")
                .well();
        for (String name : NAMES) {
            Path member = dir.resolve(name);
            BrokerConfig config = ConfigLoader.load(member.resolve("waxwing.yaml"), Map.of(), Map.of());
            boolean isMember = name.equals("utility") || name.equals("bank-b");
            assertThat(config.audiences()).isEqualTo(isMember ? Map.of("contracts", 2L) : Map.of());
            assertThat(config.topics().policyOf("contracts/1").audience()).isEqualTo(isMember ? "contracts" : "all");
            assertThat(Files.exists(member.resolve("data/keys/audience-1.secret")))
                    .isEqualTo(name.equals("bank-a"));
            assertThat(Files.exists(member.resolve("data/keys/audience-2.secret")))
                    .isEqualTo(name.equals("bank-b"));
        }
    }

    private static Run init(Path dir, String members, int basePort) {
        return waxwing("network", "init", "--members", members, "--dir", dir, "--base-port", basePort);
    }

    /** The first of that many ports in a row of which the ones a network uses are free. */
    private static int freePorts(int count) throws IOException {
        for (int base = 21_000; base + count < 65_536; base += count) {
            try {
                for (int port = base; port < base + count; port++) {
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
                }
                return base;
            } catch (IOException e) {
                continue;
            }
        }
        throw new AssertionError("no free ports");
    }

    @Test
    void aNetworkThatCannotBeMadeLeavesNothingBehind() throws IOException {
        Path dir = folder.resolve("net");
        init(dir, "bank-a,bank-a", 21000).refused(1, "WXW-3141", "one name");
        init(dir, "bank-a,../x", 21000).refused(1, "WXW-3010", "inner '-'");
        init(dir, "bank-a,bank-b", 65530).refused(1, "WXW-2005", "between 1 and 65535");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            init(dir, "bank-a,bank-b", taken.getLocalPort()).refused(1, "WXW-2005", "is not free");
        }
        assertThat(dir).doesNotExist();
    }

    @Test
    void theTermsAreWhatWasAskedFor() {
        Path output = folder.resolve("terms.genesis");
        Path bank = joined("bank-a", 21002);
        Path insurer = joined("insurer", 21012);
        Run run = waxwing(
                "genesis",
                "merge",
                insurer,
                bank,
                "--origin",
                "ledger.example",
                "--availability",
                "all",
                "--audience",
                "contracts=insurer,bank-a:all",
                "--time",
                "2026-03-01T08:00:00Z",
                "-o",
                output);
        assertThat(run.well().out())
                .contains("origin       ledger.example")
                .contains("time         2026-03-01T08:00:00Z")
                .contains("member 1     bank-a");
        GenesisFile genesis = NetworkFiles.genesis(output);
        assertThat(genesis.registry().encode().utf8())
                .contains("\naudience 1 all 1,2\naudience 2 all 1,2\n")
                .doesNotContain("contracts");
        assertThat(run.out()).contains("audience 2   bank-a, insurer; 2 of 2 must hold a payload (all)");
        waxwing("genesis", "merge", bank, insurer, "-o", output, "--audience", "contracts:bank-a")
                .refused(1, "WXW-3141", "name=member");
        waxwing("genesis", "merge", bank, insurer, "-o", output, "--audience", "x=bank-z")
                .refused(1, "WXW-3141", "bank-z, who does not join");
        assertThat(waxwing("genesis", "merge", bank, "-o", output, "--availability", "most")
                        .exitCode())
                .isEqualTo(1);
    }

    @Test
    void aGroupWithoutACommandSaysWhichThereAre() {
        waxwing("genesis").refused(1, "which one", "merge, sign, collect");
        waxwing("network").refused(1, "which one", "join or init");
        waxwing("network", "join").refused(1, "--name", "--peer");
        assertThat(waxwing("error", "3143").well().out()).contains("not signed by a quorum");
    }
}
