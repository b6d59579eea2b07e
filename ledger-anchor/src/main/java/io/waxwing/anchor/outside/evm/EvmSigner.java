package io.waxwing.anchor.outside.evm;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.math.BigInteger;
import java.util.Locale;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.utils.Numeric;

/** The account that anchors: transactions of the legacy form, signed by EIP-155. The key is never shown. */
public final class EvmSigner {
    private static final int KEY_BYTES = 32;
    /** Order of secp256k1 (SEC 2, 2.4.1). */
    private static final BigInteger ORDER =
            new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

    private final Credentials credentials;

    private EvmSigner(Credentials credentials) {
        this.credentials = credentials;
    }

    /** True if the bytes are a private key: 32, and a number from 1 to the curve's order - 1. */
    public static boolean isKey(byte[] key) {
        BigInteger number = new BigInteger(1, key);
        return key.length == KEY_BYTES && number.signum() > 0 && number.compareTo(ORDER) < 0;
    }

    /** Throws {@link IllegalArgumentException}, which does not show them, if the bytes are no key. */
    public static EvmSigner of(byte[] key) {
        if (!isKey(key)) {
            throw new IllegalArgumentException("no private key of secp256k1");
        }
        return new EvmSigner(Credentials.create(ECKeyPair.create(key)));
    }

    /** "0x" and 40 hexadecimal digits in lower case. */
    public String address() {
        return credentials.getAddress().toLowerCase(Locale.ROOT);
    }

    /** What is sent, and the hash that it will be found under. */
    record Signed(ByteString raw, Hash hash) {}

    /** What a transaction without value says. */
    record Unsigned(BigInteger nonce, BigInteger gasPrice, BigInteger gasLimit, String to, ByteString data) {}

    Signed sign(Unsigned transaction, long chainId) {
        RawTransaction raw = RawTransaction.createTransaction(
                transaction.nonce(),
                transaction.gasPrice(),
                transaction.gasLimit(),
                transaction.to(),
                BigInteger.ZERO,
                Numeric.toHexString(transaction.data().toBytes()));
        byte[] signed = TransactionEncoder.signMessage(raw, chainId, credentials);
        return new Signed(ByteString.of(signed), Hash.of(org.web3j.crypto.Hash.sha3(signed)));
    }
}
