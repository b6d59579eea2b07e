package io.waxwing.broker.processing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.h2.tools.Server;

/** Databases for rules: H2 behind a socket, SQLite in a file, and a folder with both drivers. */
final class Plant implements AutoCloseable {
    static final String PASSWORD = "pl4nt-secret";

    private final Path folder;
    private final int port;
    private Server server;

    Plant(Path folder) throws Exception {
        this.folder = folder;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path drivers = Files.createDirectories(folder.resolve("drivers"));
        for (Class<?> driver : List.of(org.h2.Driver.class, org.sqlite.JDBC.class)) {
            Path jar = jar(driver);
            Files.copy(jar, drivers.resolve(String.valueOf(jar.getFileName())), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.writeString(folder.resolve("plant.password"), PASSWORD + "\n");
        server = up();
    }

    static Path jar(Class<?> of) throws URISyntaxException {
        return Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private Server up() throws SQLException {
        return Server.createTcpServer(
                        "-tcpPort",
                        String.valueOf(port),
                        "-ifNotExists",
                        "-baseDir",
                        folder.resolve("h2").toString())
                .start();
    }

    String url() {
        return "jdbc:h2:tcp://127.0.0.1:" + port + "/./plant";
    }

    String fileUrl() {
        return "jdbc:sqlite:" + folder.resolve("plant.sqlite");
    }

    /** What the configuration of a node says of them. */
    String config(String more) {
        return """
                jdbc:
                  drivers: %s
                  connectTimeout: 1s
                  timeout: 1s
                  connections:
                    - { name: plant, url: "%s", user: plant, password: "${file:%s}", users: "alice, carol" }
                    - { name: file, url: "%s", users: any }
                """.formatted(folder.resolve("drivers"), url(), folder.resolve("plant.password"), fileUrl()) + more;
    }

    void stop() {
        server.stop();
    }

    void start() throws SQLException {
        server = up();
    }

    /** Does something at H2, beside the node. */
    void sql(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), login())) {
            run(connection, statements);
        }
    }

    void fileSql(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(fileUrl())) {
            run(connection, statements);
        }
    }

    private static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    private static Properties login() {
        Properties login = new Properties();
        login.setProperty("user", "plant");
        login.setProperty("password", PASSWORD);
        return login;
    }

    List<String> rows(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), login())) {
            return rows(connection, query);
        }
    }

    List<String> fileRows(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(fileUrl())) {
            return rows(connection, query);
        }
    }

    private static List<String> rows(Connection connection, String query) throws SQLException {
        List<String> all = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(rows.getString(i));
                }
                all.add(String.join("|", row));
            }
        }
        return all;
    }

    /** Looks until there are as many. */
    List<String> rows(String query, int least) throws Exception {
        long end = System.nanoTime() + 20_000_000_000L;
        List<String> there = rows(query);
        while (there.size() < least) {
            assertThat(System.nanoTime())
                    .as("%d of %d rows", there.size(), least)
                    .isLessThan(end);
            there = rows(query);
        }
        return there;
    }

    @Override
    public void close() throws IOException {
        server.stop();
    }
}
