package io.waxwing.anchor.outside.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.anchor.outside.AnchorFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.note.AnchorData;
import io.waxwing.ledger.spi.AnchoredCheckpoint;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.crypto.SignedRawTransaction;

/** One account that anchors on a chain, which is slow, lies, refuses or goes away; with crashes in between. */
class EvmAnchorTest {
    private static final Hash LEDGER = Sha256.digest(new byte[] {1});
    private static final byte[] KEY =
            HexFormat.of().parseHex("4646464646464646464646464646464646464646464646464646464646464646");
    private static final BigInteger GWEI = BigInteger.TEN.pow(9);

    @TempDir
    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private FakeChain chain;

    private EvmChain configured =
            new EvmChain(31337, null, 1, Duration.ofMillis(20), GWEI.multiply(BigInteger.valueOf(3)));

    @BeforeEach
    void listen() throws IOException {
        chain = new FakeChain();
    }

    @AfterEach
    void stop() {
        chain.close();
    }

    /** As after a start: what it knows is what is on the disk. */
    private EvmAnchor started() throws IOException {
        return new EvmAnchor(
                chain.address(),
                Duration.ofSeconds(5),
                configured,
                EvmSigner.of(KEY),
                LEDGER,
                new EvmJournal(folder),
                () -> 1_760_000_000_000L);
    }

    private List<AnchoredCheckpoint> kept() throws IOException {
        return new EvmJournal(folder).latest();
    }

    private static PublishedCheckpoint checkpoint(int size) {
        return new PublishedCheckpoint(size, Sha256.digest(new byte[] {2, (byte) size}), ByteString.EMPTY);
    }

    private void fails(EvmAnchor anchor, int size, String code, String text) {
        assertThatThrownBy(() -> anchor.show(checkpoint(size)))
                .isInstanceOfSatisfying(
                        AnchorFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo(code))
                .hasMessageContaining(text)
                .hasMessageNotContaining("secret");
    }

    private long sends() {
        return chain.asked.stream().filter("eth_sendRawTransaction"::equals).count();
    }

    @Test
    void theTransactionHasTheLayoutAndIsSignedForThisChainByThisAccount() throws Exception {
        assertThat(started().show(checkpoint(9)).treeSize()).isEqualTo(9);
        SignedRawTransaction sent = chain.taken.get(0);
        assertThat(sent.getFrom()).isEqualTo("0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");
        assertThat(sent.getTo()).isEqualTo(sent.getFrom());
        assertThat(sent.getChainId()).isEqualTo(31337);
        assertThat(sent.getNonce()).isEqualTo(7);
        assertThat(sent.getGasPrice()).isEqualTo(GWEI);
        assertThat(sent.getValue()).isZero();
        ByteString data = ByteString.fromHex(sent.getData().replace("0x", ""));
        assertThat(AnchorData.decode(data))
                .isEqualTo(new AnchorData(LEDGER, 9, checkpoint(9).root()));
        AnchoredCheckpoint record = kept().get(0);
        assertThat(record.blockNumber()).isEqualTo(101);
        assertThat("0x" + record.blockHash().hex()).isEqualTo(FakeChain.block(101));
        assertThat(record.root()).isEqualTo(checkpoint(9).root());
        assertThat(record.chainId()).isEqualTo(31337);
    }

    @Test
    void theHashIsThatOfTheSignedBytes() {
        EvmSigner.Signed signed = EvmSigner.of(KEY)
                .sign(
                        new EvmSigner.Unsigned(
                                BigInteger.valueOf(9),
                                GWEI.multiply(BigInteger.valueOf(20)),
                                BigInteger.valueOf(21000),
                                "0x3535353535353535353535353535353535353535",
                                ByteString.EMPTY),
                        1);
        // The fields of the example in EIP-155, but for the value.
        assertThat(signed.raw().hex()).contains("098504a817c800825208943535353535353535353535353535353535353535");
        assertThat(signed.hash())
                .isEqualTo(Hash.of(org.web3j.crypto.Hash.sha3(signed.raw().toBytes())));
    }

    @Test
    void keysAreNumbersBelowTheOrderOfTheCurve() {
        byte[] zero = new byte[32];
        byte[] large = HexFormat.of().parseHex("f".repeat(64));
        for (byte[] none : List.of(zero, large, new byte[31], new byte[33])) {
            assertThat(EvmSigner.isKey(none)).isFalse();
            assertThatThrownBy(() -> EvmSigner.of(none)).hasMessageNotContaining("ff");
        }
        assertThat(EvmSigner.isKey(KEY)).isTrue();
    }

