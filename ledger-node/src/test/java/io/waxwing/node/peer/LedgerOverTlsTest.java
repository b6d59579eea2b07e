package io.waxwing.node.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Node;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.spi.LedgerListener;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.ledger.verify.CheckpointCheck;
import io.waxwing.node.TestLedger;
import io.waxwing.node.check.LedgerCheck;
import io.waxwing.node.crypto.NodeKeys;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.runtime.LedgerAgent;
import io.waxwing.node.runtime.LedgerParts;
import io.waxwing.node.start.LedgerStart;
import io.waxwing.testkit.fake.DiskFaults;
import io.waxwing.testkit.fake.MemoryLedgerStore;
import io.waxwing.testkit.fake.MemoryVoteLog;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Four whole ledgers that meet by TLS alone: real threads, real sockets, disks of memory. */
class LedgerOverTlsTest {
    private static final int MEMBERS = 4;
    private static final long BEGIN_MS = 1_760_000_000_000L;
    private static final Signatures SIGNATURES = Signatures.bouncyCastle();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ConfigLeaf genesis = genesis();
    private final List<Member> members = new ArrayList<>();

    @BeforeEach
    void start() {
        for (int id = 1; id <= MEMBERS; id++) {
            members.add(new Member(id));
        }
        introduce();
    }

    /** The ports are known only now. */
    private void introduce() {
        List<Node> nodes = members.stream()
                .map(member -> TestNode.node(member.id, member.address))
                .toList();
        members.forEach(member -> member.links.replacePeers(PeerDirectory.of(nodes, member.id)));
    }

    @AfterEach
    void stop() {
        members.forEach(Member::close);
    }

    @AfterAll
    static void noBufferIsLost() {
        assertThat(BufferLeaks.found()).isEmpty();
    }

    private static ConfigLeaf genesis() {
        StringBuilder institutions = new StringBuilder();
        StringBuilder origins = new StringBuilder();
        StringBuilder nodes = new StringBuilder();
        List<NoteKey> logs = new ArrayList<>();
        List<TrustPolicy.Witness> witnesses = new ArrayList<>();
        for (int id = 1; id <= MEMBERS; id++) {
            NodeKeys keys = keys(id);
            ByteString cosigner = keys.cosigner().publicKey();
            ByteString log = keys.log().publicKey();
            institutions.append("institution " + id + " m" + id + " validator "
                    + keys.vote().publicKey() + " " + cosigner + " " + log + "\n");
            origins.append(
                    "origin " + id + " " + id + " active " + keys.origin().publicKey() + "\n");
            nodes.append("node " + id + " 127.0.0.1:1 " + TestKeys.of(id).pin() + "\n");
            logs.add(new NoteKey(TestLedger.ORIGIN_LINE, NoteKey.LOG, log));
            NoteKey key = new NoteKey("m" + id + "." + TestLedger.ORIGIN_LINE, NoteKey.COSIGNATURE, cosigner);
            witnesses.add(new TrustPolicy.Witness("m" + id, key, null));
        }
        String registry = institutions.toString() + origins + nodes + "audience 1 quorum 1,2,3,4\nparameter time "
                + BEGIN_MS + "\n";
        ByteString policy =
                TrustPolicy.threshold(logs, witnesses, Quorum.of(MEMBERS)).encode();
        return new ConfigLeaf(0, 0, Hash.ZERO, policy, ByteString.utf8(registry), List.of());
    }

    private static NodeKeys keys(int id) {
        return TestLedger.keys("member " + id);
    }

    /** A batch of one event of that member, held by everybody else. */
    private BatchReference batch(int member, long batchSeq) {
        Hash ledgerId = genesis.configHash();
        Hash root = Sha256.digest(new byte[] {(byte) member, (byte) batchSeq});
        OriginPart part = new OriginPart(member, batchSeq, 1, BEGIN_MS, Hash.ZERO, root);
        BatchHeader header = BatchStatement.over(
                        new Lane(member, Genesis.SOLO_AUDIENCE), batchSeq, batchSeq, List.of(part))
                .signedBy(keys(member).origin(), ledgerId);
        byte[] message = AvailabilityCertificate.signedMessage(ledgerId, header.batchId());
        long bitmap = 0;
        List<ByteString> signatures = new ArrayList<>();
        for (int holder = 1; holder <= MEMBERS; holder++) {
            if (holder != member) {
                bitmap |= 1L << holder;
                signatures.add(ByteString.of(keys(holder).origin().sign(message)));
            }
        }
        return new BatchReference(header, List.of(part), new AvailabilityCertificate(bitmap, signatures));
    }

