package io.waxwing.http.weevent.socket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.http.exchange.JsonText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What SockJS puts around texts (sockjs-protocol 0.3.3): one letter, and JSON behind it. */
final class SockJsFrames implements WebSocketTransport.Framing {
    static final SockJsFrames ALL = new SockJsFrames();
    static final String OPEN = "o";
    static final String HEARTBEAT = "h";
    /** Another request of the session is waiting already. */
    static final String TWICE = "c[2010,\"Another connection still open\"]";

    static final String GONE = "c[3000,\"Go away!\"]";
    private static final ObjectMapper JSON = new ObjectMapper();

    private SockJsFrames() {}

    static String messages(List<String> texts) {
        JsonText json = new JsonText().openArray();
        texts.forEach(json::text);
        return "a" + json.closeArray();
    }

    @Override
    public String message(String text) {
        return messages(List.of(text));
    }

    @Override
    public String close(String why) {
        return GONE;
    }

    /** The texts of a client's message, a JSON list of them or a single one, one behind the other. */
    @Override
    public byte[] bytes(byte[] message) {
        if (message.length == 0) {
            return message;
        }
        JsonNode json;
        try {
            json = JSON.readTree(message);
        } catch (IOException notJson) {
            throw new IllegalArgumentException("no JSON", notJson);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (JsonNode text : json.isArray() ? json : JSON.createArrayNode().add(json)) {
            if (!text.isTextual()) {
                throw new IllegalArgumentException("a message is a text or a list of texts");
            }
            all.writeBytes(text.textValue().getBytes(StandardCharsets.UTF_8));
        }
        return all.toByteArray();
    }
}
