package io.waxwing.http.socket;

import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.filter.Cesql;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * What a connection is for, as its request said.
 *
 * @param access what whoever opened it may do
 * @param filter events that it gets; null: none
 * @param start where they begin
 * @param skipsGone whether it goes on where events behind the start are not kept any more
 * @param sql only events that this is true for; null: all
 * @param topic what comes from the client is published to; null: nothing may come
 * @param wanted acknowledgement asked for; null: as the topic's policy says
 */
record SocketPlan(
        Access access,
        @Nullable TopicFilter filter,
        StartFrom start,
        boolean skipsGone,
        @Nullable Cesql sql,
        @Nullable String topic,
        @Nullable AckPolicy wanted) {}
