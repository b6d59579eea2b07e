package io.waxwing.anchor.outside.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.anchor.outside.AnchorFailure;
import io.waxwing.anchor.outside.AnchorRecord;
import io.waxwing.anchor.outside.OutsideAgent;
import io.waxwing.anchor.outside.WitnessedCheckpoint;
import io.waxwing.anchor.outside.runtime.OutsideThread;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.merkle.TreeHashes;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import io.waxwing.ledger.spi.LedgerReader;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.ledger.witness.AddCheckpoint;
import io.waxwing.ledger.witness.Witness;
import io.waxwing.ledger.witness.Witness.Verdict;
import io.waxwing.ledger.witness.WitnessedLog;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A log and a witness of it with a socket between them; the witness obeys the rule or what the test says. */
class HttpWitnessTest {
    private static final JdkSigner LOG = new JdkSigner();
    private static final JdkSigner SIGNER = new JdkSigner();
    private static final NoteKey LOG_KEY = new NoteKey("log.example", NoteKey.LOG, LOG.publicKey());
    private static final NoteKey KEY = new NoteKey("w.example", NoteKey.COSIGNATURE, SIGNER.publicKey());
    private static final JdkSignatureCheck CHECK = new JdkSignatureCheck();
    private static final List<Hash> LEAVES = IntStream.range(0, 100)
            .mapToObj(i -> Sha256.leafHash(new byte[] {(byte) i}))
            .toList();

    private final Witness rule =
            new Witness(KEY, SIGNER, List.of(new WitnessedLog("log.example", List.of(LOG_KEY))), Map.of(), CHECK);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<String> paths = new LinkedBlockingQueue<>();
    private volatile Answering answering = this::byTheRule;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private HttpServer server;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private HttpWitness witness;

    private interface Answering {
        void answer(HttpExchange exchange) throws IOException;
    }

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            paths.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            answering.answer(exchange);
        });
        server.start();
        URI prefix = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/prefix");
        witness = new HttpWitness(prefix, KEY, ledger(), CHECK, Duration.ofSeconds(2));
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** Of a reader only the consistency proofs are wanted here. */
    private static LedgerReader ledger() {
        TreeHashes tree = TreeHashes.overLeafHashes(LEAVES);
        return (LedgerReader) Proxy.newProxyInstance(
                HttpWitnessTest.class.getClassLoader(), new Class<?>[] {LedgerReader.class}, (self, method, given) -> {
                    if (!method.getName().equals("consistencyProof")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    if ((long) given[0] == 66) {
                        throw new LedgerFailure("WXW-3110", "scripted damage");
                    }
                    return tree.consistency((long) given[0], (long) given[1]);
                });
    }

    private static PublishedCheckpoint checkpoint(int size) {
        Hash root = TreeHashes.overLeafHashes(LEAVES.subList(0, size)).root(size);
        Checkpoint checkpoint = new Checkpoint("log.example", size, root);
        SignedNote note = new SignedNote(checkpoint.body(), List.of(checkpoint.logLine(LOG_KEY, LOG)));
        return new PublishedCheckpoint(size, root, ByteString.of(note.encode()));
    }

    private void byTheRule(HttpExchange exchange) throws IOException {
        Verdict verdict =
                rule.judge(AddCheckpoint.parse(exchange.getRequestBody().readAllBytes()));
        if (verdict instanceof Verdict.Accepted accepted) {
            rule.recorded(accepted);
            send(
                    exchange,
                    200,
                    "text/plain",
                    rule.cosign(accepted, 1_760_000_000).line() + "\n");
        } else {
            Verdict.Refused refused = (Verdict.Refused) verdict;
            send(exchange, refused.status(), "text/x.tlog.size", refused.knownSize() + "\n");
        }
    }

    private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("content-type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void fails(int size, String code) {
        assertThatThrownBy(() -> witness.show(checkpoint(size)))
                .isInstanceOfSatisfying(
                        AnchorFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }

    @Test
    void aWitnessIsShownAGrowingLogAndItsLinesStandBehindTheLogsOwn() throws AnchorFailure {
        for (int size : new int[] {1, 2, 7, 64, 100}) {
            AnchorRecord record = witness.show(checkpoint(size));
            ByteString note = WitnessedCheckpoint.of(checkpoint(size).note(), size, List.of(record));
            assertThat(SignedNote.parse(note.toBytes()).signatures()).hasSize(2);
            assertThat(WitnessedCheckpoint.of(note, size, List.of(record))).isEqualTo(ByteString.EMPTY);
            assertThat(WitnessedCheckpoint.of(note, size + 1, List.of(record))).isEqualTo(ByteString.EMPTY);
        }
        assertThat(paths).hasSize(5).allMatch("POST /prefix/add-checkpoint"::equals);
    }

    @Test
    void whatWasForgottenHereTheWitnessTells() throws AnchorFailure {
        witness.show(checkpoint(9));
        URI prefix = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/prefix/");
        HttpWitness restarted = new HttpWitness(prefix, KEY, ledger(), CHECK, Duration.ofSeconds(2));
        assertThat(restarted.show(checkpoint(12)).treeSize()).isEqualTo(12);
        assertThat(paths).hasSize(3);
        assertThatThrownBy(() -> restarted.show(checkpoint(4))).hasMessageContaining("has cosigned 12");
    }

    @Test
    void answersWithoutEndAndWithoutBoundAreGivenUp() {
        answering = exchange -> send(exchange, 200, "text/plain", "x".repeat(HttpWitness.MAX_ANSWER_BYTES + 1));
        fails(5, AnchorFailure.UNREACHABLE);
        answering = exchange -> exchange.sendResponseHeaders(200, 100);
        fails(5, AnchorFailure.UNREACHABLE);
        answering = HttpExchange::close;
        fails(5, AnchorFailure.UNREACHABLE);
        server.stop(0);
        fails(5, AnchorFailure.UNREACHABLE);
    }

    @Test
    void damageOfTheOwnLedgerIsToldAndNotShown() {
        answering = exchange -> send(exchange, 409, "text/x.tlog.size", "66\n");
        fails(70, "WXW-3110");
    }

    @Test
    void theThreadShowsTheLatestCheckpointAndEndsInTheMiddleOfARequest() throws InterruptedException {
        AtomicInteger size = new AtomicInteger(20);
        BlockingQueue<Long> shown = new LinkedBlockingQueue<>();
        OutsideAgent agent = new OutsideAgent(
                List.of(witness),
                TimeUnit.MILLISECONDS.toNanos(1),
                System.nanoTime(),
                () -> checkpoint(size.get()),
                (checkpoint, records) -> shown.add(checkpoint.treeSize()),
                new SimpleMeterRegistry());
        try (OutsideThread thread = new OutsideThread(agent)) {
            thread.start();
            assertThat(shown.poll(20, TimeUnit.SECONDS)).isEqualTo(20);
            paths.clear();
            answering = exchange -> exchange.sendResponseHeaders(200, 100);
            size.set(21);
            assertThat(paths.poll(20, TimeUnit.SECONDS)).isNotNull();
        }
        assertThat(shown).isEmpty();
    }
}
