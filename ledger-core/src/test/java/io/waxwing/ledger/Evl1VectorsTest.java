package io.waxwing.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchCodec;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.commit.Component;
import io.waxwing.ledger.commit.PayloadCommitment;
import io.waxwing.ledger.commit.Salt;
import io.waxwing.ledger.commit.TopicTag;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.fixture.Json;
import io.waxwing.ledger.fixture.SeedSigner;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.BatchLeaf;
import io.waxwing.ledger.leaf.BlockLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.OriginHead;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.InclusionProof;
import io.waxwing.ledger.merkle.MerkleRoot;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Every value of the published vectors, computed from its inputs. */
class Evl1VectorsTest {
    private static final Map<String, Object> VECTORS = Json.resource("/vectors/evl1.json");
    private static final Hash LEDGER_ID = hash("ledgerId");
    private static final JdkSignatureCheck CHECK = new JdkSignatureCheck();

    private final SeedSigner origin = SeedSigner.named("vector origin key");
    private final SeedSigner publisher = SeedSigner.named("vector publisher key");

    @Test
    void topicTagFollowsFromTheTopicKey() {
        assertThat(TopicTag.of(bytes("topicKey"), 1)).isEqualTo(hash("topicTag"));
    }

    @Test
    void keysFollowFromTheirNames() {
        assertThat(origin.publicKey()).isEqualTo(bytes("originPub"));
        assertThat(publisher.publicKey()).isEqualTo(bytes("publisherPub"));
        assertThat(SeedSigner.named("vector member b key").publicKey()).isEqualTo(bytes("memberBPub"));
        assertThat(SeedSigner.named("vector member c key").publicKey()).isEqualTo(bytes("memberCPub"));
    }

    @Test
    void commitmentsOfEveryEvent() {
        List<Object> events = Json.array(Objects.requireNonNull(VECTORS.get("events")));
        for (int i = 0; i < events.size(); i++) {
            Map<String, Object> event = Json.object(events.get(i));
            List<byte[]> parts = hexes(event, "components");
            Salt salt = Salt.of(hex(event, "salt"));
            assertThat(salt.bytes().toBytes())
                    .isEqualTo(Sha256.digest(("vector salt " + i).getBytes(StandardCharsets.US_ASCII))
                            .toBytes());
            PayloadCommitment commitment =
                    PayloadCommitment.of(salt, parts.get(0), parts.get(1), parts.get(2), parts.get(3));
            for (Component component : Component.values()) {
                assertThat(commitment.key(component).toBytes())
                        .isEqualTo(hexes(event, "k").get(component.index()));
                assertThat(commitment.commitment(component).toBytes())
                        .isEqualTo(hexes(event, "c").get(component.index()));
                assertThat(commitment
                                .disclose(component, parts.get(component.index()))
                                .commitment())
                        .isEqualTo(commitment.commitment(component));
            }
            assertThat(commitment.payloadCommit().toBytes()).isEqualTo(hex(event, "payloadCommit"));
            checkPublisher(parts);
        }
    }

    private void checkPublisher(List<byte[]> parts) {
        byte[] message = Component.publisherMessage(parts.get(0), parts.get(1), parts.get(3));
        ByteString signature = ByteString.of(publisher.sign(message));
        assertThat(Component.publisher(publisher.publicKey(), signature)).isEqualTo(parts.get(2));
        assertThat(parts.get(0)).isEqualTo(Component.topic("com.example.settlement"));
        assertThat(parts.get(1)).isEqualTo(Component.headers(Map.of("content-type", "application/json")));
    }

    @Test
    void eventsRootAndPath() {
        List<Hash> commits = new ArrayList<>();
        for (Object event : Json.array(Objects.requireNonNull(VECTORS.get("events")))) {
            commits.add(Hash.of(hex(Json.object(event), "payloadCommit")));
        }
        assertThat(MerkleRoot.ofHashEntries(commits)).isEqualTo(hash("eventsRoot"));
        List<Hash> leaves = commits.stream().map(Sha256::leafHash).toList();
        InclusionProof proof = InclusionProof.of(leaves, 1);
        assertThat(proof.hashes().stream().map(Hash::toBytes).toList())
                .usingElementComparator((a, b) -> Arrays.compare(a, b))
                .isEqualTo(hexes(VECTORS, "eventPathOf1"));
        assertThat(proof.verify(leaves.get(1), hash("eventsRoot"))).isTrue();
    }

