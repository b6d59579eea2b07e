package io.waxwing.http.rest;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.quota.Quota;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.TopicDirectory;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicInfo;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.bus.topic.TopicTerms;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.ProblemException;
import io.waxwing.http.exchange.Query;
import io.waxwing.http.exchange.RawPath;
import io.waxwing.http.exchange.SlowReads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /v1/topics}, {@code /v1/topics/{topic}} and its {@code policy}: list, show, create, say what may change. */
final class TopicResource {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();
    private static final int DEFAULT_LIMIT = 100;
    private static final String MEMBERS = "class, ack, audience, retention and quota";

    private final TopicDirectory directory;
    private final SlowReads slow;
    private final HttpSettings settings;

    TopicResource(TopicDirectory directory, SlowReads slow, HttpSettings settings) {
        this.directory = directory;
        this.slow = slow;
        this.settings = settings;
    }

    HttpResponse list(Exchange exchange) {
        exchange.allow(HttpMethod.GET);
        Query query = exchange.query(Set.of("prefix", "limit", "cursor"));
        String prefix = query.get("prefix") == null ? "" : query.get("prefix");
        int limit = query.number("limit", 1, settings.maxPageEvents(), DEFAULT_LIMIT);
        String after = query.get("cursor") == null ? "" : openCursor(query.get("cursor"));
        return slow.answer(() -> {
            List<TopicInfo> topics = visible(exchange.access(), prefix, after, limit);
            JsonText json = new JsonText().open().name("topics").openArray();
            for (TopicInfo topic : topics) {
                write(json.element(), topic);
            }
            json.closeArray();
            if (topics.size() == limit) {
                String cursor = sealCursor(topics.get(limit - 1).name());
                String next = "/v1/topics?prefix=" + RawPath.encode(prefix) + "&limit=" + limit + "&cursor=" + cursor;
                json.member("next", next);
            }
            return Exchange.json(200, json.close().toString());
        });
    }

    /** The next topics that somebody may know of; their names alone go into cursors. */
    private List<TopicInfo> visible(Access access, String prefix, String after, int limit) {
        List<TopicInfo> visible = new ArrayList<>();
        String last = after;
        List<TopicInfo> read;
        do {
            read = directory.list(prefix, last, limit);
            for (TopicInfo topic : read) {
                last = topic.name();
                if (visible.size() < limit && access.maySee(topic.name())) {
                    visible.add(topic);
                }
            }
        } while (read.size() == limit && visible.size() < limit);
        return visible;
    }

    HttpResponse one(Exchange exchange, String topic) {
        exchange.allow(HttpMethod.GET, HttpMethod.PUT);
        requireAccess(exchange, topic);
        return exchange.method() == HttpMethod.PUT
                ? exchange.withBody(body -> {
                    Wanted wanted = wanted(topic, body, directory.termsOf(topic));
                    return slow.answer(() -> {
                        boolean isNew = created(topic, wanted.policy());
                        TopicTerms said = wanted.terms();
                        if (said != null) {
                            directory.putTerms(topic, said);
                        }
                        return Exchange.json(isNew ? 201 : 200, shown(known(topic)));
                    });
                })
                : slow.answer(() -> Exchange.json(200, shown(known(topic))));
    }

    /** What was fixed for a topic and what may change: GET. What may change: PUT for all of it, DELETE. */
    HttpResponse policy(Exchange exchange, String topic) {
        exchange.allow(HttpMethod.GET, HttpMethod.PUT, HttpMethod.DELETE);
        requireAccess(exchange, topic);
        if (exchange.method() == HttpMethod.PUT) {
            return exchange.withBody(body -> {
                Wanted wanted = wanted(topic, body, TopicTerms.NONE);
                return slow.answer(() -> {
                    known(topic);
                    created(topic, wanted.policy());
                    TopicTerms said = wanted.terms();
                    directory.putTerms(topic, said == null ? TopicTerms.NONE : said);
                    return Exchange.json(200, policyText(known(topic)));
                });
            });
        }
        boolean delete = exchange.method() == HttpMethod.DELETE;
        return slow.answer(() -> {
            TopicInfo info = known(topic);
            if (delete) {
                directory.putTerms(topic, TopicTerms.NONE);
                return HttpResponse.of(HttpStatus.NO_CONTENT);
            }
            return Exchange.json(200, policyText(info));
        });
    }

    private static void requireAccess(Exchange exchange, String topic) {
        exchange.noQuery();
        Access access = exchange.access();
        boolean reads = exchange.method() == HttpMethod.GET;
        exchange.require(
                reads ? access.maySee(topic) : access.mayManage(topic), reads ? Action.SUBSCRIBE : Action.MANAGE);
    }

    private TopicInfo known(String topic) {
        TopicInfo info = directory.find(topic);
        if (info == null) {
            throw new RefusedException(FailureCode.TOPIC_UNKNOWN, "nobody created it or published to it");
        }
        return info;
    }

