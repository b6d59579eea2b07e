package io.waxwing.ledger.simplex;

import static io.waxwing.ledger.simplex.Vote.Type.FINALIZE;
import static io.waxwing.ledger.simplex.Vote.Type.NOTARIZE;
import static io.waxwing.ledger.simplex.Vote.Type.NULLIFY;
import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fault 23: memory stays bounded whatever peers send. */
class BoundsTest {
    private final Validators validators = TestKeys.validators(4, 0);

    private SignedVote vote(int voter, Vote.Type type, long view, long block) {
        Hash id = type == NULLIFY ? Hash.ZERO : TestKeys.hash("b" + block);
        return TestKeys.vote(validators, voter, type, view, id);
    }

    @Test
    void votesAreKeptOnlyAroundTheCurrentView() {
        Ballots ballots = new Ballots(validators, VotingRules.PROTOCOL, 100);
        assertThat(ballots.hear(vote(1, NOTARIZE, 91, 1))).isFalse();
        assertThat(ballots.hear(vote(1, NOTARIZE, 92, 1))).isTrue();
        assertThat(ballots.hear(vote(1, NOTARIZE, 108, 1))).isTrue();
        assertThat(ballots.hear(vote(1, NOTARIZE, 109, 1))).isFalse();
        assertThat(ballots.hear(vote(1, NOTARIZE, Long.MAX_VALUE, 1))).isFalse();
        ballots.moveTo(101);
        assertThat(ballots.first(NOTARIZE, 92, 1)).isNull();
        assertThat(ballots.first(NOTARIZE, 108, 1)).isNotNull();
    }

    @Test
    void oneVoteOfAKindForEachValidatorAndView() {
        Ballots ballots = new Ballots(validators, VotingRules.PROTOCOL, 1);
        for (int block = 0; block < 100; block++) {
            ballots.hear(vote(1, NOTARIZE, 1, block));
            ballots.hear(vote(1, FINALIZE, 1, block));
        }
        int kept = 0;
        for (int block = 0; block < 100; block++) {
            kept += ballots.count(NOTARIZE, 1, TestKeys.hash("b" + block));
        }
        assertThat(kept).isEqualTo(1);
    }

    @Test
    void evidenceIsOnePairAKindForEachValidator() {
        Accusations accusations = new Accusations(List.of(), validator -> false);
        int taken = 0;
        for (int view = 1; view < 50; view++) {
            for (int voter = 0; voter < 4; voter++) {
                Evidence pair = Evidence.between(vote(voter, NOTARIZE, view, 1), vote(voter, NOTARIZE, view, 2));
                taken += pair != null && accusations.accuse(pair) ? 1 : 0;
            }
        }
        assertThat(taken).isEqualTo(4);
    }

    @Test
    void proposalsThatNobodyNotarizesAreForgotten() {
        BlockTree tree = new BlockTree(TestChain.GENESIS);
        Script script = new Script(4, 0);
        for (int view = 1; view <= 50; view++) {
            tree.put(TestKeys.hash("p" + view), script.block(view, List.of()));
        }
        tree.forgetUncertified(43);
        assertThat(tree.size()).isEqualTo(8);
    }

    @Test
    void aLiarsProposalsForAllItsFutureTurnsAreFew() {
        Script script = Script.ofFour(0);
        for (int view = 1; view < 1000; view++) {
            if (script.validators.leader(view) == 1) {
                script.propose(script.block(view, List.of()));
                script.propose(script.block(view, List.of(), 7));
            }
        }
        int known = 0;
        for (int view = 1; view < 1000; view++) {
            script.node.takeSent();
            script.node.hear(
                    2, new BlockRequest(0, script.block(view, List.of()).blockId()));
            known += script.node.sent(BlockAnswer.class).get(0).block() == null ? 0 : 1;
        }
        assertThat(known).isEqualTo(3);
    }

    /** Everything a third can send, at length: all kinds of messages, views near and far, other ids each time. */
    @Test
    void aNodeUnderFireHoldsAFixedAmount() {
        Script script = Script.ofFour(0);
        TestNode node = script.node;
        for (int i = 0; i < 3000; i++) {
            long view = i % 40 == 0 ? i * 1_000_000_007L : i % 12;
            for (Vote.Type type : List.of(NOTARIZE, NULLIFY, FINALIZE)) {
                node.hear(1, vote(1, type, view, i));
            }
            if (i % 4 == 1) {
                node.hear(1, script.proposal(script.block(i, List.of(), i)));
            }
            Block block = script.block(i, List.of());
            node.hear(1, new BlockAnswer(0, block.blockId(), block));
            node.hear(1, new BlockRequest(0, TestKeys.hash("b" + i)));
            node.hear(1, new CertificateRequest(0, i));
            node.takeSent();
        }
        assertThat(node.core().view()).isEqualTo(1);
        Simplex.Held held = node.core().held();
        assertThat(held.votes()).isLessThan(40);
        assertThat(held.blocks()).isLessThan(5);
        assertThat(held.certificates() + held.wantedBlocks() + held.idsOnTheWay())
                .isZero();
        assertThat(held.evidence()).isLessThan(5);
    }

    @Test
    void bodiesAreWantedOnlyByCertificatesAndNotTooManyAtATime() {
        Fetcher fetcher = new Fetcher(validators, 0, 1_000_000_000);
        Outbox out = new Outbox(VotingRules.PROTOCOL);
        List<Hash> needed = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            needed.add(TestKeys.hash("b" + i));
        }
        fetcher.ask(needed, 0, out);
        assertThat(needed.stream().filter(fetcher::wants)).hasSize(Fetcher.MAX_WANTED);
        assertThat(out.take(0).thenSend()).hasSize(3);
        fetcher.ask(List.of(), 0, out);
        assertThat(needed.stream().filter(fetcher::wants)).isEmpty();
    }
}
