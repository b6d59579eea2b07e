package io.waxwing.testkit.epoch;

import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.JoinFile;
import io.waxwing.ledger.control.KeyPurpose;
import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.merkle.MerkleRoot;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import java.util.ArrayList;
import java.util.List;

/** The first block of a simulated ledger, of one member or of several. */
final class Founding {
    private Founding() {}

    /** Members 0 to n - 1 found it. */
    static Block block(int validators) {
        ConfigLeaf config = validators == 1 ? solo() : several(validators);
        BlockHeader header = new BlockHeader(
                config.configHash(),
                0,
                0,
                0,
                Hash.ZERO,
                0,
                0,
                EpochWorld.START_MS,
                Block.batchesRoot(List.of()),
                0,
                Block.evidenceRoot(List.of(config)),
                0,
                MerkleRoot.EMPTY);
        return new Block(header, List.of(), List.of(), List.of(config));
    }

    private static ConfigLeaf several(int validators) {
        List<JoinFile> members = new ArrayList<>();
        for (int member = 0; member < validators; member++) {
            members.add(Members.join(member, 0));
        }
        return Genesis.of(members, new Genesis.Terms("ledger.example", Availability.ORIGIN, EpochWorld.START_MS));
    }

    private static ConfigLeaf solo() {
        return Genesis.solo(
                "ledger.example",
                Members.name(0),
                new Genesis.SoloKeys(
                        Members.signer(0, 0, KeyPurpose.VOTE).publicKey(),
                        Members.signer(0, 0, KeyPurpose.COSIGNER).publicKey(),
                        Members.signer(0, 0, KeyPurpose.LOG).publicKey(),
                        Members.signer(0, 0, KeyPurpose.ORIGIN)));
    }
}