    @Test
    void batchIsSignedByItsOriginAndHeldByTwoMembers() {
        OriginPart part = originPart();
        BatchStatement statement = BatchStatement.over(new Lane(3, 1), 9, 41, List.of(part));
        assertThat(statement.segmentsRoot()).isEqualTo(hash("segmentsRoot"));
        BatchHeader header = statement.signedBy(origin, LEDGER_ID);
        assertThat(header.encode()).isEqualTo(hex(VECTORS, "batchCore"));
        assertThat(header.batchId()).isEqualTo(hash("batchId"));
        assertThat(header.verify(bytes("originPub"), LEDGER_ID, CHECK)).isTrue();
        BatchLeaf leaf = LeafCodec.decodeBatch(hex(VECTORS, "batchLeaf"));
        assertThat(leaf.header()).isEqualTo(header);
        assertThat(leaf.encode()).isEqualTo(hex(VECTORS, "batchLeaf"));
        assertThat(leaf.leafHash()).isEqualTo(hash("batchLeafHash"));
        assertThat(leaf.certificate().holders()).isEqualTo(0b110);
        byte[] message = AvailabilityCertificate.signedMessage(LEDGER_ID, header.batchId());
        List<ByteString> signatures = leaf.certificate().signatures();
        assertThat(CHECK.verify(bytes("memberBPub"), message, signatures.get(0)))
                .isTrue();
        assertThat(CHECK.verify(bytes("memberCPub"), message, signatures.get(1)))
                .isTrue();
        BatchReference reference = new BatchReference(header, List.of(part), leaf.certificate());
        assertThat(BatchCodec.decode(BatchCodec.encode(reference))).isEqualTo(reference);
    }

    @Test
    void segmentLeaf() {
        SegmentLeaf leaf = LeafCodec.decodeSegment(hex(VECTORS, "segmentLeaf"));
        assertThat(SegmentLeaf.topicGenesis(hash("topicTag"))).isEqualTo(hash("topicPrevGenesis"));
        assertThat(leaf).isEqualTo(new SegmentLeaf(7, 1760000000456L, 1, hash("topicPrevGenesis"), originPart()));
        assertThat(leaf.encode()).isEqualTo(hex(VECTORS, "segmentLeaf"));
        assertThat(leaf.leafHash()).isEqualTo(hash("segmentLeafHash"));
    }

    @Test
    void headsAndBlockLeaf() {
        TopicHead topicHead = new TopicHead(hash("topicTag"), 3, hash("segmentLeafHash"), 6);
        OriginHead originHead = new OriginHead(new Lane(3, 1), 9, 43, hash("batchLeafHash"));
        assertThat(topicHead.encode()).isEqualTo(hex(VECTORS, "topicHeadRecord"));
        assertThat(originHead.encode()).isEqualTo(hex(VECTORS, "originHeadRecord"));
        assertThat(TopicHead.decode(topicHead.encode())).isEqualTo(topicHead);
        assertThat(OriginHead.decode(originHead.encode())).isEqualTo(originHead);
        BlockLeaf block = LeafCodec.decodeBlock(hex(VECTORS, "blockLeaf"));
        assertThat(block.headsRoot()).isEqualTo(MerkleRoot.ofEntries(List.of(topicHead.encode())));
        assertThat(block.originsRoot()).isEqualTo(MerkleRoot.ofEntries(List.of(originHead.encode())));
        assertThat(block.height()).isEqualTo(7);
        assertThat(block.firstLeafIndex()).isEqualTo(5);
        assertThat(block.otherLeaves()).isEqualTo(2);
        assertThat(block.encode()).isEqualTo(hex(VECTORS, "blockLeaf"));
        assertThat(block.leafHash()).isEqualTo(hash("blockLeafHash"));
    }

    @Test
    void lengths() {
        Map<String, Object> lengths = Json.object(Objects.requireNonNull(VECTORS.get("lengths")));
        assertThat(lengths.get("segmentOriginPart")).isEqualTo((long) OriginPart.ENCODED_BYTES);
        assertThat(lengths.get("batchCore")).isEqualTo((long) BatchHeader.ENCODED_BYTES);
        assertThat(lengths.get("segmentLeaf")).isEqualTo((long) SegmentLeaf.ENCODED_BYTES);
        assertThat(lengths.get("blockLeaf")).isEqualTo((long) BlockLeaf.ENCODED_BYTES);
        assertThat(lengths.get("topicHeadRecord")).isEqualTo((long) TopicHead.ENCODED_BYTES);
        assertThat(lengths.get("originHeadRecord")).isEqualTo((long) OriginHead.ENCODED_BYTES);
    }

    private static OriginPart originPart() {
        byte[] bytes = hex(VECTORS, "segmentOriginPart");
        OriginPart part = OriginPart.readFrom(new ByteReader(bytes, MalformedException.BATCH));
        assertThat(part).isEqualTo(new OriginPart(3, 41, 3, 1760000000123L, hash("topicTag"), hash("eventsRoot")));
        assertThat(part.encode()).isEqualTo(bytes);
        return part;
    }

    private static Hash hash(String name) {
        return Hash.of(hex(VECTORS, name));
    }

    private static ByteString bytes(String name) {
        return ByteString.of(hex(VECTORS, name));
    }

    private static byte[] hex(Map<String, Object> object, String name) {
        return ByteString.fromHex((String) Objects.requireNonNull(object.get(name), name))
                .toBytes();
    }

    private static List<byte[]> hexes(Map<String, Object> object, String name) {
        List<byte[]> values = new ArrayList<>();
        for (Object value : Json.array(Objects.requireNonNull(object.get(name), name))) {
            values.add(ByteString.fromHex((String) value).toBytes());
        }
        return values;
    }
}
