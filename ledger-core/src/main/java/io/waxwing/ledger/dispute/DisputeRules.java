package io.waxwing.ledger.dispute;

import io.waxwing.ledger.batch.CarriedBatch;
import io.waxwing.ledger.control.ChallengeTerms;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Audience;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.dispute.Dispute.Answer;
import io.waxwing.ledger.dispute.Dispute.Challenge;
import io.waxwing.ledger.dispute.Dispute.Disproof;
import io.waxwing.ledger.dispute.Dispute.Served;
import io.waxwing.ledger.dispute.OpenChallenge.Standing;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.EraseLeaf;
import io.waxwing.ledger.leaf.GrantLeaf;
import io.waxwing.ledger.leaf.VerdictLeaf;
import io.waxwing.ledger.leaf.VerdictLeaf.Finding;
import io.waxwing.ledger.sign.SignatureCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a dispute may do, and what becomes of challenges as blocks go by. Upon receiving in a block:
 *
 * <ul>
 *   <li>a {@link Challenge} by a member of the batch's audience, about a batch that is proven to be final and not older
 *       than {@link #MAX_AGE_MS}, numbered above its last, at most {@link Disputes#EACH} of an institution, one of it
 *       for a batch: it is open;
 *   <li>a {@link Served} by the challenger: an open one is served;
 *   <li>an {@link Answer} by a member of the audience or one who signed for the batch, but none whose answer was false:
 *       an open one is answered, the first counts;
 *   <li>a {@link Disproof} of that answer: its author is convicted, the challenge is open from now on with its next
 *       key;
 *   <li>an {@link ErasureOrder} by the origin of an event that is proven to be final, or another of its institution,
 *       later than its last: an ERASE leaf, and in no challenge has anybody to give that event any more;
 *   <li>an {@link Excuse} by anybody who may answer: the same for an event that was erased before the challenge;
 *   <li>a {@link GrantOrder} that {@link GrantRules} has nothing against: a GRANT leaf;
 *   <li>after the block's disputes, when the time of an open one is over: its batch is void, its origin and those who
 *       signed for it are convicted, all challenges of it are over. A served or answered one is forgotten.
 * </ul>
 *
 * Pure; the answers depend on the arguments alone.
 */
public final class DisputeRules {
    /** How long a final batch may be challenged. */
    public static final long MAX_AGE_MS = 90L * 24 * 3600 * 1000;

    private final Registry registry;
    private final Hash ledgerId;
    private final SignatureCheck signatures;
    private final AnswerCheck answers;

    /** By the registry in force. */
    public DisputeRules(Registry registry, Hash ledgerId, SignatureCheck signatures, AnswerCheck answers) {
        this.registry = registry;
        this.ledgerId = ledgerId;
        this.signatures = signatures;
        this.answers = answers;
    }

    /**
     * Height and time of the block that something stands in, and the time of the one before: a leader does not know its
     * own block's time when it chooses.
     */
    public record Place(long height, long timeMs, long parentMs) {
        /** In the earliest block behind that one. */
        public static Place behind(long height, long timeMs) {
            return new Place(height + 1, timeMs + 1, timeMs);
        }
    }

    /** The state after a block's disputes, and what was found. */
    public record Outcome(
            Disputes disputes, List<VerdictLeaf> verdicts, List<EraseLeaf> erasures, List<GrantLeaf> grants) {
        public Outcome {
            grants = List.copyOf(grants);
            verdicts = List.copyOf(verdicts);
            erasures = List.copyOf(erasures);
        }
    }

    /** What the disputes of a block and the time that has passed make of the state. */
    public Outcome after(Disputes before, List<Dispute> said, Place at) {
        Disputes now = before.later(pauseMs(at));
        List<VerdictLeaf> verdicts = new ArrayList<>();
        List<EraseLeaf> erasures = new ArrayList<>();
        List<GrantLeaf> grants = new ArrayList<>();
        for (Dispute dispute : said) {
            String refusal = refusal(now, dispute, at);
            if (refusal != null) {
                throw new MalformedException(MalformedException.DISPUTE, refusal);
            }
            if (dispute instanceof Disproof) {
                OpenChallenge about = Objects.requireNonNull(now.get(dispute.id()));
                verdicts.add(verdict(about, Finding.FALSE_ANSWER, about.answererId(), 0));
            }
            if (dispute instanceof ErasureOrder order) {
                erasures.add(order.leaf());
            }
            if (dispute instanceof GrantOrder order) {
                grants.add(order.leaf());
            }
            now = with(now, dispute, at);
        }
        return new Outcome(expire(now, at, verdicts), verdicts, erasures, grants);
    }

    /**
     * How much of the time since the block before does not count: while the ledger stands nobody can answer in a block,
     * and whoever held the payloads all the time must not be found guilty by the first block that comes.
     */
    private long pauseMs(Place at) {
        ChallengeTerms terms = registry.challengeTerms();
        long counted = 2 * terms.timeMs() / Math.max(1, terms.blocks());
        return Math.max(0, at.timeMs() - at.parentMs() - counted);
    }

    /** The state with a dispute that is not refused; for choosing what may stand in one block. */
    public Disputes with(Disputes before, Dispute dispute, Place at) {
        if (dispute instanceof ErasureOrder order) {
            return before.withErased(order.leaf());
        }
        if (dispute instanceof Excuse excuse) {
            return before.withErased(excuse.proof().leaf());
        }
        if (dispute instanceof GrantOrder order) {
            return before.withGrant(order.leaf(), at.height());
        }
        return before.with(next(before, dispute, at));
    }

    private static OpenChallenge next(Disputes before, Dispute dispute, Place at) {
        if (dispute instanceof Challenge challenge) {
            return OpenChallenge.of(challenge, at.height(), at.timeMs());
        }
        OpenChallenge about = Objects.requireNonNull(before.get(dispute.id()));
        if (dispute instanceof Served) {
            return about.served(at.height(), at.timeMs());
        }
        return dispute instanceof Answer answer
                ? about.answered(answer, at.height(), at.timeMs())
                : about.disproved(((Disproof) dispute).nextKey(), at.height(), at.timeMs());
    }

    private Disputes expire(Disputes before, Place at, List<VerdictLeaf> verdicts) {
        Disputes now = before;
        for (OpenChallenge challenge : before.all()) {
            boolean over = registry.challengeTerms()
                    .isOver(challenge.sinceHeight(), challenge.sinceMs(), at.height(), at.timeMs());
            if (!over || now.get(challenge.id()) == null) {
                continue;
            }
            now = now.without(List.of(challenge.id()));
            if (challenge.isOpen()) {
                int origin = challenge.header().lane().originId();
                verdicts.add(verdict(challenge, Finding.WITHHELD, origin, challenge.holders()));
                now = now.withVoid(challenge.batchId()).without(ofBatch(now, challenge.batchId()));
            }
        }
        return now;
    }

    private static List<ChallengeId> ofBatch(Disputes now, Hash batchId) {
        return now.all().stream()
                .filter(challenge -> challenge.isOpen() && challenge.batchId().equals(batchId))
                .map(OpenChallenge::id)
                .toList();
    }

    private static VerdictLeaf verdict(OpenChallenge of, Finding finding, int culprit, long holders) {
        return new VerdictLeaf(
                finding,
                of.header().lane(),
                of.header().batchSeq(),
                of.batchId(),
                of.batchLeafIndex(),
                holders,
                of.id().originId(),
                of.id().number(),
                culprit);
    }

    /** Why a dispute may not stand in a block at that place, behind that state; null if it may. */
    public @Nullable String refusal(Disputes now, Dispute dispute, Place at) {
        Origin author = registry.origin(dispute.author());
        if (author == null || !author.active()) {
            return "origin " + dispute.author() + " is not one that may speak";
        }
        if (dispute instanceof ErasureOrder order) {
            return refusal(now, order, author);
        }
        if (dispute instanceof GrantOrder order) {
            return refusal(now, order.leaf(), author);
        }
        if (!registry.challengeTerms().areAllowed()) {
            return "this ledger has no challenges";
        }
        if (dispute instanceof Challenge challenge) {
            return refusal(now, challenge, author, at);
        }
        OpenChallenge about = now.get(dispute.id());
        if (about == null) {
            return "challenge " + dispute.id() + " is not known";
        }
        if (dispute instanceof Served served) {
            return about.isOpen()
                    ? unsigned(author, served.signedMessage(ledgerId), served.signature())
                    : closed(about);
        }
        if (dispute instanceof Excuse excuse) {
            return refusal(now, about, excuse, author);
        }
        return dispute instanceof Answer answer
                ? refusal(about, answer, author)
                : refusal(about, (Disproof) dispute, author);
    }

    private @Nullable String refusal(Disputes now, ErasureOrder order, Origin author) {
        EraseLeaf leaf = order.leaf();
        if (leaf.components() != EraseLeaf.CONTENT || leaf.reason() != 0) {
            return "an order to erase names headers, publisher and payload, and no reason";
        }
        if (leaf.timeMs() <= now.lastErasureMs(author.originId())) {
            return "the order to erase " + order.id() + " is a repeat, or behind a later one";
        }
        int originId = order.target().originPart().originId();
        Origin origin = registry.origin(originId);
        boolean own =
                originId == author.originId() || (origin != null && origin.institutionId() == author.institutionId());
        if (!own) {
            return "the event is of origin " + originId + ", which alone may erase it";
        }
        Hash root = now.rootAt(order.treeSize());
        if (root == null || !order.leadsTo(root)) {
            return "the proof of the event that is to be erased is none, or is old";
        }
        return unsigned(author, leaf.signedMessage(ledgerId), leaf.signature());
    }

    private @Nullable String refusal(Disputes now, GrantLeaf leaf, Origin author) {
        String refusal = GrantRules.refusal(now.grants(), leaf.said(), author, leaf.timeMs(), registry);
        return refusal == null ? unsigned(author, leaf.signedMessage(ledgerId), leaf.signature()) : refusal;
    }

    private @Nullable String refusal(Disputes now, OpenChallenge about, Excuse excuse, Origin author) {
        EraseLeaf leaf = excuse.proof().leaf();
        boolean may = mayAnswer(about, author) && about.isAbout(leaf);
        boolean known = about.erased().with(leaf, about.batchLeafIndex()).equals(about.erased());
        if (!may || known) {
            return "no excuse of origin " + author.originId() + " for challenge " + about.id() + ", or a repeat";
        }
        Hash root = now.rootAt(excuse.proof().treeSize());
        if (root == null || !excuse.proof().leadsTo(root)) {
            return "the proof that an event was erased is none, or is old";
        }
        return unsigned(author, excuse.signedMessage(ledgerId), excuse.signature());
    }

    private static String closed(OpenChallenge about) {
        return "challenge " + about.id() + " is " + about.standing();
    }

    private @Nullable String unsigned(Origin author, byte[] message, ByteString signature) {
        return signatures.verify(author.key(), message, signature)
                ? null
                : "the signature of origin " + author.originId() + " is wrong";
    }

    private boolean isMember(Origin origin, long audienceId) {
        Audience audience = registry.audience(audienceId);
        return audience != null && audience.institutionIds().contains(origin.institutionId());
    }

    private @Nullable String refusal(Disputes now, Challenge challenge, Origin author, Place at) {
        Hash batchId = challenge.batch().header().batchId();
        if (challenge.id().number() <= now.lastNumber(author.originId())) {
            return "challenge " + challenge.id() + " is a repeat";
        }
        if (!isMember(author, challenge.batch().header().lane().audienceId())) {
            return "origin " + author.originId() + " is not in the audience of the batch";
        }
        if (now.of(author.institutionId(), registry) >= Disputes.EACH) {
            return "institution " + author.institutionId() + " has " + Disputes.EACH + " challenges already";
        }
        if (now.isVoid(batchId) || challengesAlready(now, author.institutionId(), batchId)) {
            return "batch " + batchId + " is void, or challenged by this institution";
        }
        if (at.parentMs() - challenge.batch().first().orderTimeMs() > MAX_AGE_MS) {
            return "batch " + batchId + " is too old to be challenged";
        }
        Hash root = now.rootAt(challenge.batch().treeSize());
        if (!X25519.accepts(challenge.key())
                || root == null
                || !challenge.batch().leadsTo(root)) {
            return "the key of challenge " + challenge.id() + " or the proof of its batch is none, or the proof is old";
        }
        return unsigned(author, challenge.signedMessage(ledgerId), challenge.signature());
    }

    private boolean challengesAlready(Disputes now, int institutionId, Hash batchId) {
        return now.all().stream().anyMatch(other -> {
            Origin origin = registry.origin(other.id().originId());
            return other.isOpen()
                    && other.batchId().equals(batchId)
                    && origin != null
                    && origin.institutionId() == institutionId;
        });
    }

    private boolean mayAnswer(OpenChallenge about, Origin author) {
        return author.originId() < Long.SIZE
                && author.originId() != about.id().originId()
                && !about.excludes(author.originId())
                && (about.isSigner(author.originId())
                        || isMember(author, about.header().lane().audienceId()));
    }

    private @Nullable String refusal(OpenChallenge about, Answer answer, Origin author) {
        if (!about.isOpen()) {
            return closed(about);
        }
        if (!mayAnswer(about, author)) {
            return "origin " + author.originId() + " may not answer challenge " + about.id();
        }
        return X25519.accepts(answer.sealed().oneTimeKey())
                ? unsigned(author, answer.signedMessage(about.recipient(), ledgerId), answer.signature())
                : "the one-time key of an answer is none";
    }

    private @Nullable String refusal(OpenChallenge about, Disproof disproof, Origin author) {
        if (about.standing() != Standing.ANSWERED
                || !about.answer().equals(disproof.sealed().digest())) {
            return closed(about) + ", and not with that answer";
        }
        if (!X25519.accepts(disproof.nextKey()) || disproof.nextKey().equals(about.key())) {
            return "the next key of challenge " + about.id() + " is none";
        }
        String unsigned = unsigned(author, disproof.signedMessage(ledgerId), disproof.signature());
        if (unsigned != null) {
            return unsigned;
        }
        if (!X25519.publicKey(disproof.privateKey()).equals(about.key())) {
            return "not the private key of challenge " + about.id();
        }
        return answers.isTrue(about, disproof, ledgerId) ? "the answer to challenge " + about.id() + " is true" : null;
    }

    /** True if these bytes are the payloads of the challenged batch, but for those that were erased. */
    public static boolean holds(byte[] plain, OpenChallenge about) {
        try {
            CarriedBatch batch = CarriedBatch.decode(plain);
            return batch.isOf(about.header()) && about.erased().cover(batch);
        } catch (MalformedException none) {
            return false;
        }
    }
}
