package io.waxwing.http.fake;

import io.waxwing.http.members.Consortium;
import io.waxwing.ledger.control.Change;
import io.waxwing.ledger.control.GovernanceCodes;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.note.TrustPolicy;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** Two institutions, and whatever was asked of them. */
public final class MemoryConsortium implements Consortium {
    public final List<List<Change>> proposed = new ArrayList<>();
    public final List<String> votes = new ArrayList<>();

    @Override
    public ConfigLeaf config() {
        String registry = "institution 1 bank-a validator " + key() + " " + key() + " " + key() + "\n"
                + "institution 2 insurer observer " + key() + " " + key() + " " + key() + "\n"
                + "origin 1 1 active " + key() + "\n"
                + "origin 2 2 retired " + key() + "\n"
                + "audience 1 quorum 1,2\n";
        Registry parsed = Registry.parse(ByteString.utf8(registry));
        NoteKey log = new NoteKey(
                "ledger.example", NoteKey.LOG, parsed.institutions().get(0).logKey());
        NoteKey cosigner = new NoteKey(
                "bank-a.ledger.example",
                NoteKey.COSIGNATURE,
                parsed.institutions().get(0).cosignerKey());
        ByteString policy = TrustPolicy.threshold(
                        List.of(log), List.of(new TrustPolicy.Witness("bank-a", cosigner, null)), 1)
                .encode();
        return new ConfigLeaf(3, 77, Hash.ZERO, policy, parsed.encode(), List.of());
    }

    private static ByteString key() {
        try {
            byte[] encoded = KeyPairGenerator.getInstance("Ed25519")
                    .generateKeyPair()
                    .getPublic()
                    .getEncoded();
            return ByteString.of(encoded, encoded.length - 32, encoded.length);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public CompletableFuture<SortedMap<String, SortedSet<String>>> convicted() {
        SortedMap<String, SortedSet<String>> liars = new TreeMap<>();
        liars.put("insurer", new TreeSet<>(List.of("double-propose")));
        return CompletableFuture.completedFuture(liars);
    }

    @Override
    public CompletableFuture<List<Proposed>> proposed() {
        return CompletableFuture.completedFuture(List.of(
                new Proposed(Sha256.digest(new byte[1]), List.of("- a \"b\"", "+ c"), List.of("bank-a"), true, 3)));
    }

    @Override
    public CompletableFuture<Hash> propose(List<Change> changes) {
        if (changes.get(0) instanceof Change.RemoveMember remove
                && remove.institution().equals("nobody")) {
            return CompletableFuture.failedFuture(new LedgerFailure(GovernanceCodes.CHANGE, "no nobody"));
        }
        proposed.add(changes);
        return CompletableFuture.completedFuture(Hash.ZERO);
    }

    @Override
    public CompletableFuture<Void> vote(Hash id, boolean approves) {
        votes.add(id.hex().substring(0, 4) + " " + approves);
        return CompletableFuture.completedFuture(null);
    }
}
