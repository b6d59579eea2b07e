package io.waxwing.bus.spi;

import io.waxwing.bus.topic.TopicInfo;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.bus.topic.TopicTerms;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Topics this node knows. Methods may block: call them from a pool for slow work. */
public interface TopicDirectory {
    /** The topic, or null if nobody created it or published to it. */
    @Nullable TopicInfo find(String topic);

    /** Topics in name order whose name begins with {@code prefix}, after {@code after} (empty: from the first). */
    List<TopicInfo> list(String prefix, String after, int limit);

    /**
     * Creates a topic with its own policy, or leaves an existing one with the same policy as it is.
     *
     * @return true if it is new
     * @throws io.waxwing.bus.failure.RefusedException WXW-1001, WXW-1003; WXW-1009 if it exists with another policy,
     *     WXW-1240 to 1242 if its audience cannot be had
     */
    boolean create(String topic, TopicPolicy policy);

    /** The policy that holds for a topic, known or not yet. Does not block. */
    TopicPolicy policyOf(String topic);

    /** What was said about a topic, {@link TopicTerms#NONE} if nothing. Does not block. */
    TopicTerms termsOf(String topic);

    /**
     * Says something else about a topic; {@link TopicTerms#NONE} takes everything back. Holds when it returns.
     *
     * @throws io.waxwing.bus.failure.RefusedException WXW-1017 if the node keeps too many, WXW-2101
     */
    void putTerms(String topic, TopicTerms terms);
}
