package io.waxwing.http.weevent;

import com.linecorp.armeria.common.HttpResponse;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.weevent.Desk.TopicPage;
import io.waxwing.http.weevent.Desk.TopicState;
import org.jspecify.annotations.Nullable;

/** WeEvent's JSON. The status is 200 whatever happened: the number inside tells. */
final class Answers {
    private static final int OK = 200;

    private Answers() {}

    /** {@code {"code":0,"message":…,"data":…}}; {@code data} is JSON. */
    static HttpResponse data(CharSequence data) {
        return wrapped(WeEventCode.SUCCESS.number(), WeEventCode.SUCCESS.text(), data);
    }

    static HttpResponse fault(WeEventFault fault) {
        return wrapped(fault.code().number(), fault.text(), "null");
    }

    private static HttpResponse wrapped(int code, String message, CharSequence data) {
        return Exchange.json(
                OK,
                new JsonText()
                        .open()
                        .member("code", code)
                        .member("message", message)
                        .name("data")
                        .raw(data)
                        .close()
                        .toString());
    }

    /** The client 1.0.0 fails at members that it does not know. */
    static JsonText topic(JsonText json, TopicState topic, Generation generation) {
        json.open()
                .member("topicName", topic.name())
                .name("topicAddress")
                .raw("null")
                .member("senderAddress", topic.sender())
                .member("createdTimestamp", topic.createdMs())
                .member("sequenceNumber", topic.sequence())
                .member("blockNumber", topic.block());
        if (generation == Generation.V1_2) {
            json.member("lastTimestamp", topic.lastMs())
                    .name("lastSender")
                    .raw("null")
                    .name("lastBlock")
                    .raw("null");
        }
        return json.close();
    }

    static String topics(TopicPage page, Generation generation) {
        JsonText json = new JsonText()
                .open()
                .member("total", page.total())
                .member("pageIndex", page.index())
                .member("pageSize", page.size())
                .name("topicInfoList")
                .openArray();
        page.topics().forEach(topic -> topic(json.element(), topic, generation));
        return json.closeArray().close().toString();
    }

    /** A member too many is no harm where this is asked for: what failed says why. */
    static String sent(SendResult result) {
        JsonText json =
                new JsonText().open().member("status", result.status().name()).member("topic", result.topic());
        text(json, "eventId", result.eventId());
        WeEventFault fault = result.fault();
        if (fault != null) {
            json.member("code", fault.code().number()).member("message", fault.text());
        }
        return json.close().toString();
    }

    static void text(JsonText json, String name, @Nullable String value) {
        if (value == null) {
            json.name(name).raw("null");
        } else {
            json.member(name, value);
        }
    }
}