    /** One institution's node: a ledger on a thread of its own, links on another. */
    private final class Member implements LedgerListener {
        final int id;
        final NettyPeers links;
        final LedgerAgent agent;
        final InetSocketAddress address;
        final MemoryLedgerStore store = new MemoryLedgerStore(new DiskFaults());
        final List<Applied> applied = new CopyOnWriteArrayList<>();
        final List<PublishedCheckpoint> checkpoints = new CopyOnWriteArrayList<>();
        private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        private final ExecutorService verify = Executors.newSingleThreadExecutor();
        private final Semaphore woken = new Semaphore(0);
        private final Thread ledger = new Thread(this::run, "ledger");
        private volatile boolean stopping;

        Member(int id) {
            this.id = id;
            SimpleMeterRegistry metrics = new SimpleMeterRegistry();
            MemoryVoteLog log = new MemoryVoteLog(new DiskFaults());
            var opened = new LedgerStart(keys(id), SIGNATURES, store)
                    .open(genesis, TestLedger.ORIGIN_LINE, "m" + id, ledgerId -> log, BEGIN_MS);
            links = new NettyPeers(
                    new LocalNode(genesis.configHash(), id, TestKeys.of(id)),
                    PeerDirectory.of(Registry.parse(genesis.registry()), id),
                    TestNode.settings(),
                    loops,
                    new SecureRandom(),
                    metrics);
            agent = new LedgerAgent(
                    TestLedger.SETTINGS, new LedgerParts(opened, links, verify, System::currentTimeMillis, metrics));
            agent.start(this, woken::release, System.nanoTime());
            address = links.start();
            ledger.start();
        }

        private void run() {
            try {
                while (!stopping) {
                    if (agent.doWork(System.nanoTime()) == 0) {
                        boolean unused = woken.tryAcquire(5, TimeUnit.MILLISECONDS);
                        woken.drainPermits();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        int events() {
            return applied.stream().mapToInt(Applied::eventCount).sum();
        }

        List<Applied> withEvents() {
            return applied.stream().filter(block -> block.eventCount() > 0).toList();
        }

        @Override
        public void onApplied(Applied block) {
            applied.add(block);
        }

        @Override
        public void onCheckpoint(PublishedCheckpoint checkpoint) {
            checkpoints.add(checkpoint);
        }

        void close() {
            links.close();
            stopping = true;
            try {
                ledger.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            verify.shutdownNow();
            loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        }
    }

    private void awaitEvents(int count, List<Member> of) {
        await().atMost(PATIENCE).until(() -> of.stream().allMatch(member -> member.events() == count));
    }

    @Test
    void batchesOfAllAreOrderedAlikeAndCheckpointsHaveAQuorumsCosignatures() {
        await().until(() ->
                members.stream().allMatch(member -> member.links.connected().size() == MEMBERS - 1));
        for (int seq = 1; seq <= 5; seq++) {
            for (Member member : members) {
                assertThat(member.agent.submit(batch(member.id, seq))).isTrue();
            }
        }
        awaitEvents(20, members);
        Member first = members.get(0);
        for (Member member : members) {
            assertThat(member.withEvents()).isEqualTo(first.withEvents());
        }
        TrustPolicy policy = TrustPolicy.parse(genesis.policy().toBytes());
        long treeSize = first.withEvents().get(first.withEvents().size() - 1).firstLeafIndex();
        for (Member member : members) {
            await().atMost(PATIENCE)
                    .until(() -> member.checkpoints.stream().anyMatch(checkpoint -> checkpoint.treeSize() > treeSize));
            PublishedCheckpoint last = member.checkpoints.get(member.checkpoints.size() - 1);
            SignedNote note = SignedNote.parse(last.note().toBytes());
            assertThat(note.signatures()).hasSizeGreaterThanOrEqualTo(1 + 3);
            assertThat(new CheckpointCheck(policy, SIGNATURES)
                            .verify(note)
                            .checkpoint()
                            .root())
                    .isEqualTo(last.root());
        }
        stop();
        members.forEach(member ->
                assertThat(new LedgerCheck(member.store, SIGNATURES).run()).isEmpty());
    }

    @Test
    void oneThatIsCutOffCatchesUpWhenItsLinksAreBack() {
        Member fourth = members.get(3);
        List<Member> others = members.subList(0, 3);
        Member one = members.get(0);
        assertThat(one.agent.submit(batch(1, 1))).isTrue();
        awaitEvents(1, members);
        fourth.links.replacePeers(PeerDirectory.of(List.of(), 4));
        await().until(() ->
                others.stream().noneMatch(member -> member.links.connected().contains(4)));
        for (int seq = 2; seq <= 4; seq++) {
            assertThat(one.agent.submit(batch(1, seq))).isTrue();
            awaitEvents(seq, others);
        }
        assertThat(fourth.events()).isEqualTo(1);
        introduce();
        await().until(() -> fourth.links.connected().size() == MEMBERS - 1);
        assertThat(one.agent.submit(batch(1, 5))).isTrue();
        awaitEvents(5, members);
        assertThat(fourth.withEvents()).isEqualTo(one.withEvents());
    }
}
