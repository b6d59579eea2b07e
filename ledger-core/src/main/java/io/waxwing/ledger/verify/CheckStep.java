package io.waxwing.ledger.verify;

/** One named step of a verification, in the order in which it was done. */
public record CheckStep(Name name, Outcome outcome, String detail) {
    /** The steps, in the order of ledger.md section 8. */
    public enum Name {
        /** The file is a receipt and the trust file a policy. */
        PARSE("parse"),
        /** The trust chain leads from the trust file to the policy in force for the receipt's tree size. */
        TRUST("trust"),
        /** The checkpoint bears the log's line and the policy's quorum of cosignatures. */
        CHECKPOINT("checkpoint"),
        /** The SEGMENT leaf's index lies inside the checkpoint's tree. */
        INDEX("index"),
        /** The SEGMENT leaf is under the checkpoint's root. */
        INCLUSION("inclusion"),
        /** The event is under the segment's eventsRoot. */
        EVENT("event"),
        /** What is shown of the event is what was committed to. */
        CONTENT("content"),
        /** The BATCH leaf is under the root, holds this segment, and its origin and holders signed it. */
        ORIGIN("origin"),
        /** The BLOCK leaf is under the root and closes the segment's block. */
        BLOCK("block");

        private final String word;

        Name(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /** How it went. */
    public enum Outcome {
        OK,
        FAILED,
        /** The receipt does not carry what this step would check; nothing is claimed about it. */
        ABSENT
    }

    @Override
    public String toString() {
        return name.word() + " " + outcome + ": " + detail;
    }
}
