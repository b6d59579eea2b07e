package io.waxwing.bus.failure;

/**
 * The stable codes of everything Waxwing refuses or fails at. A code never changes its meaning and is never reused. The
 * hundreds say where: 10 events and topics, 11 publishing, 12 reading (from 1230: audit log, from 1240: audiences, from
 * 1250: what makes events of events or at times), 13 protocols, 14 who may do what, 20 configuration (from 2060:
 * logins), 21 storage, 31 ledger (ledger codes are declared by the ledger itself).
 */
public enum FailureCode {
    TOPIC_NAME(1001, Kind.INVALID, "topic name is not legal"),
    TOPIC_FILTER(1002, Kind.INVALID, "topic filter is not legal"),
    TOPIC_RESERVED(1003, Kind.DENIED, "topic is reserved for the broker"),
    ATTRIBUTE(1004, Kind.INVALID, "attribute is not legal"),
    CLOUDEVENT(1005, Kind.INVALID, "not a CloudEvent"),
    CLOUDEVENT_VERSION(1006, Kind.INVALID, "unknown CloudEvents version"),
    JSON(1007, Kind.INVALID, "body is not JSON"),
    EVENT_ID(1008, Kind.INVALID, "not an eventId"),
    POLICY(1009, Kind.INVALID, "topic policy is not legal"),
    TOPIC_LIMIT(1010, Kind.OVERLOADED, "too many topics"),
    CHANGE(1011, Kind.INVALID, "change of the consortium is refused"),
    SCHEMA_MISMATCH(1012, Kind.INVALID, "event does not fit its topic's schema"),
    SCHEMA(1013, Kind.INVALID, "schema cannot be used"),
    SIGNATURE(1014, Kind.DENIED, "publisher's signature is missing or wrong"),
    EXPRESSION(1015, Kind.INVALID, "filter is not legal"),
    SIGNER(1016, Kind.INVALID, "signer is not legal"),
    RULE_LIMIT(1017, Kind.OVERLOADED, "too many schemas or signers"),
    RULE_UNKNOWN(1018, Kind.NOT_FOUND, "no such schema or signer"),
    SCHEMA_BEYOND(1019, Kind.INVALID, "a stored schema is beyond what the settings allow now; it is kept"),
    EVENT_TOO_LARGE(1101, Kind.TOO_LARGE, "event is too large"),
    WAIT_IMPOSSIBLE(1102, Kind.INVALID, "this topic cannot give the acknowledgement asked for"),
    NODE_BUSY(1103, Kind.OVERLOADED, "the node is busy"),
    IDENTITY_REUSED(1104, Kind.CONFLICT, "source and id name another event"),
    IDEMPOTENCY_KEY_REUSED(1105, Kind.INVALID, "idempotency key was used for another request"),
    BATCH_TOO_LARGE(1106, Kind.TOO_LARGE, "batch is too large"),
    PUBLISH_RATE(1107, Kind.OVERLOADED, "publisher is too fast"),
    EVENT_UNKNOWN(1201, Kind.NOT_FOUND, "no such event"),
    TOPIC_UNKNOWN(1202, Kind.NOT_FOUND, "no such topic"),
    POSITION_GONE(1203, Kind.GONE, "position is no longer there"),
    RECEIPT_NOT_YET(1204, Kind.UNAVAILABLE, "no published checkpoint covers the event yet"),
    NO_RECEIPT(1205, Kind.NOT_FOUND, "events of this topic have no receipt"),
    SUBSCRIPTION_LIMIT(1206, Kind.OVERLOADED, "too many subscriptions"),
    EVENT_VOID(1207, Kind.GONE, "event is void: its payload was withheld"),
    EVENTS_MISSED(1208, Kind.GONE, "events went before a subscriber got them: they are not kept any more"),
    EVENT_ERASED(1281, Kind.GONE, "the event's content was erased"),
    ERASE_FOREIGN(1282, Kind.DENIED, "only the institution that an event came from may erase it"),
    EVENT_UNGRANTED(1283, Kind.GONE, "event is void: its institution had no right to publish it there"),
    GRANT_REFUSED(1284, Kind.CONFLICT, "the ledger does not take this claim or grant"),
    GRANT_UNKNOWN(1285, Kind.NOT_FOUND, "no claim or grant has this name"),
    GRANT_LATE(1286, Kind.UNAVAILABLE, "the ledger has not ordered it yet"),
    GRANT_CHANGED(1287, Kind.CONFLICT, "the claim or grant is not what was expected"),
    EVENT_EXPIRED(1280, Kind.GONE, "the event's content is not kept any more"),
    SUBSCRIPTION_UNKNOWN(1220, Kind.NOT_FOUND, "no such subscription"),
    AUDIT_DAMAGED(1230, Kind.INTERNAL, "audit log is damaged"),
    AUDIT_STOPPED(1231, Kind.UNAVAILABLE, "audit log cannot be written"),
    AUDIENCE_FOREIGN(1240, Kind.DENIED, "this institution is not in the topic's audience"),
    AUDIENCE_FIXED(1241, Kind.CONFLICT, "the topic has events of another audience"),
    AUDIENCE_UNKNOWN(1242, Kind.INVALID, "no audience has this name or number"),
    PROCESSING(1250, Kind.INVALID, "rule or schedule is not legal"),
    PROCESSING_UNKNOWN(1251, Kind.NOT_FOUND, "no such rule or schedule"),
    PROCESSING_LIMIT(1252, Kind.OVERLOADED, "too many rules or schedules"),
    PROCESSING_LOOP(1253, Kind.CONFLICT, "rules would feed themselves"),
    PROJECTION(1254, Kind.INVALID, "a rule's projection does not fit the event"),
    DATABASE(1255, Kind.UNAVAILABLE, "a database that a rule writes to does not take it"),
    PROTOCOL(1301, Kind.INVALID, "request is malformed"),
    PARAMETER(1302, Kind.INVALID, "unknown or illegal parameter"),
    METHOD(1303, Kind.INVALID, "method is not allowed here"),
    NOT_FOUND(1304, Kind.NOT_FOUND, "nothing is here"),
    MEDIA_TYPE(1305, Kind.MEDIA_TYPE, "media type is not supported"),
    REQUEST_TOO_LARGE(1306, Kind.TOO_LARGE, "request is too large"),
    REQUEST_TIMEOUT(1307, Kind.UNAVAILABLE, "request took too long"),
    OPERATOR_ONLY(1308, Kind.DENIED, "only the node's operator may do this"),
    CONNECTION_LIMIT(1341, Kind.OVERLOADED, "too many connections"),
    CONNECTION_RATE(1342, Kind.OVERLOADED, "connections come too fast"),
    SESSION_LIMIT(1343, Kind.OVERLOADED, "too many durable sessions"),
    INTERNAL(1399, Kind.INTERNAL, "the node made a mistake"),
    LOGIN_MISSING(1401, Kind.DENIED, "credentials are missing"),
    LOGIN_WRONG(1402, Kind.DENIED, "credentials are wrong"),
    LOGIN_LIMIT(1403, Kind.OVERLOADED, "too many failed logins"),
    LOGIN_BUSY(1404, Kind.OVERLOADED, "too many logins at once"),
    NOT_GRANTED(1405, Kind.DENIED, "no grant allows this"),
    SESSION_FOREIGN(1406, Kind.DENIED, "session belongs to somebody else"),
    FILE_UNKNOWN(1501, Kind.NOT_FOUND, "no file or upload has this name"),
    FILE_CHUNK(1502, Kind.INVALID, "chunk does not fit its place in the file"),
    FILE_INCOMPLETE(1503, Kind.CONFLICT, "chunks of the file are missing"),
    FILE_ROOT(1504, Kind.CONFLICT, "chunks do not give the root that was named"),
    FILE_TOO_LARGE(1505, Kind.TOO_LARGE, "file is larger than the node takes"),
    FILE_LIMIT(1506, Kind.OVERLOADED, "too many uploads or too many bytes of files"),
    FILE_CLASS(1507, Kind.CONFLICT, "files need a topic whose events go on the ledger"),
    FILE_ELSEWHERE(1508, Kind.UNAVAILABLE, "content is not here, and no member gave it yet"),
    FILE_PUBLISHED(1509, Kind.CONFLICT, "upload is published and does not change any more"),
    CONFIG_KEY(2001, Kind.INVALID, "unknown configuration key"),
    CONFIG_VALUE(2002, Kind.INVALID, "configuration value is not legal"),
    CONFIG_FILE(2003, Kind.INVALID, "configuration file cannot be read"),
    LISTENER_UNSAFE(2004, Kind.DENIED, "listener beyond loopback needs TLS and authentication"),
    LISTENER_ADDRESS(2005, Kind.UNAVAILABLE, "cannot listen on the address"),
    CONFIG_TLS(2006, Kind.INVALID, "certificate or key cannot be used"),
    ACCESS_FILE(2007, Kind.INVALID, "access file cannot be used"),
    LOGIN_EXCHANGE(2060, Kind.DENIED, "login messages are malformed or ask for what is not offered"),
    STORAGE(2101, Kind.UNAVAILABLE, "storage failed"),
    DATA_FORMAT(2102, Kind.INVALID, "data folder has a format this version does not know"),
    DATA_LOCKED(2103, Kind.CONFLICT, "data folder is in use by another process"),
    DATA_DAMAGED(2104, Kind.INTERNAL, "stored data is damaged"),
    SHUTTING_DOWN(2105, Kind.UNAVAILABLE, "the node is shutting down"),
    FILE(2106, Kind.INVALID, "file cannot be read or written"),
    BACKUP_DAMAGED(2110, Kind.INVALID, "backup is damaged or not whole"),
    FOLDER_IN_USE(2111, Kind.CONFLICT, "folder is not empty"),
    RESTORE_LOSS(2112, Kind.DENIED, "what a ledger of one signed after the backup would be lost"),
    BACKUP_ELSEWHERE(2113, Kind.INVALID, "the node that answers runs on another data folder");

    /** What a failure means for whoever asked; protocols map these to their own status or reason codes. */
    public enum Kind {
        INVALID,
        TOO_LARGE,
        MEDIA_TYPE,
        DENIED,
        NOT_FOUND,
        GONE,
        CONFLICT,
        OVERLOADED,
        UNAVAILABLE,
        INTERNAL
    }

    private final int number;
    private final Kind kind;
    private final String title;

    FailureCode(int number, Kind kind, String title) {
        this.number = number;
        this.kind = kind;
        this.title = title;
    }

    /** The code as shown everywhere, for example {@code WXW-1001}. */
    public String text() {
        return "WXW-" + number;
    }

    public Kind kind() {
        return kind;
    }

    /** One line in lower case, the same for every occurrence. */
    public String title() {
        return title;
    }
}
