package io.waxwing.anchor.challenge;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.anchor.batch.TestEvent;
import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PayloadSearchTest {
    private static final int SELF = 4;

    private final PayloadSearch search = new PayloadSearch(SELF);

    private static BatchReference batch() {
        return batch(5);
    }

    private static BatchReference batch(long batchSeq) {
        List<OriginPart> parts = List.of(new OriginPart(1, 1, 1, 1, Hash.ZERO, Hash.ZERO));
        AvailabilityCertificate certificate = new AvailabilityCertificate(
                1L << 3 | 1L << SELF, List.of(ByteString.of(new byte[64]), ByteString.of(new byte[64])));
        return new BatchReference(
                BatchStatement.over(new Lane(1, 1), batchSeq, 1, parts).signedBy(TestEvent.SIGNER, Hash.ZERO),
                parts,
                certificate);
    }

    private List<Integer> asked(long now) {
        return search.due(now).stream().map(PayloadSearch.Question::to).toList();
    }

    @Test
    void asksTheOriginThenTheSignersThenTheOthersAndBeginsAgain() {
        search.want(batch(), List.of(1, 2, 3), 0);
        assertThat(asked(0)).containsExactly(1);
        assertThat(asked(0)).isEmpty();
        assertThat(asked(PayloadSearch.ANSWER_NANOS)).containsExactly(3);
        assertThat(asked(2 * PayloadSearch.ANSWER_NANOS)).containsExactly(2);
        assertThat(asked(3 * PayloadSearch.ANSWER_NANOS)).containsExactly(1);
    }

    @Test
    void whoeverSaysThatItHasNothingIsFollowedByTheNextAtOnce() {
        search.want(batch(), List.of(1, 2, 3), 0);
        assertThat(asked(0)).containsExactly(1);
        search.notHeld(batch().batchId(), 2, 5);
        assertThat(asked(5)).isEmpty();
        search.notHeld(batch().batchId(), 1, 5);
        assertThat(asked(5)).containsExactly(3);
        assertThat(search.nextNanos()).isEqualTo(5 + PayloadSearch.ANSWER_NANOS);
    }

    @Test
    void aRoundOfRefusalsIsNotRepeatedWithoutAPause() {
        search.want(batch(), List.of(1), 0);
        assertThat(asked(0)).containsExactly(1);
        search.notHeld(batch().batchId(), 1, 1);
        assertThat(asked(1)).containsExactly(3);
        search.notHeld(batch().batchId(), 3, 2);
        assertThat(asked(2)).isEmpty();
    }

    @Test
    void onlySoManyBatchesAreAskedForAtATimeAndThoseThatNobodyHasMakeRoomForTheRest() {
        for (int number = 1; number <= PayloadSearch.ACTIVE + 5; number++) {
            search.want(batch(number), List.of(), 0);
        }
        Set<Long> askedFor = new TreeSet<>();
        long now = 0;
        for (int round = 0; round < 4; round++) {
            List<PayloadSearch.Question> questions = search.due(now);
            assertThat(questions).hasSizeLessThanOrEqualTo(PayloadSearch.ACTIVE);
            questions.forEach(question -> askedFor.add(question.pull().batchSeq()));
            assertThat(search.due(now)).isEmpty();
            now += PayloadSearch.ANSWER_NANOS;
        }
        assertThat(askedFor).hasSize(PayloadSearch.ACTIVE + 5);
    }

    @Test
    void whatIsFoundIsNotAskedForAnyMore() {
        search.want(batch(), List.of(), 0);
        assertThat(search.wants(batch().batchId())).isTrue();
        search.found(batch().batchId());
        assertThat(asked(0)).isEmpty();
        assertThat(search.nextNanos()).isNull();
    }
}
