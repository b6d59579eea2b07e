package io.waxwing.node.runtime;

import io.waxwing.ledger.execute.BatchCheck;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.MessageCheck;
import io.waxwing.ledger.simplex.MessageCheck.Verified;
import io.waxwing.ledger.simplex.Validators;
import io.waxwing.ledger.simplex.VotingRules;
import io.waxwing.node.start.LedgerIdentity;

/**
 * One epoch as the links see it: who is who, and by whose keys frames are judged. Any thread.
 *
 * <p>Cosignatures of trees larger than {@code afterSize}, up to the end of the epoch, are those of its policy.
 */
final class EpochView {
    final LedgerIdentity identity;
    final Validators validators;
    final PeerNames names;
    final BatchCheck batches;
    final long afterSize;
    private final MessageCheck messages;

    EpochView(LedgerIdentity identity, Hash ledgerId, long afterSize, SharedChecks signatures) {
        this.identity = identity;
        this.validators = Validators.of(ledgerId, identity.config());
        this.names = new PeerNames(identity.registry());
        this.batches = new BatchCheck(identity.registry(), ledgerId, signatures);
        this.messages = new MessageCheck(validators, signatures, VotingRules.PROTOCOL);
        this.afterSize = afterSize;
    }

    long number() {
        return validators.epoch();
    }

    /** This node's own index, -1 if it has none. */
    int self() {
        return identity.validatorIndex();
    }

    /** It remembers what it found valid, and only one thread may use it at a time. */
    synchronized <M extends Message> Verified<M> verified(int from, M message) {
        return messages.check(from, message);
    }
}
