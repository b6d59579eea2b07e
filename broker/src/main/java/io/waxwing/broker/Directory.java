package io.waxwing.broker;

import io.waxwing.broker.intake.Intake;
import io.waxwing.broker.intake.Topics;
import io.waxwing.broker.rules.TermsOfTopics;
import io.waxwing.bus.spi.TopicDirectory;
import io.waxwing.bus.topic.TopicInfo;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.bus.topic.TopicTerms;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is known comes from {@link Topics}; what is new goes through {@link Intake}. */
final class Directory implements TopicDirectory {
    private final Topics topics;
    private final Intake intake;
    private final Function<String, TopicInfo.@Nullable Kept> kept;
    private final TermsOfTopics terms;

    Directory(Topics topics, Intake intake, TermsOfTopics terms, Function<String, TopicInfo.@Nullable Kept> kept) {
        this.terms = terms;
        this.topics = topics;
        this.intake = intake;
        this.kept = kept;
    }

    @Override
    public @Nullable TopicInfo find(String topic) {
        TopicInfo found = topics.find(topic);
        return found == null ? null : found.with(kept.apply(topic));
    }

    @Override
    public List<TopicInfo> list(String prefix, String after, int limit) {
        return topics.list(prefix, after, limit).stream()
                .map(found -> found.with(kept.apply(found.name())))
                .toList();
    }

    @Override
    public boolean create(String topic, TopicPolicy policy) {
        return intake.create(topic, policy);
    }

    @Override
    public TopicPolicy policyOf(String topic) {
        return topics.policyOf(topic);
    }

    @Override
    public TopicTerms termsOf(String topic) {
        return terms.of(topic);
    }

    @Override
    public void putTerms(String topic, TopicTerms said) {
        terms.put(topic, said);
    }
}
