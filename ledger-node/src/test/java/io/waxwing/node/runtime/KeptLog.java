package io.waxwing.node.runtime;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.simplex.VoteHistory;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.spi.VoteLog;
import io.waxwing.testkit.fake.MemoryVoteLog;
import java.util.Map;

/** A vote log in memory whose verdicts outlive it. */
record KeptLog(MemoryVoteLog log, Map<ByteString, String> verdicts) implements VoteLog {
    @Override
    public void append(VoteRecord record) {
        log.append(record);
    }

    @Override
    public void force() {
        log.force();
    }

    @Override
    public VoteHistory history() {
        return log.history();
    }

    @Override
    public void condemn(ByteString voteKey, String why) {
        verdicts.putIfAbsent(voteKey, why);
    }

    @Override
    public String verdict(ByteString voteKey) {
        return verdicts.getOrDefault(voteKey, "");
    }

    @Override
    public void close() {
        log.close();
    }
}
