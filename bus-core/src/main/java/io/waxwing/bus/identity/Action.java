package io.waxwing.bus.identity;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a grant is about. */
public enum Action {
    PUBLISH,
    /** Live events, history, receipts that disclose something. */
    SUBSCRIBE,
    /** Create topics, and say what is asked of their events. */
    MANAGE,
    /** Publish what commands devices. */
    COMMAND;

    /** The word used in files, commands and documents. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The action of a word, null if there is none. */
    public static @Nullable Action ofWord(String word) {
        for (Action action : values()) {
            if (action.word().equals(word)) {
                return action;
            }
        }
        return null;
    }
}
