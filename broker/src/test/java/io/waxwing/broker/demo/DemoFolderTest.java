package io.waxwing.broker.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.broker.network.LocalNetwork;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry.Availability;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folders are the demo's, and what it keeps there. */
class DemoFolderTest {
    private static final List<String> TWO = List.of("bank-a", "insurer");

    @TempDir
    private Path parent = Path.of("");

    private Path root() {
        return parent.resolve("demo");
    }

    @Test
    void aDemoThatWasMadeIsOpenedWithTheSameMembersAndPorts() {
        DemoFolder made = DemoFolder.create(root(), TWO);
        DemoFolder opened = DemoFolder.open(root());
        assertThat(opened.members()).isEqualTo(made.members());
        assertThat(opened.member("insurer").data().genesis()).exists();
        assertThat(opened.trust())
                .hasSameTextualContentAs(made.member("bank-a").data().trustPolicy());
        assertThatThrownBy(() -> opened.member("bank-b")).hasMessageContaining("WXW-3183");
    }

    @Test
    void aFolderWithOtherFilesIsNeitherUsedNorDeleted() throws IOException {
        Path precious = Files.createDirectories(root()).resolve("precious");
        Files.writeString(precious, "x");
        assertThatThrownBy(() -> DemoFolder.create(root(), TWO)).hasMessageContaining("WXW-3181");
        assertThatThrownBy(() -> DemoFolder.lock(root())).hasMessageContaining("WXW-3181");
        assertThatThrownBy(() -> DemoFolder.open(root())).hasMessageContaining("WXW-3180");
        assertThatThrownBy(() -> DemoFolder.delete(root())).hasMessageContaining("WXW-3180");
        assertThat(root()).isDirectoryContaining(precious::equals).isDirectoryNotContaining(p -> !p.equals(precious));
    }

    @Test
    void aDemoThatWasNotMadeToTheEndIsRefusedAndCanBeDeleted() throws IOException {
        DemoFolder made = DemoFolder.create(root(), TWO);
        Files.delete(made.trust());
        assertThatThrownBy(() -> DemoFolder.open(root())).hasMessageContaining("WXW-3187");
        assertThat(DemoFolder.openUnfinished(root()).members()).hasSize(2);
        DemoFolder.delete(root());
        assertThat(root()).doesNotExist();
    }

    @Test
    void aRecordThatCannotBeReadIsSaidToBeSo() throws IOException {
        DemoFolder.create(root(), TWO);
        for (String record :
                List.of("{", "{\"format\":2}", "{\"format\":1,\"members\":[{\"name\":\"a\",\"mqtt\":0}]}")) {
            Files.writeString(root().resolve(DemoFolder.MARKER), record);
            assertThatThrownBy(() -> DemoFolder.open(root())).as(record).hasMessageContaining("WXW-3187");
        }
    }

    @Test
    void twoCommandsNeverChangeOneDemoAtTheSameTime() {
        DemoFolder.Lock first = DemoFolder.lock(root());
        assertThatThrownBy(() -> DemoFolder.lock(root())).hasMessageContaining("WXW-3188");
        first.close();
        DemoFolder.lock(root()).close();
        DemoFolder.create(root(), TWO);
        assertThat(root().resolve(DemoFolder.MARKER)).exists();
    }

    @Test
    void portsThatSomebodyUsesAreNotChosen() throws IOException {
        int base = LocalNetwork.freeBasePort(23_000, 2);
        Genesis.Terms terms = new Genesis.Terms("demo.example", Availability.QUORUM, 1);
        int peer = new LocalNetwork(root(), terms, base).ports(1).peer();
        try (ServerSocket taken = new ServerSocket(peer, 1, InetAddress.getLoopbackAddress())) {
            assertThat(LocalNetwork.freeBasePort(base, 2)).isGreaterThan(taken.getLocalPort());
        }
        assertThatThrownBy(() -> LocalNetwork.freeBasePort(65_530, 2)).hasMessageContaining("WXW-2005");
    }
}