    @Test
    void whatIsAnchoredIsNotAnchoredAgainAfterARestart() throws Exception {
        started().show(checkpoint(9));
        EvmAnchor again = started();
        chain.asked.clear();
        again.show(checkpoint(9));
        again.show(checkpoint(8));
        assertThat(chain.asked).isEmpty();
        again.show(checkpoint(10));
        assertThat(kept()).extracting(AnchoredCheckpoint::treeSize).containsExactly(10L, 9L);
        assertThat(chain.taken).hasSize(2);
    }

    @Test
    void itCountsOnlyWithItsConfirmations() throws Exception {
        configured = new EvmChain(31337, null, 3, Duration.ofMillis(20), configured.maxGasPrice());
        EvmAnchor anchor = started();
        fails(anchor, 9, AnchorFailure.NOT_CONFIRMED, "3 confirmations");
        chain.grow(1);
        fails(anchor, 9, AnchorFailure.NOT_CONFIRMED, "3 confirmations");
        assertThat(kept()).isEmpty();
        chain.grow(1);
        anchor.show(checkpoint(9));
        assertThat(kept()).hasSize(1);
        assertThat(sends()).isEqualTo(1);
    }

    @Test
    void aTransactionThatWasSentBeforeACrashIsFoundAndNotRepeated() throws Exception {
        chain.minesAtOnce = false;
        fails(started(), 9, AnchorFailure.NOT_CONFIRMED, "looked for again");
        chain.mine(0);
        started().show(checkpoint(9));
        assertThat(sends()).isEqualTo(1);
        assertThat(kept()).hasSize(1);
    }

    @Test
    void aSecondTryHasTheSameNonceAndABetterPriceSoThatOnlyOneCanCount() throws Exception {
        chain.minesAtOnce = false;
        fails(started(), 9, AnchorFailure.NOT_CONFIRMED, "looked for again");
        fails(started(), 12, AnchorFailure.NOT_CONFIRMED, "looked for again");
        assertThat(chain.taken).extracting(SignedRawTransaction::getNonce).containsOnly(BigInteger.valueOf(7));
        assertThat(chain.taken.get(1).getGasPrice()).isEqualTo(BigInteger.valueOf(1_125_000_001));
        // The first of them gets into a block; the second anchors what came since.
        chain.mine(0);
        chain.minesAtOnce = true;
        started().show(checkpoint(12));
        assertThat(kept()).extracting(AnchoredCheckpoint::treeSize).containsExactly(12L, 9L);
        assertThat(chain.taken.get(2).getNonce()).isEqualTo(8);
    }

    @Test
    void triesForOneNonceAreBoundedByTheirPrice() throws Exception {
        chain.minesAtOnce = false;
        EvmAnchor anchor = started();
        for (int i = 0; i < 10; i++) {
            fails(anchor, 9 + i, AnchorFailure.NOT_CONFIRMED, "looked for again");
        }
        fails(anchor, 30, AnchorFailure.NOT_TAKEN, "the gas price is");
        assertThat(sends()).isEqualTo(10);
        chain.mine(9);
        anchor.show(checkpoint(18));
        assertThat(kept()).hasSize(1);
    }

    @Test
    void aNonceThatSomebodyElseUsedIsGivenUp() throws Exception {
        chain.minesAtOnce = false;
        fails(started(), 9, AnchorFailure.NOT_CONFIRMED, "looked for again");
        chain.mineAnother();
        chain.minesAtOnce = true;
        started().show(checkpoint(9));
        assertThat(chain.taken.get(1).getNonce()).isEqualTo(8);
    }

    @Test
    void anotherChainGetsNothing() throws Exception {
        chain.scripted.put("eth_chainId", "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":\"0x1\"}");
        fails(started(), 9, AnchorFailure.OTHER_CHAIN, "it is chain 1, configured is 31337");
        assertThat(chain.asked).containsExactly("eth_chainId");
    }

    @Test
    void aTransactionThatFailsOnTheChainIsTold() throws Exception {
        chain.status = "0x0";
        EvmAnchor anchor = started();
        fails(anchor, 9, AnchorFailure.FAILED_THERE, "failed in block 101");
        assertThat(kept()).isEmpty();
        chain.status = "0x1";
        anchor.show(checkpoint(9));
        assertThat(chain.taken.get(1).getNonce()).isEqualTo(8);
    }

    @Test
    void whatTheEndpointRefusesIsSignedAnew() throws Exception {
        String refusal = "{\"jsonrpc\":\"2.0\",\"id\":$id,\"error\":{\"code\":-32000,\"message\":\"no\\u0000funds\"}}";
        chain.scripted.put("eth_sendRawTransaction", refusal);
        EvmAnchor anchor = started();
        for (int i = 0; i < 12; i++) {
            fails(anchor, 9, AnchorFailure.NOT_TAKEN, "no funds");
        }
        chain.scripted.clear();
        anchor.show(checkpoint(9));
        // Its price did not rise with refusals.
        assertThat(chain.taken.get(0).getGasPrice()).isEqualTo(GWEI);
    }

