package io.waxwing.broker.dispatch;

import io.waxwing.bus.event.Event;

/** To which member of a shared subscription an event goes. */
public enum SharedStrategy {
    /** To the next in turn that has room; a full one holds up nobody. */
    WINDOW,
    /** To the one that got the last, as long as it is here and has room; else the next takes over and keeps it. */
    STICKY,
    /**
     * Events of one key to one member, in their order. While that one has no room the group waits for it; when it goes,
     * its keys go to others.
     */
    BY_KEY;

    private static final String PARTITION_KEY = "partitionkey";
    private static final String USER_PROPERTIES = "mqtt.user-properties";
    private static final String AS_USER_PROPERTY = PARTITION_KEY + "=";

    /** All groups that begin from now on go by this. Before the dispatcher delivers anything. */
    public void applyTo(Dispatcher dispatcher) {
        dispatcher.groups().shareBy(this);
    }

    /**
     * What stands for an event where members are chosen by key: its {@code partitionkey}, which is a CloudEvents
     * attribute or an MQTT user property, else its topic.
     */
    static String keyOf(Event event) {
        String attribute = event.attributes().get(PARTITION_KEY);
        if (attribute != null && !attribute.isEmpty()) {
            return attribute;
        }
        String properties = event.attributes().get(USER_PROPERTIES);
        if (properties != null && properties.contains(AS_USER_PROPERTY)) {
            for (String property : properties.split("&", -1)) {
                if (property.startsWith(AS_USER_PROPERTY) && property.length() > AS_USER_PROPERTY.length()) {
                    return property.substring(AS_USER_PROPERTY.length());
                }
            }
        }
        return event.topic();
    }
}
