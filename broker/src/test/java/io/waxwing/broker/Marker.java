package io.waxwing.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** A text that is nowhere else, and the files in which it is: as it is, in UTF-16, hexadecimal, or Base64. */
record Marker(String text) {
    private static final int RANDOM_BYTES = 24;

    static Marker random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        return new Marker("marker-" + HexFormat.of().formatHex(bytes));
    }

    /** Files below the folder that have it. */
    List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).filter(this::isIn).toList();
        }
    }

    private boolean isIn(Path file) {
        try {
            String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            return forms().stream().anyMatch(bytes::contains);
        } catch (NoSuchFileException gone) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> forms() {
        byte[] plain = text.getBytes(StandardCharsets.UTF_8);
        List<String> forms = new ArrayList<>();
        forms.add(text);
        forms.add(new String(text.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.ISO_8859_1));
        forms.add(HexFormat.of().formatHex(plain));
        for (int at = 0; at < 3; at++) {
            // At any place of a longer text: but for what its neighbours share characters with.
            byte[] moved = new byte[at + plain.length];
            System.arraycopy(plain, 0, moved, at, plain.length);
            String encoded = Base64.getEncoder().withoutPadding().encodeToString(moved);
            forms.add(encoded.substring(4, encoded.length() - 4));
        }
        return forms;
    }
}
