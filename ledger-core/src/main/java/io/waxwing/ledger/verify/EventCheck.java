package io.waxwing.ledger.verify;

import static io.waxwing.ledger.verify.ReceiptVerifier.require;

import io.waxwing.ledger.commit.Component;
import io.waxwing.ledger.commit.PayloadCommitment;
import io.waxwing.ledger.commit.PayloadCommitment.Disclosed;
import io.waxwing.ledger.commit.PayloadCommitment.Undisclosed;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.merkle.InclusionProof;
import io.waxwing.ledger.note.ReceiptExtra;
import io.waxwing.ledger.note.ReceiptExtra.EventPosition;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.verify.CheckStep.Name;
import io.waxwing.ledger.verify.CheckStep.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The steps EVENT and CONTENT of a receipt. */
final class EventCheck {
    private final SignatureCheck check;
    private final byte @Nullable [] payload;

    EventCheck(SignatureCheck check, byte @Nullable [] payload) {
        this.check = check;
        this.payload = payload;
    }

    /** What of the event is proven. */
    record Shown(@Nullable Integer position, Map<Component, ByteString> components) {}

    Shown check(ReceiptExtra extra, SegmentLeaf segment, ReceiptVerifier.Steps steps) {
        EventPosition position = extra.position();
        if (position == null) {
            steps.step(Name.EVENT, null, "");
            require(
                    extra.disclosed().isEmpty() && extra.undisclosed().isEmpty(),
                    "the receipt has parts of an event, but not the event's place in the segment");
            steps.step(Name.EVENT, Outcome.ABSENT, "the receipt proves the segment, not one event of it");
            return new Shown(null, Map.of());
        }
        steps.step(Name.EVENT, null, "");
        Map<Component, ByteString> shown = new EnumMap<>(Component.class);
        Hash payloadCommit = payloadCommit(extra, shown);
        int count = segment.originPart().count();
        require(
                position.count() == count && position.position() < count,
                "event " + position.position() + " of " + position.count() + " in a segment of " + count);
        InclusionProof proof = new InclusionProof(position.position(), count, position.path());
        require(
                proof.verify(
                        Sha256.leafHash(payloadCommit), segment.originPart().eventsRoot()),
                "the event does not lead to the segment's eventsRoot: a part of it, a key or the path was changed"
                        + (payload == null ? ", or its payload travels beside the receipt and was not given" : ""));
        steps.step(
                Name.EVENT,
                Outcome.OK,
                "event " + (position.position() + 1) + " of " + count + ", "
                        + position.path().size() + " hashes -> segment root "
                        + segment.originPart().eventsRoot());
        steps.step(Name.CONTENT, null, "");
        String publisher = checkPublisher(shown);
        steps.step(
                Name.CONTENT,
                Outcome.OK,
                "commitment " + payloadCommit + ", " + shown.size() + " of 4 parts disclosed" + publisher);
        return new Shown(position.position(), shown);
    }

    private Hash payloadCommit(ReceiptExtra extra, Map<Component, ByteString> shown) {
        Map<Component, Hash> commitments = new EnumMap<>(Component.class);
        for (Disclosed part : extra.disclosed()) {
            byte[] bytes = part.bytes().toBytes();
            if (part.component() == Component.PAYLOAD && bytes.length == 0 && payload != null) {
                bytes = payload;
            }
            require(commitments.put(part.component(), part.commitmentOf(bytes)) == null, twice(part.component()));
            shown.put(part.component(), ByteString.of(bytes));
        }
        for (Undisclosed part : extra.undisclosed()) {
            require(commitments.put(part.component(), part.commitment()) == null, twice(part.component()));
        }
        List<Hash> ordered = new ArrayList<>();
        for (Component component : Component.values()) {
            Hash commitment = commitments.get(component);
            if (commitment == null) {
                throw ReceiptVerifier.broken("the " + component + " part is neither disclosed nor committed to");
            }
            ordered.add(commitment);
        }
        return PayloadCommitment.payloadCommit(ordered);
    }

    private static String twice(Component component) {
        return "the " + component + " part stands there twice";
    }

    private String checkPublisher(Map<Component, ByteString> shown) {
        ByteString publisher = shown.get(Component.PUBLISHER);
        ByteString topic = shown.get(Component.TOPIC);
        ByteString headers = shown.get(Component.HEADERS);
        ByteString body = shown.get(Component.PAYLOAD);
        if (publisher == null || topic == null || headers == null || body == null || publisher.size() == 0) {
            return "";
        }
        publisher.requireSize(Component.PUBLISHER_BYTES, "the publisher part");
        byte[] bytes = publisher.toBytes();
        ByteString key = ByteString.of(bytes, 0, 32);
        byte[] message = Component.publisherMessage(topic.toBytes(), headers.toBytes(), body.toBytes());
        require(check.verify(key, message, ByteString.of(bytes, 32, 96)), "the publisher's signature is wrong");
        return ", signed by publisher key " + key;
    }
}
