package io.waxwing.http.weevent;

import io.waxwing.bus.failure.FailureCode;

/**
 * The numbers by which WeEvent's clients know what went wrong: 1xxxxx the caller can mend, 2xxxxx he cannot. They
 * appear on WeEvent's paths only; everywhere else there are WXW-nnnn.
 */
public enum WeEventCode {
    SUCCESS(0, "success"),
    TOPIC_UNKNOWN(100101, "topic not exist"),
    TOPIC_TOO_LONG(100102, "a topic has at most 64 characters"),
    TOPIC_BLANK(100103, "the topic is blank"),
    PAGE_INDEX(100104, "pageIndex is a number from 0"),
    TOPICS_EMPTY(100105, "the list of topics is empty or has an empty entry"),
    TOPIC_CHARACTER(100106, "the topic has a character that topics do not have"),
    PAGE_SIZE(100107, "pageSize is a number from 1 to 100"),
    PATTERN(100109, "the topic pattern is not legal"),
    CREATE_FAILED(100111, "the topic could not be opened"),
    CONTENT_BLANK(100200, "the content is blank"),
    CONTENT_TOO_LONG(100201, "the content is too long"),
    EXTENSIONS_TOO_LONG(100204, "the extensions are too long"),
    EXTENSIONS_MISSING(100205, "extensions are null"),
    EXTENSION_NAME(100206, "names of extensions begin with weevent-"),
    EVENT_ID_BLANK(100300, "the eventId is blank"),
    EVENT_ID_TOO_LONG(100301, "an eventId has at most 64 characters"),
    EVENT_ID_ILLEGAL(100302, "an eventId is <8 characters>-<sequence>-<block>"),
    EVENT_UNKNOWN(100303, "no event has this eventId"),
    EVENT_ID_AHEAD(100304, "the eventId names a block that is not there yet"),
    BLOCK_HEIGHT(100307, "no block has this height"),
    OFFSET_BLANK(100500, "the offset is blank"),
    PARAMETER_MISSING(100501, "a parameter is missing"),
    SUBSCRIPTION_BLANK(100503, "the subscription has no id"),
    SUBSCRIPTION_UNKNOWN(100504, "no subscription has this id"),
    SUBSCRIPTION_FORMAT(100505, "a subscription id is a UUID"),
    TAG_BLANK(100506, "the tag is blank"),
    SUBSCRIPTION_LIVE(100507, "the subscription is there already"),
    NO_PERMISSION(101016, "no grant allows this"),
    SIGNED_TRANSACTION(101023, "signed transactions of another chain are not taken"),
    FAILED(200000, "the node could not do it"),
    INPUT(200001, "a parameter is not legal"),
    GROUP_UNKNOWN(200211, "no such groupId");

    private final int number;
    private final String text;

    WeEventCode(int number, String text) {
        this.number = number;
        this.text = text;
    }

    /** As it is written on the wire. */
    public int number() {
        return number;
    }

    /** What is told when there is nothing more to say. */
    public String text() {
        return text;
    }

    /** What the node's own code means to a client of WeEvent. */
    static WeEventCode of(FailureCode code) {
        return switch (code) {
            case TOPIC_UNKNOWN -> TOPIC_UNKNOWN;
            case TOPIC_NAME, TOPIC_RESERVED -> TOPIC_CHARACTER;
            case TOPIC_FILTER -> PATTERN;
            case NOT_GRANTED, LOGIN_MISSING, LOGIN_WRONG -> NO_PERMISSION;
            case EVENT_TOO_LARGE, REQUEST_TOO_LARGE -> CONTENT_TOO_LONG;
            case EVENT_UNKNOWN, EVENT_VOID, EVENT_ERASED, EVENT_UNGRANTED, EVENT_EXPIRED, POSITION_GONE ->
                EVENT_UNKNOWN;
            case TOPIC_LIMIT, POLICY, AUDIENCE_FOREIGN, AUDIENCE_FIXED, AUDIENCE_UNKNOWN -> CREATE_FAILED;
            case PARAMETER, JSON, PROTOCOL -> INPUT;
            default -> FAILED;
        };
    }
}
