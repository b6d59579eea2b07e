package io.waxwing.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root command. The node's own main adds its commands to {@link #commandLine}. */
@Command(
        name = "waxwing",
        description = "Publishes, subscribes and proves events.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        subcommands = {
            PubCommand.class,
            SubCommand.class,
            TopicCommand.class,
            RuleCommand.class,
            ScheduleCommand.class,
            SchemaCommand.class,
            SignerCommand.class,
            MemberCommand.class,
            GrantCommand.class,
            EventCommand.class,
            FileCommand.class,
            ReceiptCommand.class,
            RangeCommand.class,
            AnchorCommand.class,
            VerifyCommand.class,
            DoctorCommand.class,
            ErrorCommand.class,
            VersionCommand.class,
            GenerateCompletion.class
        })
public final class Waxwing implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before run().
    private CommandSpec spec;

    /** The whole command line, with exit codes and error texts in place, for these commands too. */
    public static CommandLine commandLine(Object... more) {
        CommandLine line = new CommandLine(new Waxwing());
        for (Object command : more) {
            // Before what follows: settings reach only the commands that are there.
            line.addSubcommand(command);
        }
        line.setParameterExceptionHandler(Waxwing::onWrongUsage);
        line.setExecutionExceptionHandler(Waxwing::onFailure);
        line.setExitCodeExceptionMapper(thrown -> ExitCodes.USAGE);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        return line;
    }

    /** Runs one command; the exit status says how it went. */
    public static void main(String[] arguments) {
        int exitCode = commandLine().execute(arguments);
        System.exit(exitCode);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    private static int onWrongUsage(ParameterException wrong, String[] arguments) {
        CommandLine line = wrong.getCommandLine();
        PrintWriter err = line.getErr();
        err.println("error: " + wrong.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("  next: " + line.getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return ExitCodes.USAGE;
    }

    private static int onFailure(Exception thrown, CommandLine line, CommandLine.ParseResult parsed) {
        PrintWriter err = line.getErr();
        int exitCode = ExitCodes.USAGE;
        if (thrown instanceof CliFailure failure) {
            err.println(failure.shown());
            exitCode = failure.exitCode();
        } else if (thrown instanceof UncheckedIOException) {
            err.println("error: reading or writing failed\n  why:  " + thrown.getMessage());
        } else {
            err.println("error: the command made a mistake");
            thrown.printStackTrace(err);
        }
        err.flush();
        return exitCode;
    }
}
