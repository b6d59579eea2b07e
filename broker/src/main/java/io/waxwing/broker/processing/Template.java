package io.waxwing.broker.processing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.http.exchange.JsonBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON whose texts may have references in them. A text that is one reference becomes what it refers to, with its type;
 * in a longer text it is written out. So the result is JSON whatever is in the event. Names of members are taken as
 * they are. May be used by several threads.
 */
final class Template {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonFactory FACTORY = JSON.getFactory();

    private final Part root;

    private Template(Part root) {
        this.root = root;
    }

    /** A part of it, compiled. */
    private sealed interface Part {
        void write(SourceEvent source, JsonGenerator out, int maxBytes) throws IOException, ProjectionException;
    }

    private record Fixed(JsonNode value) implements Part {
        @Override
        public void write(SourceEvent source, JsonGenerator out, int maxBytes) throws IOException {
            JSON.writeTree(out, value);
        }
    }

    private record Whole(Reference reference) implements Part {
        @Override
        public void write(SourceEvent source, JsonGenerator out, int maxBytes) throws IOException, ProjectionException {
            JSON.writeTree(out, reference.in(source));
        }
    }

    private record Mixed(List<Object> pieces) implements Part {
        @Override
        public void write(SourceEvent source, JsonGenerator out, int maxBytes) throws IOException, ProjectionException {
            out.writeString(text(source, maxBytes));
        }

        private String text(SourceEvent source, int maxBytes) throws ProjectionException {
            StringBuilder text = new StringBuilder();
            for (Object piece : pieces) {
                text.append(piece instanceof Reference reference ? written(reference.in(source)) : piece);
                if (text.length() > maxBytes) {
                    throw tooLarge(maxBytes);
                }
            }
            return text.toString();
        }

        private static String written(JsonNode value) {
            return value.isNull() ? "" : value.isTextual() ? value.textValue() : value.toString();
        }
    }

    private record Members(Map<String, Part> members) implements Part {
        @Override
        public void write(SourceEvent source, JsonGenerator out, int maxBytes) throws IOException, ProjectionException {
            out.writeStartObject();
            for (Map.Entry<String, Part> member : members.entrySet()) {
                out.writeFieldName(member.getKey());
                member.getValue().write(source, out, maxBytes);
            }
            out.writeEndObject();
        }
    }

    private record Elements(List<Part> elements) implements Part {
        @Override
        public void write(SourceEvent source, JsonGenerator out, int maxBytes) throws IOException, ProjectionException {
            out.writeStartArray();
            for (Part element : elements) {
                element.write(source, out, maxBytes);
            }
            out.writeEndArray();
        }
    }

    /**
     * Compiles it.
     *
     * @param at where it stands in the body
     * @throws io.waxwing.http.exchange.ProblemException 400 with the place of what is no reference
     */
    static Template of(JsonNode json, String at) {
        return new Template(part(json, at));
    }

    private static Part part(JsonNode json, String at) {
        if (json.isObject()) {
            Map<String, Part> members = new LinkedHashMap<>();
            json.properties().forEach(each -> {
                String name = each.getKey().replace("~", "~0").replace("/", "~1");
                members.put(each.getKey(), part(each.getValue(), at + "/" + name));
            });
            return new Members(members);
        }
        if (json.isArray()) {
            List<Part> elements = new ArrayList<>();
            for (int i = 0; i < json.size(); i++) {
                elements.add(part(json.get(i), at + "/" + i));
            }
            return new Elements(elements);
        }
        return json.isTextual() && json.textValue().contains("${") ? text(json.textValue(), at) : new Fixed(json);
    }

    private static Part text(String text, String at) {
        List<Object> pieces = new ArrayList<>();
        StringBuilder plain = new StringBuilder();
        int next = 0;
        while (next < text.length()) {
            if (text.startsWith("$${", next)) {
                plain.append("${");
                next += 3;
            } else if (text.startsWith("${", next)) {
                int end = text.indexOf('}', next);
                if (end < 0) {
                    throw JsonBody.refused("'${' without '}'; for '${' itself write '$${'", at);
                }
                if (plain.length() > 0) {
                    pieces.add(plain.toString());
                    plain.setLength(0);
                }
                pieces.add(reference(text.substring(next + 2, end), at));
                next = end + 1;
            } else {
                plain.append(text.charAt(next++));
            }
        }
        if (plain.length() > 0) {
            pieces.add(plain.toString());
        }
        return pieces.size() == 1 && pieces.get(0) instanceof Reference whole ? new Whole(whole) : new Mixed(pieces);
    }

    private static Reference reference(String text, String at) {
        try {
            return Reference.of(text);
        } catch (IllegalArgumentException none) {
            throw JsonBody.refused("${…}: " + none.getMessage(), at);
        }
    }

    /** The JSON for an event, of at most {@code maxBytes}. */
    byte[] fill(SourceEvent source, int maxBytes) throws ProjectionException {
        Bounded bytes = new Bounded(maxBytes);
        try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
            root.write(source, out, maxBytes);
        } catch (TooLargeException tooLarge) {
            throw tooLarge(maxBytes);
        } catch (StreamConstraintsException tooDeep) {
            throw new ProjectionException("the result is nested too deeply");
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory", impossible);
        }
        return bytes.all();
    }

    private static ProjectionException tooLarge(int maxBytes) {
        return new ProjectionException("the result has more than " + maxBytes + " bytes");
    }

    /** The result is larger than it may be. */
    private static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** Stops a small template that repeats large data long before memory is full. */
    private static final class Bounded extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final int max;

        Bounded(int max) {
            this.max = max;
        }

        @Override
        public void write(byte[] more, int from, int length) throws IOException {
            if (bytes.size() + (long) length > max) {
                throw new TooLargeException();
            }
            bytes.write(more, from, length);
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        byte[] all() {
            return bytes.toByteArray();
        }
    }
}