    @Test
    void itNeverPaysMoreThanAllowed() throws Exception {
        chain.gasPrice = "0xffffffffffff";
        fails(started(), 9, AnchorFailure.NOT_TAKEN, "allowed are 3000000000");
        chain.gasPrice = "0x1";
        chain.scripted.put("eth_estimateGas", "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":\"0xf4241\"}");
        fails(started(), 9, AnchorFailure.NOT_TAKEN, "1000001 gas");
        assertThat(sends()).isZero();
    }

    @Test
    void answersThatAreNoneAreGivenUpAndNothingIsBelievedTwice() throws Exception {
        EvmAnchor anchor = started();
        for (String method : List.of("eth_chainId", "eth_gasPrice", "eth_getTransactionCount", "eth_estimateGas")) {
            for (String garbage : List.of(
                    "",
                    "[]",
                    "null",
                    "{not json",
                    "{\"id\":$id}",
                    "{\"id\":0,\"result\":\"0x1\"}",
                    "{\"id\":$id,\"result\":null}",
                    "{\"id\":$id,\"result\":\"12\"}",
                    "{\"id\":$id,\"result\":\"0x\"}",
                    "{\"id\":$id,\"result\":\"-0x1\"}",
                    "{\"id\":$id,\"result\":\"0x" + "f".repeat(65) + "\"}",
                    "{\"id\":$id,\"result\":{\"a\":[1]}}",
                    "[".repeat(5000))) {
                chain.scripted.put(method, garbage);
                fails(anchor, 9, AnchorFailure.WRONG_ANSWER, method);
            }
            chain.scripted.put(method, "503");
            fails(anchor, 9, AnchorFailure.UNREACHABLE, "answers 503");
            chain.scripted.put(method, "x".repeat(EvmRpc.MAX_ANSWER_BYTES + 1));
            fails(anchor, 9, AnchorFailure.UNREACHABLE, "more than 262144 bytes");
            chain.scripted.clear();
        }
        assertThat(sends()).isZero();
        chain.close();
        fails(anchor, 9, AnchorFailure.UNREACHABLE, "127.0.0.1");
    }

    @Test
    void receiptsOfSomethingElseDoNotCount() throws Exception {
        String head = "{\"id\":$id,\"result\":{\"transactionHash\":\"";
        EvmAnchor anchor = started();
        for (String receipt :
                List.of(head + FakeChain.block(5) + "\"}}", head + "0x12\"}}", "{\"id\":$id,\"result\":[]}")) {
            chain.scripted.put("eth_getTransactionReceipt", receipt);
            fails(anchor, 9, AnchorFailure.WRONG_ANSWER, "eth_getTransactionReceipt");
        }
        assertThat(kept()).isEmpty();
        chain.scripted.clear();
        anchor.show(checkpoint(9));
        assertThat(kept()).hasSize(1);
        assertThat(sends()).isEqualTo(1);
    }

    @Test
    void aRecordThatACrashCutOffTakesNoOtherWithIt() throws Exception {
        started().show(checkpoint(9));
        Path file = folder.resolve("anchors.evm");
        String whole = Files.readString(file);
        Files.writeString(file, whole + whole.substring(0, 70));
        assertThat(kept()).hasSize(1);
        started().show(checkpoint(10));
        assertThat(kept()).extracting(AnchoredCheckpoint::treeSize).containsExactly(10L, 9L);
        Files.writeString(folder.resolve("anchors.evm.pending"), "31337 0xab 7\n");
        started().show(checkpoint(11));
        assertThat(kept()).hasSize(3);
    }

    @Test
    void nothingIsSentThatCannotBeKept() throws Exception {
        EvmAnchor anchor = started();
        Files.createDirectories(folder.resolve("anchors.evm.pending.next").resolve("in the way"));
        fails(anchor, 9, AnchorFailure.RECORD, "the record of anchors");
        assertThat(sends()).isZero();
    }

    @Test
    void theNewestThousandAreShown() throws Exception {
        EvmJournal journal = new EvmJournal(folder);
        for (int i = 1; i <= EvmJournal.MAX_SHOWN + 5; i++) {
            Hash hash = Sha256.digest(new byte[] {3, (byte) i, (byte) (i >> 8)});
            journal.confirmed(new AnchoredCheckpoint("evm", 1, hash, i, hash, i, hash, i));
            journal.confirmed(new AnchoredCheckpoint("evm", 1, hash, i, hash, i, hash, i));
        }
        assertThat(journal.latest()).hasSize(EvmJournal.MAX_SHOWN).isEqualTo(kept());
        assertThat(journal.latest().get(0).treeSize()).isEqualTo(1005);
        assertThat(Files.readAllLines(folder.resolve("anchors.evm"))).hasSize(1005);
    }
}
