package io.waxwing.broker.config;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.note.NoteKey;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * See {@code outside.*}.
 *
 * @param interval from round to round
 * @param timeout of one exchange with an outside system
 * @param witnesses that checkpoints are shown to
 * @param evm the chain that checkpoints are anchored on, or null
 */
public record OutsideSettings(
        Duration interval,
        Duration timeout,
        List<OutsideWitness> witnesses,
        @Nullable EvmSettings evm) {
    public OutsideSettings {
        witnesses = List.copyOf(witnesses);
    }

    /** A witness by its submission prefix and its key. */
    public record OutsideWitness(URI url, NoteKey key) {}

    static OutsideSettings of(Settings settings) {
        List<OutsideWitness> witnesses = new ArrayList<>();
        for (Map<String, YamlSettings.Setting> item :
                settings.list("outside.witnesses").items()) {
            Items.requireKeys("outside.witnesses", item, List.of("url", "vkey"));
            NoteKey key = WitnessSettings.key("outside.witnesses", item, NoteKey.COSIGNATURE);
            witnesses.add(new OutsideWitness(url(item), key));
        }
        Duration interval = settings.duration("outside.interval");
        Duration timeout = settings.duration("outside.timeout");
        if (interval.isZero() || timeout.isZero()) {
            throw new RefusedException(
                    FailureCode.CONFIG_VALUE, "outside.interval and outside.timeout: want more than 0");
        }
        return new OutsideSettings(interval, timeout, witnesses, EvmSettings.of(settings));
    }

    private static URI url(Map<String, YamlSettings.Setting> item) {
        YamlSettings.Setting url = item.get("url");
        if (url == null) {
            throw new RefusedException(FailureCode.CONFIG_VALUE, "outside.witnesses: each entry has a url");
        }
        URI uri = Items.httpAddress(url.text());
        if (uri != null) {
            return uri;
        }
        throw Settings.bad("outside.witnesses.url", url, "got '" + url.text() + "', want an http address");
    }
}
