package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.broker.network.LocalNetwork;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry.Availability;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemberLimitsTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void anEventThatNoFrameToTheOtherMembersCouldCarryIsRefusedWithTheSettings() {
        List<String> names = List.of("a", "b");
        Genesis.Terms terms = new Genesis.Terms("ledger.example", Availability.QUORUM, 1_760_000_000_000L);
        new LocalNetwork(folder, terms, LocalNetwork.freeBasePort(20_000, names.size())).create(names);
        Map<String, String> settings = Map.of("limits.event", "2MiB", "store.reserve", "1MiB");
        assertThatThrownBy(() -> Broker.start(
                        BrokerFolder.of(folder.resolve("a/data"), null),
                        ConfigLoader.load(folder.resolve("a/waxwing.yaml"), Map.of(), settings)))
                .hasMessageContaining("limits.event")
                .hasMessageContaining("among several");
    }
}
