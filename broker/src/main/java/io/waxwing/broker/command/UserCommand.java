package io.waxwing.broker.command;

import io.waxwing.broker.access.AccessText;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Grant;
import io.waxwing.bus.identity.Secret;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code waxwing user}: who may use a node, and for what. A node that runs takes changes up by itself. */
@Command(
        name = "user",
        description = "Say who may use a node, and for what.",
        subcommands = {
            UserCommand.Add.class,
            UserCommand.Passwd.class,
            UserCommand.Rm.class,
            UserCommand.Ls.class,
            UserCommand.Allow.class,
            UserCommand.Deny.class,
            UserCommand.Revoke.class,
            UserCommand.Certificate.class,
            UserCommand.Quota.class
        })
public final class UserCommand {
    /** What the commands have in common. */
    abstract static class OnFile implements Callable<Integer> {
        @Mixin
        private AccessFileOption file = new AccessFileOption();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        abstract void change(AccessText text, PrintWriter out);

        @Override
        public Integer call() {
            return Refusals.told(
                    spec, () -> change(file.text(), spec.commandLine().getOut()));
        }
    }

    /** Of one user. */
    abstract static class OnUser extends OnFile {
        @Parameters(paramLabel = "USER", description = "Letters, digits and . _ @ -")
        String user = "";
    }

    /** What is kept of a password. */
    static final class ScramOptions {
        @Option(
                names = "--scram",
                description = "Also take proofs by SCRAM-SHA-256 (MQTT 5), which do not show the password to the node.")
        private boolean beside;

        @Option(names = "--scram-only", description = "Take nothing but such proofs: the password itself is refused.")
        private boolean only;

        @Option(
                names = "--iterations",
                paramLabel = "N",
                description = "Work of clients for a proof, and of guessing with a stolen file" + " (default: "
                        + AccessText.Kept.USUAL_ITERATIONS + ").")
        private @Nullable Integer iterations;

        /** Null if nothing is said. */
        AccessText.@Nullable Kept kept() {
            if (!beside && !only && iterations == null) {
                return null;
            }
            return new AccessText.Kept(!only, iterations == null ? AccessText.Kept.USUAL_ITERATIONS : iterations);
        }
    }

    /** {@code waxwing user add}. */
    @Command(
            name = "add",
            description = "Add a user, who may do nothing yet. The password is asked for, or read from standard input.",
            mixinStandardHelpOptions = true)
    static final class Add extends OnUser {
        @Option(names = "--no-password", description = "Only tokens and certificates will let the user in.")
        private boolean noPassword;

        @Mixin
        private ScramOptions scram = new ScramOptions();

        @Override
        void change(AccessText text, PrintWriter out) {
            AccessText.Kept kept = scram.kept();
            Secret password = noPassword ? null : AccessFileOption.password();
            text.add(user, password, kept == null ? AccessText.Kept.PLAIN : kept);
        }
    }

    /** {@code waxwing user passwd}. */
    @Command(
            name = "passwd",
            description =
                    "Change a password; connections that came in with the old one end. It is kept as the old one was,"
                            + " unless an option says otherwise.",
            mixinStandardHelpOptions = true)
    static final class Passwd extends OnUser {
        @Mixin
        private ScramOptions scram = new ScramOptions();

        @Override
        void change(AccessText text, PrintWriter out) {
            text.password(user, AccessFileOption.password(), scram.kept());
        }
    }

    /** {@code waxwing user rm}. */
    @Command(name = "rm", description = "Remove a user with tokens and grants.", mixinStandardHelpOptions = true)
    static final class Rm extends OnUser {
        @Override
        void change(AccessText text, PrintWriter out) {
            text.remove(user);
        }
    }

    /** {@code waxwing user ls}. */
    @Command(name = "ls", description = "Show users and their grants; nothing secret.", mixinStandardHelpOptions = true)
    static final class Ls extends OnFile {
        @Override
        void change(AccessText text, PrintWriter out) {
            for (AccessText.Shown user : text.users()) {
                out.println(user.name()
                        + (user.password() ? "  password" : "")
                        + (user.scram() ? "  scram" : "")
                        + (user.tokens().isEmpty()
                                ? ""
                                : "  tokens " + user.tokens().size()));
                if (!user.quota().isEmpty()) {
                    out.println("  quota " + user.quota());
                }
                user.certificates().forEach(name -> out.println("  certificate " + name));
                for (Grant grant : user.grants()) {
                    out.println("  " + (grant.allows() ? "allow" : "deny") + " "
                            + grant.action().word() + " " + grant.template());
                }
            }
        }
    }

    /** Of one grant. */
    abstract static class OnGrant extends OnUser {
        @Parameters(
                paramLabel = "ACTION",
                description = "publish, subscribe, manage (create topics) or command (devices).")
        private Action action = Action.PUBLISH;

        @Parameters(
                paramLabel = "FILTER",
                description = "Topic filter; %%u stands for the user's name, %%c for the client identifier.")
        private String filter = "";

        Grant grant(boolean allows) {
            return new Grant(allows, action, filter);
        }
    }

    /** {@code waxwing user allow}. */
    @Command(name = "allow", description = "Allow a user something.", mixinStandardHelpOptions = true)
    static final class Allow extends OnGrant {
        @Override
        void change(AccessText text, PrintWriter out) {
            text.grant(user, grant(true));
        }
    }

    /** {@code waxwing user deny}. */
    @Command(
            name = "deny",
            description = "Refuse a user something; wins over all that allows.",
            mixinStandardHelpOptions = true)
    static final class Deny extends OnGrant {
        @Override
        void change(AccessText text, PrintWriter out) {
            text.grant(user, grant(false));
        }
    }

    /** {@code waxwing user revoke}. */
    @Command(
            name = "revoke",
            description = "Take back what 'allow' gave, word for word; open connections lose it too.",
            mixinStandardHelpOptions = true)
    static final class Revoke extends OnGrant {
        @Override
        void change(AccessText text, PrintWriter out) {
            text.revoke(user, grant(true));
        }
    }

    /** {@code waxwing user certificate}. */
    @Command(
            name = "certificate",
            description = "Let in by TLS whoever shows a certificate of tls.clientCa with this name.",
            mixinStandardHelpOptions = true)
    static final class Certificate extends OnUser {
        @Parameters(paramLabel = "NAME", description = "Common name of the subject, or an alternative name.")
        private String name = "";

        @Override
        void change(AccessText text, PrintWriter out) {
            text.certificate(user, name);
        }
    }

    /** {@code waxwing user quota}. */
    @Command(
            name = "quota",
            description = "Bound what a user publishes in a second, over all connections; without options: no bound.",
            mixinStandardHelpOptions = true)
    static final class Quota extends OnUser {
        @Option(names = "--events", paramLabel = "N", description = "Events in a second.")
        private @Nullable Long events;

        @Option(names = "--bytes", paramLabel = "SIZE", description = "Bytes in a second, like 64KiB.")
        private @Nullable String bytes;

        @Override
        void change(AccessText text, PrintWriter out) {
            String words = (events == null ? "" : "events " + events) + (bytes == null ? "" : " bytes " + bytes);
            text.quota(user, words.strip());
        }
    }
}
