package io.waxwing.broker;

import io.waxwing.broker.intake.Intake;
import io.waxwing.broker.intake.Topics;
import io.waxwing.bus.spi.TopicDirectory;
import io.waxwing.bus.topic.TopicInfo;
import io.waxwing.bus.topic.TopicPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known comes from {@link Topics}; what is new goes through {@link Intake}. */
final class Directory implements TopicDirectory {
    private final Topics topics;
    private final Intake intake;

    Directory(Topics topics, Intake intake) {
        this.topics = topics;
        this.intake = intake;
    }

    @Override
    public @Nullable TopicInfo find(String topic) {
        return topics.find(topic);
    }

    @Override
    public List<TopicInfo> list(String prefix, String after, int limit) {
        return topics.list(prefix, after, limit);
    }

    @Override
    public boolean create(String topic, TopicPolicy policy) {
        return intake.create(topic, policy);
    }

    @Override
    public TopicPolicy policyOf(String topic) {
        return topics.policyOf(topic);
    }
}
