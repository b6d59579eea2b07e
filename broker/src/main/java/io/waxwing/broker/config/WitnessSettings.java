package io.waxwing.broker.config;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.witness.WitnessedLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * See {@code witness.*}.
 *
 * @param name of the witness key, or {@value #AUTO}
 * @param logs that are cosigned; none: this node is no witness
 */
public record WitnessSettings(String name, List<WitnessedLog> logs) {
    /** Takes the name from the institution and the ledger. */
    public static final String AUTO = "auto";

    private static final Pattern NAME = Pattern.compile("[!-*,-~]{1,128}");

    public WitnessSettings {
        logs = List.copyOf(logs);
    }

    static WitnessSettings of(Settings settings) {
        Map<String, List<NoteKey>> keys = new LinkedHashMap<>();
        for (Map<String, YamlSettings.Setting> item :
                settings.list("witness.logs").items()) {
            Items.requireKeys("witness.logs", item, List.of("vkey", "origin"));
            NoteKey key = key("witness.logs", item, NoteKey.LOG);
            YamlSettings.Setting origin = item.get("origin");
            keys.computeIfAbsent(origin == null ? key.name() : origin.text(), unused -> new ArrayList<>())
                    .add(key);
        }
        List<WitnessedLog> logs = new ArrayList<>();
        keys.forEach((origin, ofIt) -> logs.add(new WitnessedLog(origin, ofIt)));
        String name = settings.matching("witness.name", NAME, "a key name of ASCII without spaces or '+', or auto");
        return new WitnessSettings(name, logs);
    }

    /** The vkey of an item, which must be of that type. */
    static NoteKey key(String path, Map<String, YamlSettings.Setting> item, int type) {
        YamlSettings.Setting vkey = item.get("vkey");
        if (vkey == null) {
            throw new RefusedException(FailureCode.CONFIG_VALUE, path + ": each entry has a vkey");
        }
        try {
            NoteKey key = NoteKey.parse(vkey.text());
            if (key.type() == type) {
                return key;
            }
        } catch (LedgerFailure e) {
            throw Settings.bad(path + ".vkey", vkey, e.text());
        }
        throw Settings.bad(path + ".vkey", vkey, "want a key of type " + type);
    }
}
