package io.waxwing.node.start;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.spi.VoteLog;
import io.waxwing.node.store.FileVoteLog;
import java.nio.file.Path;

/** Where the vote log of a key is kept. */
public interface VoteLogs {
    /** The log of that ledger, made if the key has none yet; throws {@link LedgerFailure} as {@link FileVoteLog}. */
    VoteLog open(Hash ledgerId);

    /** A new log in place of one that is lost, with the verdict that the key may not vote any more. */
    VoteLog beginCondemned(Hash ledgerId, ByteString voteKey, LedgerFailure why);

    /** Files in a folder beside the keys. */
    static VoteLogs in(Path folder, long segmentBytes) {
        return new VoteLogs() {
            @Override
            public VoteLog open(Hash ledgerId) {
                return FileVoteLog.open(folder, ledgerId, segmentBytes);
            }

            @Override
            public VoteLog beginCondemned(Hash ledgerId, ByteString voteKey, LedgerFailure why) {
                return FileVoteLog.beginCondemned(
                        folder, ledgerId, segmentBytes, voteKey, String.valueOf(why.getMessage()));
            }
        };
    }
}
