package io.waxwing.broker.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** An EVM chain in a process of its own, on a free port, with a block each second. */
final class Anvil implements AutoCloseable {
    static final long CHAIN_ID = 31337;
    /** Of the first of its funded accounts, which everybody knows. */
    static final String KEY = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    static final String ADDRESS = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
    static final String OTHER_ADDRESS = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";

    private static final Pattern LISTENING = Pattern.compile("Listening on 127\\.0\\.0\\.1:([0-9]+)");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final URI address;
    private final HttpClient http = HttpClient.newHttpClient();

    private Anvil(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /** Installs it from npm into the folder and starts it. */
    static Anvil start(Path folder) throws IOException, InterruptedException {
        Map<String, String> environment = Map.of("ROOT", Shell.root().toString());
        Shell.run(
                folder,
                environment,
                "cp $ROOT/broker/src/test/evm/package*.json .\nnpm install --no-audit --no-fund --silent");
        Path printed = folder.resolve("anvil.out");
        Process process =
                Shell.start(folder, environment, "exec node_modules/.bin/anvil --port 0 --block-time 1", printed);
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> !process.isAlive()
                        || LISTENING.matcher(Files.readString(printed)).find());
        Matcher matcher = LISTENING.matcher(Files.readString(printed));
        if (!matcher.find()) {
            throw new IllegalStateException("anvil did not start: " + Files.readString(printed));
        }
        return new Anvil(process, URI.create("http://127.0.0.1:" + matcher.group(1)));
    }

    URI address() {
        return address;
    }

    JsonNode call(String method, String parameters) throws IOException, InterruptedException {
        String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + parameters + "}";
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        JsonNode answer = JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        if (answer.has("error")) {
            throw new IllegalStateException(method + ": " + answer);
        }
        return answer.get("result");
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
