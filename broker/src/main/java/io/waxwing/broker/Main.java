package io.waxwing.broker;

import io.waxwing.broker.command.AuditCommand;
import io.waxwing.broker.command.DemoCommand;
import io.waxwing.broker.command.GenesisCommand;
import io.waxwing.broker.command.KeyCommand;
import io.waxwing.broker.command.NetworkCommand;
import io.waxwing.broker.command.ServerCommand;
import io.waxwing.broker.command.TokenCommand;
import io.waxwing.broker.command.UserCommand;
import io.waxwing.cli.Waxwing;
import picocli.CommandLine;

/** The {@code waxwing} command: the client's commands, and those that run inside an institution. */
public final class Main {
    private Main() {}

    /** All commands. */
    public static CommandLine commandLine() {
        return Waxwing.commandLine(
                new ServerCommand(),
                new KeyCommand(),
                new UserCommand(),
                new TokenCommand(),
                new AuditCommand(),
                new NetworkCommand(),
                new GenesisCommand(),
                new DemoCommand());
    }

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }
}
