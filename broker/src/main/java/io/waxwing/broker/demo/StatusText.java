package io.waxwing.broker.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The members' states for people or for programs. */
public final class StatusText {
    /** How to write. */
    public enum Format {
        TABLE,
        JSON
    }

    private StatusText() {}

    /**
     * One object: {@code members}, each with name, http, mqtt, state, detail, pid (absent if stopped), height and
     * checkpoint as decimal strings and root (absent if the node does not answer); and {@code trust}, a path.
     */
    static String json(DemoFolder folder, List<MemberState> states) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        ArrayNode members = root.putArray("members");
        for (MemberState state : states) {
            ObjectNode member = members.addObject()
                    .put("name", state.member().name())
                    .put("http", state.member().http())
                    .put("mqtt", state.member().mqtt())
                    .put("state", state.word().toString());
            if (!state.detail().isEmpty()) {
                member.put("detail", state.detail());
            }
            if (state.pid() != 0) {
                member.put("pid", state.pid());
            }
            if (state.height() != null) {
                member.put("height", state.height());
            }
            if (state.checkpoint() != null) {
                member.put("checkpoint", state.checkpoint().size());
                member.put("root", state.checkpoint().root());
            }
        }
        return root.put("trust", folder.trust().toString()).toString();
    }

    static List<String> table(DemoFolder folder, List<MemberState> states) {
        List<String> lines = new ArrayList<>();
        String layout = "%-10s %-9s %-8s %-8s %-10s %-23s %s";
        lines.add(String.format(Locale.ROOT, layout, "MEMBER", "STATE", "PID", "HEIGHT", "CHECKPOINT", "HTTP", "MQTT"));
        for (MemberState state : states) {
            DemoMember member = state.member();
            String row = String.format(
                    Locale.ROOT,
                    layout,
                    member.name(),
                    state.word(),
                    state.pid() == 0 ? "-" : Long.toString(state.pid()),
                    state.height() == null ? "-" : state.height(),
                    state.checkpoint() == null ? "-" : state.checkpoint().size(),
                    member.http(),
                    member.mqtt());
            lines.add(state.detail().isEmpty() ? row : row + "   " + state.detail());
        }
        lines.add("trust file: " + folder.trust());
        return lines;
    }
}
