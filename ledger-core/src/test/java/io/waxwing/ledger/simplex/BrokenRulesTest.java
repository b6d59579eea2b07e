package io.waxwing.ledger.simplex;

import static io.waxwing.ledger.simplex.Vote.Type.FINALIZE;
import static io.waxwing.ledger.simplex.Vote.Type.NOTARIZE;
import static io.waxwing.ledger.simplex.Vote.Type.NULLIFY;
import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.util.List;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

/** Every rule is asked where it counts: broken, it lets through what the tests of the rules forbid. */
class BrokenRulesTest {
    private static Script of(VotingRules broken) {
        Script script = new Script(4, 0);
        script.node.rules = broken;
        script.node.start();
        script.node.takeSent();
        return script;
    }

    /** Fault 1. */
    @Test
    void finalizeAfterNullify() {
        Script script = of(new VotingRules() {
            @Override
            public boolean mayFinalize(OwnVotes own) {
                return own.finalized() == null;
            }
        });
        assertFinalizesANullifiedView(script);
    }

    /** Fault 1, by forgetting. */
    @Test
    void forgottenFlags() {
        Script script = of(new VotingRules() {
            @Override
            public boolean mayForget(long view, long settledView, long currentView) {
                return view < currentView;
            }

            @Override
            public boolean stopsAtUnknownOwnVote() {
                return false;
            }
        });
        assertFinalizesANullifiedView(script);
    }

    private static void assertFinalizesANullifiedView(Script script) {
        script.node.pending(1);
        script.node.pass(500);
        script.nullify(1, 1, 2);
        script.node.hear(1, script.notarization(script.block(1, List.of()), 1, 2, 3));
        assertThat(script.node.sentVotes(FINALIZE)).hasSize(1);
    }

    /** Fault 2. */
    @Test
    void uncheckedGap() {
        Script script = of(new VotingRules() {
            @Override
            public boolean gapCovered(long parentView, long view, LongPredicate nullified) {
                return true;
            }
        });
        script.node.hear(2, script.nullification(2, 1, 2, 3));
        script.propose(script.block(3, List.of()));
        assertThat(script.node.sentVotes(NOTARIZE)).hasSize(1);
    }

    /** Fault 3. */
    @Test
    void sentBeforeDurable() {
        Script script = of(new VotingRules() {
            @Override
            public boolean durableBeforeSent() {
                return false;
            }
        });
        script.propose(script.block(1, List.of()));
        SignedVote vote = script.node.sentVotes(NOTARIZE).get(0);
        assertThat(script.node.log).doesNotContain(new VoteRecord.Notarized(1, vote.blockId()));
        script.node.pass(1);
        script.node.input(core -> core.onPending(script.node.now()));
        assertThat(script.node.log).contains(new VoteRecord.Notarized(1, vote.blockId()));
    }

    /** Fault 4. */
    @Test
    void votingWithoutHistory() {
        Script script = new Script(4, 0);
        script.node.keyHasHistory = true;
        script.node.rules = new VotingRules() {
            @Override
            public boolean mayVote(boolean keyHasHistory, VoteHistory history, long baseView, long appliedView) {
                return true;
            }
        };
        script.node.start();
        script.propose(script.block(1, List.of()));
        assertThat(script.node.sentVotes(NOTARIZE)).hasSize(1);
    }

    /** Fault 6. */
    @Test
    void countedTwice() {
        Script script = of(new VotingRules() {
            @Override
            public boolean countsVote(boolean countedBefore) {
                return true;
            }
        });
        script.nullify(1, 1, 1, 1);
        assertThat(script.node.core().view()).isEqualTo(2);
    }

    /** Fault 7. */
    @Test
    void rememberedBySignatureAlone() {
        VotingRules broken = new VotingRules() {
            @Override
            public Hash verificationKey(ByteString voteKey, byte[] statement, ByteString signature) {
                return Sha256.digest(signature.toBytes());
            }
        };
        Script script = Script.ofFour(0);
        MessageCheck check = new MessageCheck(script.validators, TestKeys.CHECK, broken);
        SignedVote good = script.vote(1, NOTARIZE, 1, TestKeys.hash("b"));
        check.check(1, good);
        SignedVote forged = new SignedVote(FINALIZE, 0, 9, TestKeys.hash("x"), 2, good.signature());
        assertThat(check.check(1, forged).message()).isEqualTo(forged);
    }

    /** Fault 10. */
    @Test
    void lastVoteInsteadOfTheFirst() {
        Script script = of(new VotingRules() {
            @Override
            public boolean keepsFirstVote() {
                return false;
            }
        });
        Block one = script.block(1, List.of());
        Block other = script.block(1, List.of(), 7);
        script.notarize(one, 1, 2);
        script.notarize(other, 1, 2, 3);
        assertThat(script.node.core().view()).isEqualTo(2);
        assertThat(script.node.evidence).isEmpty();
    }

    /** Fault 11. */
    @Test
    void signaturesThatDoNotNameTheirType() {
        VotingRules broken = new VotingRules() {
            @Override
            public byte[] signedMessage(Vote vote) {
                return new ByteWriter(40).u63(vote.view()).hash(vote.blockId()).toBytes();
            }
        };
        Script script = of(broken);
        script.propose(script.block(1, List.of()));
        SignedVote notarize = script.node.sentVotes(NOTARIZE).get(0);
        MessageCheck check = new MessageCheck(script.validators, TestKeys.CHECK, broken);
        SignedVote replayed = new SignedVote(FINALIZE, 0, 1, notarize.blockId(), 0, notarize.signature());
        assertThat(check.check(1, replayed).message()).isEqualTo(replayed);
    }

    /** Fault 16. */
    @Test
    void aViewClaimBelieved() {
        Script script = of(new VotingRules() {
            @Override
            public boolean believesViewClaim(long claimedView, long currentView) {
                return claimedView > currentView;
            }
        });
        script.nullify(9, 1);
        assertThat(script.node.core().view()).isEqualTo(9);
    }

    /** Fault 17. */
    @Test
    void noNotarizeAfterNullify() {
        Script script = of(new VotingRules() {
            @Override
            public boolean mayNotarize(OwnVotes own) {
                return own.notarized() == null && !own.nullified();
            }
        });
        script.node.pending(1);
        script.node.pass(500);
        assertThat(script.node.sentVotes(NULLIFY)).isNotEmpty();
        script.propose(script.block(1, List.of(), TestChain.batch(1)));
        assertThat(script.node.sentVotes(NOTARIZE)).isEmpty();
    }

    /** Fault 22. */
    @Test
    void anyBodyTaken() {
        Script script = of(new VotingRules() {
            @Override
            public boolean acceptsBody(Hash certified, Hash offered) {
                return true;
            }
        });
        Block block = script.block(1, List.of());
        Block other = script.block(1, List.of(), 7);
        script.node.hear(1, script.finalization(block, 1, 2, 3));
        script.node.hear(1, new BlockAnswer(0, block.blockId(), other));
        assertThat(script.node.applied.get(0).block()).isEqualTo(other);
    }
}
