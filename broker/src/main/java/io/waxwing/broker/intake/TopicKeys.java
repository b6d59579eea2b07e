package io.waxwing.broker.intake;

import io.waxwing.ledger.hash.Hash;

/** The secret keys that topics' pseudonyms are made with. */
@FunctionalInterface
public interface TopicKeys {
    /** The key of a new topic, 32 bytes; may refuse. */
    Hash keyOf(String topic, long audienceId);
}
