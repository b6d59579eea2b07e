package io.waxwing.broker.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Four member nodes in four network namespaces: one scenario after the other under a steady load, and at the end the
 * oracle's questions about everything that was ever acknowledged (ledger.md section 2.2, item 8).
 */
@Tag("namespaces")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NamespacesIT {
    /** What a failed run leaves to look at. */
    private static final Path EVIDENCE = Path.of("target", "lab");

    private @Nullable Lab made;

    @BeforeAll
    void startFourNodes(@TempDir Path folder) throws Exception {
        assumeTrue(
                "root".equals(System.getProperty("user.name")),
                "network namespaces need root: run the namespaces profile as root, or in a container that allows it");
        assertThat(onPath("ip")).as("iproute2 is installed").isTrue();
        Lab lab = new Lab(folder);
        made = lab;
        lab.start();
        lab.settle();
    }

    private static boolean onPath(String program) {
        String path = System.getenv("PATH");
        return Stream.of((path == null ? "" : path).split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    @AfterAll
    void endThem() throws Exception {
        if (made != null) {
            made.close();
        }
    }

    private Lab lab() {
        return Objects.requireNonNull(made);
    }

    static List<Scenario> scenarios() {
        Pattern only = Pattern.compile(System.getProperty("scenario", ""));
        return Scenarios.all().stream()
                .filter(scenario -> only.matcher(scenario.name()).find())
                .toList();
    }

    @Order(1)
    @ParameterizedTest
    @MethodSource("scenarios")
    void nobodyIsStoppedForLongByWhatHappensToOne(Scenario scenario) throws Exception {
        long begin = System.nanoTime();
        String told;
        try {
            told = scenario.act().happen(lab());
            lab().settle();
        } catch (Exception | AssertionError e) {
            lab().keepEvidence(EVIDENCE);
            throw e;
        }
        System.out.println("NamespacesIT: " + scenario.name() + ": " + told + " ("
                + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin) + " s)");
    }

    @Order(2)
    @Test
    void nothingAcknowledgedIsLostAndEverythingCanBeProvedWithoutAnyNode() throws Exception {
        try {
            System.out.println("NamespacesIT: oracle: " + lab().judge());
        } catch (Exception | AssertionError e) {
            lab().keepEvidence(EVIDENCE);
            throw e;
        }
    }
}
