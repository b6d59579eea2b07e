package io.waxwing.node.runtime;

import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.node.TestLedger;
import io.waxwing.node.crypto.NodeKeys;
import java.util.ArrayList;
import java.util.List;

/** The first CONFIG leaf of a {@link Consortium}. */
final class ConsortiumGenesis {
    private ConsortiumGenesis() {}

    /** With so many validators, followers behind them, and lines behind the audience's. */
    static ConfigLeaf of(int size, int followers, String parameters) {
        return of(size, followers, parameters, false);
    }

    /** The same with lines that say where the validators' nodes are. */
    static ConfigLeaf of(int size, int followers, String parameters, boolean reachable) {
        StringBuilder nodes = new StringBuilder();
        StringBuilder institutions = new StringBuilder();
        StringBuilder origins = new StringBuilder();
        List<NoteKey> logs = new ArrayList<>();
        List<TrustPolicy.Witness> witnesses = new ArrayList<>();
        StringBuilder everybody = new StringBuilder();
        for (int id = 1; id <= size; id++) {
            NodeKeys keys = ConsortiumKeys.of(id);
            institutions.append("institution " + id + " m" + id + " validator "
                    + keys.vote().publicKey() + " " + keys.cosigner().publicKey() + " "
                    + keys.log().publicKey()
                    + "\n");
            origins.append(
                    "origin " + id + " " + id + " active " + keys.origin().publicKey() + "\n");
            if (reachable) {
                nodes.append("node " + id + " localhost:" + (7000 + id) + " " + Sha256.digest(new byte[] {(byte) id})
                        + "\n");
            }
            logs.add(new NoteKey(TestLedger.ORIGIN_LINE, NoteKey.LOG, keys.log().publicKey()));
            NoteKey cosigner = new NoteKey(
                    "m" + id + "." + TestLedger.ORIGIN_LINE,
                    NoteKey.COSIGNATURE,
                    keys.cosigner().publicKey());
            witnesses.add(new TrustPolicy.Witness("m" + id, cosigner, null));
            everybody.append(id == 1 ? "" : ",").append(id);
        }
        if (followers > 0) {
            int id = size + 1;
            NodeKeys keys = ConsortiumKeys.of(id);
            institutions.append("institution " + id + " m" + id + " observer "
                    + keys.vote().publicKey() + " " + keys.cosigner().publicKey() + " "
                    + keys.log().publicKey() + "\n");
            origins.append(
                    "origin " + id + " " + id + " active " + keys.origin().publicKey() + "\n");
        }
        if (followers > 1) {
            int id = size + 2;
            origins.append("origin " + id + " 1 active "
                    + ConsortiumKeys.of(id).origin().publicKey() + "\n");
        }
        String registry =
                institutions.toString() + origins + nodes + "audience 1 quorum " + everybody + "\n" + parameters;
        ByteString policy =
                TrustPolicy.threshold(logs, witnesses, Quorum.of(size)).encode();
        return new ConfigLeaf(0, 0, Hash.ZERO, policy, ByteString.utf8(registry), List.of());
    }
}
