package io.waxwing.ledger.control;

/** What an institution has keys for. No key serves two purposes. */
public enum KeyPurpose {
    /** Votes of the consensus. Ed25519. */
    VOTE("vote"),
    /** Cosignatures of checkpoints. Ed25519. */
    COSIGNER("cosigner"),
    /** The log line of checkpoints. Ed25519. */
    LOG("log"),
    /** Batches, availability and approvals of CONFIG leaves. Ed25519. */
    ORIGIN("origin"),
    /** Connections between nodes. ECDSA P-256, which every TLS library takes. */
    TLS("tls");

    private final String word;

    KeyPurpose(String word) {
        this.word = word;
    }

    /** The word in join files and in the names of key files. */
    public String word() {
        return word;
    }
}
