package io.waxwing.bus.delivery;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events that are ordered and whose payloads are not here: what a subscriber that does not wait for them is told in
 * their place. They are one segment of the ledger: consecutive events of one topic.
 *
 * @param topic its name; null if nobody has published to it here yet, so that only its pseudonym is known
 * @param topicTag that pseudonym, 64 hexadecimal digits
 * @param place where they stand
 * @param commitment to the events: the segment's root, 64 hexadecimal digits
 * @param origin the institution that published them
 * @param signers the institutions that signed that they hold them, besides the origin
 * @param isVoid false: they come later, if somebody gives them; true: the ledger has found that nobody does
 */
public record Gap(
        @Nullable String topic,
        String topicTag,
        Place place,
        String commitment,
        String origin,
        List<String> signers,
        boolean isVoid) {
    public Gap {
        signers = List.copyOf(signers);
    }

    /**
     * Where missing events stand.
     *
     * @param height of their block
     * @param orderTimeMs of their block, Unix milliseconds
     * @param leafIndex of their SEGMENT leaf
     * @param topicSeq of the first of them
     * @param count how many they are
     */
    public record Place(long height, long orderTimeMs, long leafIndex, long topicSeq, int count) {}
}
