package io.waxwing.ledger.simplex;

import static io.waxwing.ledger.simplex.Vote.Type.FINALIZE;
import static io.waxwing.ledger.simplex.Vote.Type.NOTARIZE;
import static io.waxwing.ledger.simplex.Vote.Type.NULLIFY;
import static io.waxwing.ledger.simplex.Vote.Type.PROPOSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.fixture.Generated;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.sign.SignatureCheck;
import java.lang.reflect.Modifier;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageCheckTest {
    private static final Hash ID = TestKeys.hash("block");

    private final Script script = Script.ofFour(0);
    private final Validators validators = script.validators;
    private final MessageCheck check = new MessageCheck(validators, TestKeys.CHECK, VotingRules.PROTOCOL);

    private void assertRefused(Message message, String why) {
        assertThatThrownBy(() -> check.check(1, message))
                .isInstanceOfSatisfying(
                        MalformedException.class, e -> assertThat(e.code()).isEqualTo("WXW-3011"))
                .hasMessageContaining(why);
    }

    @Test
    void nothingElseMakesAVerifiedMessage() {
        assertThat(MessageCheck.Verified.class.getDeclaredConstructors())
                .allMatch(constructor -> Modifier.isPrivate(constructor.getModifiers()));
        assertThat(Modifier.isFinal(MessageCheck.Verified.class.getModifiers())).isTrue();
        assertThat(check.check(3, script.vote(1, NOTARIZE, 1, ID)).from()).isEqualTo(3);
    }

    @Test
    void aVoteIsSignedByItsVoter() {
        SignedVote good = script.vote(1, NOTARIZE, 1, ID);
        assertRefused(new SignedVote(NOTARIZE, 0, 1, ID, 2, good.signature()), "signature");
        assertRefused(new SignedVote(NOTARIZE, 0, 2, ID, 1, good.signature()), "signature");
        assertRefused(new SignedVote(NOTARIZE, 0, 1, TestKeys.hash("x"), 1, good.signature()), "signature");
    }

    /** Fault 13. */
    @Test
    void indexesAreThoseOfValidators() {
        SignedVote good = script.vote(1, NOTARIZE, 1, ID);
        assertRefused(new SignedVote(NOTARIZE, 0, 1, ID, 4, good.signature()), "voter 4 of 4");
        assertRefused(new SignedVote(NOTARIZE, 0, 1, ID, 65_535, good.signature()), "voter");
        assertThatThrownBy(() -> check.check(-1, good)).isInstanceOf(MalformedException.class);
    }

    /** Fault 11. */
    @Test
    void aVoteIsNoVoteOfAnotherTypeEpochOrLedger() {
        SignedVote good = script.vote(1, NOTARIZE, 1, ID);
        assertRefused(new SignedVote(FINALIZE, 0, 1, ID, 1, good.signature()), "signature");
        assertRefused(new SignedVote(NOTARIZE, 1, 1, ID, 1, good.signature()), "epoch 1");
        Validators later = TestKeys.validators(4, 1);
        SignedVote ofLater = TestKeys.vote(later, 1, NOTARIZE, 1, ID);
        assertRefused(new SignedVote(NOTARIZE, 0, 1, ID, 1, ofLater.signature()), "signature");
        Validators elsewhere = new Validators(TestKeys.hash("elsewhere"), 0, 0, validators.members());
        assertRefused(TestKeys.vote(elsewhere, 1, NOTARIZE, 1, ID), "signature");
    }

    /** Fault 6, 8, 13. */
    @Test
    void aCertificateHasExactlyAQuorumOfRightSignatures() {
        check.check(1, script.nullification(1, 0, 2, 3));
        assertRefused(script.nullification(1, 2, 3), "3 signatures, got 2");
        assertRefused(script.nullification(1, 0, 1, 2, 3), "3 signatures, got 4");
        Certificate good = script.nullification(1, 0, 2, 3);
        ByteString first = good.signatures().get(0);
        assertRefused(
                new Certificate(NULLIFY, 0, 1, Hash.ZERO, good.voters(), List.of(first, first, first)), "signature");
        assertRefused(new Certificate(NULLIFY, 0, 2, Hash.ZERO, good.voters(), good.signatures()), "signature");
        assertRefused(new Certificate(FINALIZE, 0, 1, Hash.ZERO, good.voters(), good.signatures()), "signature");
        assertRefused(new Certificate(NULLIFY, 0, 1, ID, good.voters(), good.signatures()), "names no block");
        assertRefused(TestKeys.certificate(validators, PROPOSE, 1, ID, 0, 1, 2), "nothing is certified by proposals");
    }

    @Test
    void everyQuorumOfOneToSevenValidatorsIsAccepted() {
        for (int n = 1; n <= 7; n++) {
            Validators some = TestKeys.validators(n, 0);
            int[] voters = new int[some.quorum()];
            for (int i = 0; i < voters.length; i++) {
                voters[i] = n - 1 - i;
            }
            MessageCheck of = new MessageCheck(some, TestKeys.CHECK, VotingRules.PROTOCOL);
            assertThat(of.check(0, TestKeys.certificate(some, NOTARIZE, 3, ID, voters))
                            .message()
                            .signatures())
                    .hasSize(some.quorum());
        }
    }

    @Test
    void aProposalIsItsLeadersBlock() {
        Block block = script.block(1, List.of());
        check.check(2, script.proposal(block));
        assertRefused(script.vote(1, PROPOSE, 1, block.blockId()), "comes with its block");
        assertRefused(
                new Proposal(script.vote(2, PROPOSE, 1, block.blockId()), block), "validator 2 does not lead view 1");
        assertRefused(new Proposal(script.vote(1, PROPOSE, 1, ID), block), "another block");
        assertRefused(new Proposal(script.vote(2, PROPOSE, 2, block.blockId()), block), "lead");
        SignedVote forged = new SignedVote(
                PROPOSE,
                0,
                1,
                block.blockId(),
                1,
                script.vote(2, PROPOSE, 1, ID).signature());
        assertRefused(new Proposal(forged, block), "signature");
    }

    @Test
    void whatJustifiesABlockIsCheckedWithIt() {
        Block block = script.block(3, List.of());
        check.check(2, script.proposal(Script.justified(block, script.nullification(2, 0, 1, 2))));
        Certificate good = script.nullification(1, 0, 1, 2);
        Certificate forged = new Certificate(NULLIFY, 0, 2, Hash.ZERO, good.voters(), good.signatures());
        assertRefused(script.proposal(Script.justified(block, forged)), "signature");
        assertRefused(script.proposal(Script.justified(block, script.nullification(3, 0, 1, 2))), "earlier views");
    }

    @Test
    void blocksOfOtherLedgersAndEpochsAreRefused() {
        Block foreign = new Generated(1).block();
        assertRefused(new BlockAnswer(0, foreign.blockId(), foreign), "epoch");
        assertRefused(new BlockRequest(1, ID), "epoch 1");
        assertRefused(new CertificateRequest(7, 1), "epoch 7");
    }

    /** Fault 7: a remembered signature says nothing about another statement or another key. */
    @Test
    void whatIsRememberedIsKeyStatementAndSignature() {
        SignedVote good = script.vote(1, NOTARIZE, 1, ID);
        check.check(1, good);
        aVoteIsSignedByItsVoter();
        aVoteIsNoVoteOfAnotherTypeEpochOrLedger();
    }

    @Test
    void aSignatureIsCheckedOnceAndARefusedOneEveryTime() {
        int[] calls = new int[1];
        SignatureCheck counting = (key, message, signature) -> {
            calls[0]++;
            return TestKeys.CHECK.verify(key, message, signature);
        };
        MessageCheck counted = new MessageCheck(validators, counting, VotingRules.PROTOCOL);
        for (int voter : new int[] {0, 2, 3}) {
            counted.check(1, script.vote(voter, NULLIFY, 1, Hash.ZERO));
        }
        counted.check(1, script.nullification(1, 0, 2, 3));
        assertThat(calls[0]).isEqualTo(3);
        SignedVote wrong = new SignedVote(NULLIFY, 0, 1, Hash.ZERO, 1, ByteString.of(new byte[64]));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> counted.check(1, wrong)).isInstanceOf(MalformedException.class);
        }
        assertThat(calls[0]).isEqualTo(5);
    }
}
