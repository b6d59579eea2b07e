package io.waxwing.ledger.simplex;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.sign.Signer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keys of test validators: fast, deterministic, and worthless outside of a test. */
final class TestKeys {
    static final Hash LEDGER = hash("ledger");
    static final SignatureCheck CHECK =
            (key, message, signature) -> Arrays.equals(signature(ByteString.of(key), message), signature);

    private TestKeys() {}

    static Hash hash(String text) {
        return Sha256.digest(text.getBytes(StandardCharsets.UTF_8));
    }

    static Signer signer(int index) {
        ByteString key = ByteString.of(hash("key " + index).toBytes());
        return new Signer() {
            @Override
            public byte[] sign(byte[] message) {
                return signature(key, message);
            }

            @Override
            public ByteString publicKey() {
                return key;
            }
        };
    }

    private static byte[] signature(ByteString key, byte[] message) {
        byte[] signature = new byte[64];
        Sha256.digest(key.toBytes(), message).copyTo(signature, 0);
        Sha256.digest(message, key.toBytes()).copyTo(signature, 32);
        return signature;
    }

    /** Institutions 1 to n; leader(v) = v mod n. */
    static Validators validators(int n, long epoch) {
        List<Validators.Member> members = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            members.add(new Validators.Member(i + 1, signer(i).publicKey()));
        }
        return new Validators(LEDGER, epoch, 0, members);
    }

    static SignedVote vote(Validators validators, int voter, Vote.Type type, long view, Hash blockId) {
        byte[] message = validators.vote(type, view, blockId).signedMessage();
        return new SignedVote(
                type,
                validators.epoch(),
                view,
                blockId,
                voter,
                ByteString.of(signer(voter).sign(message)));
    }

    static Certificate certificate(Validators validators, Vote.Type type, long view, Hash blockId, int... voters) {
        List<SignedVote> votes = Arrays.stream(voters)
                .mapToObj(voter -> vote(validators, voter, type, view, blockId))
                .toList();
        return Certificate.of(votes, validators.size());
    }
}