    private boolean created(String topic, TopicPolicy policy) {
        try {
            return directory.create(topic, policy);
        } catch (RefusedException refused) {
            if (refused.refusal().code() == FailureCode.POLICY) {
                Problem problem = Problem.of(refused.refusal());
                throw new ProblemException(new Problem(409, problem.code(), problem.detail(), null));
            }
            throw refused;
        }
    }

    /** What a body wants; {@code terms} null if it says nothing of them. */
    private record Wanted(TopicPolicy policy, @Nullable TopicTerms terms) {}

    /** What is not in the body is as before, or as the node would do it anyway. */
    private Wanted wanted(String topic, byte[] body, TopicTerms before) {
        TopicPolicy usual = directory.policyOf(topic);
        if (body.length == 0) {
            return new Wanted(usual, null);
        }
        JsonNode json = read(body);
        if (!json.isObject()) {
            throw new ProblemException(Problem.of(FailureCode.JSON, "want an object with " + MEMBERS)
                    .at(""));
        }
        DeliveryClass deliveryClass = usual.deliveryClass();
        AckPolicy ack = null;
        String audience = usual.audience();
        TopicTerms.Retained kept = before.kept();
        Quota quota = before.quota();
        boolean said = false;
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            switch (member.getKey()) {
                case "class" -> deliveryClass = word(DeliveryClass.class, member);
                case "ack" -> ack = word(AckPolicy.class, member);
                case "audience" -> audience = text(member);
                case TopicTermsText.RETENTION -> {
                    kept = TopicTermsText.retention(member.getValue());
                    said = true;
                }
                case TopicTermsText.QUOTA -> {
                    quota = TopicTermsText.quota(member.getValue());
                    said = true;
                }
                default ->
                    throw TopicTermsText.refused("unknown member, a topic has " + MEMBERS, "/" + member.getKey());
            }
        }
        if (ack == null) {
            ack = deliveryClass == usual.deliveryClass() ? usual.ack() : deliveryClass.usualAck();
        }
        return new Wanted(new TopicPolicy(deliveryClass, ack, audience), said ? new TopicTerms(kept, quota) : null);
    }

    private static String text(Map.Entry<String, JsonNode> member) {
        if (!member.getValue().isTextual()) {
            throw new ProblemException(Problem.of(FailureCode.POLICY, member.getKey() + ": want a text")
                    .at("/" + member.getKey()));
        }
        return member.getValue().asText();
    }

    private static JsonNode read(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException notJson) {
            throw new RefusedException(FailureCode.JSON, "the body is no JSON object with " + MEMBERS);
        }
    }

    private static <E extends Enum<E>> E word(Class<E> type, Map.Entry<String, JsonNode> member) {
        String text = member.getValue().asText("");
        for (E value : type.getEnumConstants()) {
            if (member.getValue().isTextual()
                    && value.name().toLowerCase(Locale.ROOT).equals(text)) {
                return value;
            }
        }
        String wanted = String.join(
                ", ",
                java.util.Arrays.stream(type.getEnumConstants())
                        .map(value -> value.name().toLowerCase(Locale.ROOT))
                        .toList());
        throw new ProblemException(Problem.of(FailureCode.POLICY, member.getKey() + ": want one of " + wanted)
                .at("/" + member.getKey()));
    }

    private String shown(TopicInfo topic) {
        JsonText json = new JsonText();
        write(json, topic);
        return json.toString();
    }

    private String policyText(TopicInfo topic) {
        JsonText json = new JsonText().open();
        writePolicy(json, topic);
        return json.close().toString();
    }

    private void writePolicy(JsonText json, TopicInfo topic) {
        json.member("class", topic.policy().deliveryClass().word())
                .member("ack", topic.policy().ack().word())
                .member("audience", topic.policy().audience());
        TopicTermsText.write(json, directory.termsOf(topic.name()));
    }

    private void write(JsonText json, TopicInfo topic) {
        json.open().member("name", topic.name());
        writePolicy(json, topic);
        json.member("lastTopicSeq", Long.toString(topic.lastTopicSeq()))
                .member("created", Instant.ofEpochMilli(topic.createdMs()).toString())
                .member("events", "/v1/topics/" + RawPath.encode(topic.name()) + "/events");
        TopicInfo.Kept kept = topic.kept();
        if (kept != null) {
            json.name("kept")
                    .open()
                    .member("events", Long.toString(kept.events()))
                    .member("bytes", Long.toString(kept.bytes()))
                    .member("expired", Long.toString(kept.expired()))
                    .close();
        }
        json.close();
    }

    private static String sealCursor(String name) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }

    private static String openCursor(String cursor) {
        try {
            return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notOne) {
            throw Query.refused("cursor is not one that this resource gave");
        }
    }
}
