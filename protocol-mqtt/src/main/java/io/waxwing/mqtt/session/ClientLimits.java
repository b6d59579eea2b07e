package io.waxwing.mqtt.session;

/**
 * What one client may use; each bound with a counter when it is reached.
 *
 * @param topicAliasMaximum aliases that an MQTT 5 client may set; announced; 0: none
 * @param aliasesOut aliases towards a client that allows them, if it allows that many
 * @param topicLevels levels of a topic or a filter
 * @param eventsPerSecond events published, on average over a second; 0: as many as the bus takes
 * @param bytesPerSecond the same in bytes of payload and topic
 */
public record ClientLimits(
        int topicAliasMaximum, int aliasesOut, int topicLevels, long eventsPerSecond, long bytesPerSecond) {
    /** No aliases from clients, 16 towards them, 64 levels, no rates. */
    public static final ClientLimits DEFAULT = new ClientLimits(0, 16, 64, 0, 0);
}
