package io.waxwing.testkit.sim;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockAnswer;
import io.waxwing.ledger.simplex.BlockRequest;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.CertificateRequest;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.VoteRecord;

/** Messages and records as a story tells them: short, with the first digits of ids. */
final class Words {
    private Words() {}

    static String of(Message message) {
        if (message instanceof SignedVote vote) {
            return vote.type() + "(" + vote.view() + " " + id(vote.blockId()) + ") of " + vote.voter();
        }
        if (message instanceof Certificate certificate) {
            return "certificate " + certificate.type() + "(" + certificate.view() + " " + id(certificate.blockId())
                    + ") by " + certificate.voters().hex();
        }
        if (message instanceof Proposal proposal) {
            return "proposal " + of(proposal.block());
        }
        if (message instanceof BlockRequest request) {
            return "asks for block " + id(request.blockId());
        }
        if (message instanceof BlockAnswer answer) {
            return "answers " + id(answer.blockId()) + " with "
                    + (answer.block() == null ? "nothing" : of(answer.block()));
        }
        if (message instanceof CertificateRequest request) {
            return "asks for certificates from view " + request.fromView();
        }
        return message.toString();
    }

    static String of(Block block) {
        StringBuilder words = new StringBuilder("block ")
                .append(id(block.blockId()))
                .append(" view ")
                .append(block.header().view())
                .append(" height ")
                .append(block.header().height())
                .append(" on ")
                .append(id(block.header().parentId()))
                .append(" of view ")
                .append(block.header().parentView())
                .append(" with ");
        return words.append(block.batches().size()).append(" batches").toString();
    }

    static String of(VoteRecord record) {
        if (record instanceof VoteRecord.Proposed proposed) {
            return "proposed(" + proposed.view() + " " + id(proposed.blockId()) + ")";
        }
        if (record instanceof VoteRecord.Notarized notarized) {
            return "notarized(" + notarized.view() + " " + id(notarized.blockId()) + ")";
        }
        if (record instanceof VoteRecord.Finalized finalized) {
            return "finalized(" + finalized.view() + " " + id(finalized.blockId()) + ")";
        }
        if (record instanceof VoteRecord.Certified certified) {
            return of(certified.certificate());
        }
        return record.toString();
    }

    private static String id(Hash hash) {
        return hash.hex().substring(0, 6);
    }
}
