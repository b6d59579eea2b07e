package io.waxwing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EraseCommandTest {
    private static Cli erase(FakeNode node, String... arguments) {
        List<String> all = new ArrayList<>(List.of("event", "erase", "x", "--url", node.url()));
        all.addAll(List.of(arguments));
        return Cli.run(all.toArray(new String[0]));
    }

    @Test
    void anErasureSaysWhichLeafOrdersItOrThatItIsAskedFor() throws IOException {
        String request = "DELETE /v1/events/x?reason=the%20patient%20asked";
        String[] reason = {"--reason", "the patient asked"};
        try (FakeNode node = new FakeNode()) {
            node.prepare(
                    request,
                    200,
                    "application/json",
                    "{\"eventId\":\"x\",\"status\":\"erased\",\"leafIndex\":\"12\",\"height\":\"3\"}");
            Cli erased = erase(node, reason);
            assertThat(erased.exitCode()).as(erased.out()).isZero();
            assertThat(erased.out()).contains("erased x by leaf 12 of the ledger, block 3");
            node.prepare(request, 202, "application/json", "{\"eventId\":\"x\",\"status\":\"asked\"}");
            assertThat(erase(node, reason).exitCode()).isEqualTo(ExitCodes.NOT_ORDERED);
            node.prepare(request, 403, "application/problem+json", "{\"code\":\"WXW-1282\"}");
            assertThat(erase(node, reason).exitCode()).isEqualTo(ExitCodes.DENIED);
            assertThat(erase(node).exitCode()).as("a reason is asked for").isEqualTo(ExitCodes.USAGE);
        }
    }
}
