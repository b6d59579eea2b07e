package io.waxwing.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers prepared requests, and remembers what was asked. Streams end after the prepared events. */
final class FakeNode implements AutoCloseable {
    /** One prepared answer. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Prepared(int status, String contentType, byte[] body) {}

    final List<String> asked = new CopyOnWriteArrayList<>();
    private final Map<String, Prepared> answers = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    FakeNode() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** For requests whose method, space and raw path with query begin so; the longest beginning wins. */
    void prepare(String request, int status, String contentType, String body) {
        prepare(request, status, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    void prepare(String request, int status, String contentType, byte[] body) {
        answers.put(request, new Prepared(status, contentType, body));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(request + " " + exchange.getRequestHeaders().getFirst("content-type") + " " + body);
        Prepared prepared = new Prepared(404, "application/problem+json", new byte[] {'{', '}'});
        int longest = -1;
        for (Map.Entry<String, Prepared> candidate : answers.entrySet()) {
            if (request.startsWith(candidate.getKey()) && candidate.getKey().length() > longest) {
                prepared = candidate.getValue();
                longest = candidate.getKey().length();
            }
        }
        exchange.getResponseHeaders().set("content-type", prepared.contentType());
        exchange.sendResponseHeaders(prepared.status(), prepared.body().length == 0 ? -1 : prepared.body().length);
        exchange.getResponseBody().write(prepared.body());
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
