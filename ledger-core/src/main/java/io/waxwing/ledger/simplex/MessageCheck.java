package io.waxwing.ledger.simplex;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.sign.SignatureCheck;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The only maker of {@link Verified} messages: every signature in them has been checked, every index and number is in
 * range, and they speak of this ledger and epoch. Runs before the core's thread; one instance per verifying thread.
 *
 * <p>Successful checks are remembered ({@value #REMEMBERED} of them), since a vote comes alone and again in
 * certificates.
 */
public final class MessageCheck {
    static final int REMEMBERED = 8192;

    private final Validators validators;
    private final SignatureCheck signatures;
    private final VotingRules rules;
    private final Map<Hash, Boolean> verified = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Hash, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    public MessageCheck(Validators validators, SignatureCheck signatures, VotingRules rules) {
        this.validators = validators;
        this.signatures = signatures;
        this.rules = rules;
    }

    /** A message that has passed {@link MessageCheck#check}, and the peer it came from. */
    public static final class Verified<M extends Message> {
        private final int from;
        private final M message;

        private Verified(int from, M message) {
            this.from = from;
            this.message = message;
        }

        /** The peer that sent it, which is not always who signed it. */
        public int from() {
            return from;
        }

        public M message() {
            return message;
        }
    }

    /**
     * The message, verified.
     *
     * @param from the peer at the other end of the link, as the transport knows it: a validator's index, or a number of
     *     {@link Validators#MAX} or more for an observer
     * @throws MalformedException WXW-3011 naming what is wrong; the sender is to blame
     */
    public <M extends Message> Verified<M> check(int from, M message) {
        if (from < 0) {
            throw refuse("a message has a sender");
        }
        requireEpoch(message.epoch());
        if (message instanceof SignedVote vote) {
            if (vote.type() == Vote.Type.PROPOSE) {
                throw refuse("a proposal comes with its block");
            }
            checkVote(vote);
        } else if (message instanceof Certificate certificate) {
            checkCertificate(certificate);
        } else if (message instanceof Proposal proposal) {
            checkProposal(proposal);
        } else if (message instanceof BlockAnswer answer && answer.block() != null) {
            checkHeader(answer.block().header());
        }
        return new Verified<>(from, message);
    }

    private void checkProposal(Proposal proposal) {
        SignedVote statement = proposal.statement();
        BlockHeader header = proposal.block().header();
        checkHeader(header);
        int leader = validators.leader(statement.view());
        if (statement.voter() != leader
                || header.proposer() != validators.members().get(leader).institutionId()) {
            throw refuse("validator " + statement.voter() + " does not lead view " + statement.view());
        }
        if (header.view() != statement.view() || !header.blockId().equals(statement.blockId())) {
            throw refuse("the leader signed another block");
        }
        checkVote(statement);
        for (Certificate certificate : proposal.block().justify()) {
            if (certificate.view() >= header.view()) {
                throw refuse("a block is justified by earlier views");
            }
            checkCertificate(certificate);
        }
        for (Evidence evidence : proposal.block().evidence()) {
            requireEpoch(evidence.epoch());
            checkVote(evidence.first());
            checkVote(evidence.second());
        }
    }

    private void checkHeader(BlockHeader header) {
        requireEpoch(header.epoch());
        if (!header.ledgerId().equals(validators.ledgerId())) {
            throw refuse("a block of ledger " + header.ledgerId());
        }
    }

    private void checkCertificate(Certificate certificate) {
        requireEpoch(certificate.epoch());
        if (certificate.type() == Vote.Type.PROPOSE) {
            throw refuse("nothing is certified by proposals");
        }
        if (certificate.signatures().size() != validators.quorum()) {
            throw refuse("a certificate has " + validators.quorum() + " signatures, got "
                    + certificate.signatures().size());
        }
        // One voter is one bit, so as many votes as signatures are as many distinct validators.
        certificate.votes().forEach(this::checkVote);
    }

    private void checkVote(SignedVote vote) {
        requireEpoch(vote.epoch());
        if (!validators.isIndex(vote.voter())) {
            throw refuse("voter " + vote.voter() + " of " + validators.size());
        }
        if (vote.type() == Vote.Type.NULLIFY && !vote.blockId().equals(Hash.ZERO)) {
            throw refuse("a nullify vote names no block");
        }
        ByteString key = validators.voteKey(vote.voter());
        byte[] statement = rules.signedMessage(vote.vote(validators.ledgerId()));
        Hash known = rules.verificationKey(key, statement, vote.signature());
        if (verified.containsKey(known)) {
            return;
        }
        if (!signatures.verify(key, statement, vote.signature())) {
            throw refuse("the signature of validator " + vote.voter() + " is wrong");
        }
        verified.put(known, true);
    }

    private void requireEpoch(long epoch) {
        if (epoch != validators.epoch()) {
            throw refuse("epoch " + epoch + ", not " + validators.epoch());
        }
    }

    private static MalformedException refuse(String text) {
        return new MalformedException(MalformedException.MESSAGE, text);
    }
}
