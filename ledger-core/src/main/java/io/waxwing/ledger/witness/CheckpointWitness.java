package io.waxwing.ledger.witness;

/** A witness as the HTTP port sees it, for threads that may wait for the disk. */
public interface CheckpointWitness {
    /** Witnesses nothing. */
    CheckpointWitness NONE = new CheckpointWitness() {
        @Override
        public Answer add(byte[] body) {
            return new Answer(404, Answer.TEXT, WitnessCodes.UNKNOWN_LOG + ": this node witnesses no logs\n");
        }

        @Override
        public String vkey() {
            return "";
        }
    };

    /** Answers a request; one after the other, the record forced before a cosignature is in the answer. */
    Answer add(byte[] body);

    /** The key of its cosignatures; empty if there is no witness. */
    String vkey();

    /** An HTTP answer. */
    record Answer(int status, String contentType, String body) {
        public static final String TEXT = "text/plain; charset=utf-8";
        /** The decimal tree size cosigned last, and a newline. */
        public static final String SIZE = "text/x.tlog.size";
    }
}
