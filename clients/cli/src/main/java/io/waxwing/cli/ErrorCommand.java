package io.waxwing.cli;

import io.waxwing.bus.failure.FailureCode;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "error", description = "Explains an error code.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before call().
final class ErrorCommand implements Callable<Integer> {
    /** Codes that the ledger declares itself. */
    private static final Map<String, String> LEDGER = Map.ofEntries(
            Map.entry("WXW-1260", "the transport that was asked for is not to be had here; another one is used"),
            Map.entry("WXW-3001", "leaf bytes do not have the form they claim"),
            Map.entry("WXW-3002", "batch bytes do not have the form they claim"),
            Map.entry("WXW-3003", "note or checkpoint does not have the form it claims"),
            Map.entry("WXW-3004", "trust policy does not have the form it claims"),
            Map.entry("WXW-3005", "receipt does not have the form it claims"),
            Map.entry("WXW-3006", "vote record does not have the form it claims"),
            Map.entry("WXW-3007", "block does not have the form it claims"),
            Map.entry("WXW-3008", "proof does not have the form it claims"),
            Map.entry("WXW-3009", "value does not have the form it claims"),
            Map.entry("WXW-3010", "registry does not have the form it claims"),
            Map.entry("WXW-3011", "message of another node is malformed or wrongly signed"),
            Map.entry("WXW-3012", "evidence does not prove what it claims"),
            Map.entry("WXW-3013", "join file does not have the form it claims"),
            Map.entry("WXW-3014", "genesis file does not have the form it claims"),
            Map.entry(
                    "WXW-3016",
                    "a challenge, what answers one, an erasure or a grant is malformed or may not stand in a block"),
            Map.entry("WXW-3020", "checkpoint does not satisfy the trust policy"),
            Map.entry("WXW-3021", "trust chain is broken"),
            Map.entry("WXW-3022", "receipt is broken"),
            Map.entry("WXW-3101", "data folder belongs to another ledger"),
            Map.entry("WXW-3102", "vote log is missing"),
            Map.entry("WXW-3103", "vote log is damaged"),
            Map.entry("WXW-3104", "ledger is in use by another process"),
            Map.entry("WXW-3105", "stored ledger is shorter than what was signed"),
            Map.entry("WXW-3106", "stored ledger has another root than what was signed"),
            Map.entry("WXW-3107", "vote log is behind the stored ledger"),
            Map.entry("WXW-3110", "stored ledger is damaged"),
            Map.entry("WXW-3111", "key file exists already"),
            Map.entry("WXW-3112", "key file cannot be read"),
            Map.entry("WXW-3120", "vote log cannot be written"),
            Map.entry("WXW-3121", "ledger store cannot be written"),
            Map.entry("WXW-3130", "no published checkpoint covers the event yet"),
            Map.entry("WXW-3131", "event is not at the place it names"),
            Map.entry("WXW-3132", "range of a topic has more segments than one proof holds"),
            Map.entry("WXW-3140", "proof that an institution has a private key is wrong"),
            Map.entry("WXW-3141", "these members cannot make a ledger together"),
            Map.entry("WXW-3142", "signature on a genesis is wrong"),
            Map.entry("WXW-3143", "genesis is not signed by a quorum yet"),
            Map.entry("WXW-3144", "files are of different ledgers"),
            Map.entry("WXW-3145", "keys are no member's of this ledger"),
            Map.entry("WXW-3146", "folder belongs to a ledger already"),
            Map.entry("WXW-3150", "this node computes another ledger than a quorum does"),
            Map.entry("WXW-3151", "validator signed two statements that contradict each other"),
            Map.entry("WXW-3156", "verdict: payloads are withheld, or something else was published as them"),
            Map.entry("WXW-3157", "part of a snapshot from another node does not hold"),
            Map.entry("WXW-3158", "no snapshot was to be had; blocks are fetched one by one"),
            Map.entry("WXW-3159", "blocks that this node lacks are kept by no node that answers"),
            Map.entry("WXW-3160", "the address for other institutions' nodes cannot be bound"),
            Map.entry("WXW-3161", "connection of another node without TLS 1.3 or certificate"),
            Map.entry("WXW-3162", "connection with a key that is no member's"),
            Map.entry("WXW-3163", "connection of another version"),
            Map.entry("WXW-3164", "connection of a node of another ledger"),
            Map.entry("WXW-3165", "connection of a node that the registry does not have"),
            Map.entry("WXW-3166", "connection of another node than it claims to be"),
            Map.entry("WXW-3167", "connection with this node's own number or key"),
            Map.entry("WXW-3168", "connection dialled by the wrong side"),
            Map.entry("WXW-3169", "connection with bytes that are no greeting or frame"),
            Map.entry("WXW-3170", "connection not open in time"),
            Map.entry("WXW-3171", "connection made room for a newer one"),
            Map.entry("WXW-3172", "frame of a size that is not allowed"),
            Map.entry("WXW-3173", "frame of a channel on the wrong connection"),
            Map.entry("WXW-3174", "connection on which nothing was heard"),
            Map.entry("WXW-3175", "connection refused by the other side"),
            Map.entry("WXW-3176", "connection replaced by a newer one"),
            Map.entry("WXW-3177", "connection ended by a fault of this program"),
            Map.entry("WXW-3180", "no demo is in the folder"),
            Map.entry("WXW-3181", "the demo did not make this folder"),
            Map.entry("WXW-3182", "a node of the demo did not start"),
            Map.entry("WXW-3183", "the demo has no such member"),
            Map.entry("WXW-3184", "member of the demo is not running"),
            Map.entry("WXW-3185", "nothing is stored yet that could be changed"),
            Map.entry("WXW-3186", "the demo's first event was not verified"),
            Map.entry("WXW-3187", "the demo's own record cannot be read or written"),
            Map.entry("WXW-3188", "another command is at work on this demo"),
            Map.entry("WXW-3189", "a node of the demo did not end"),
            Map.entry("WXW-3190", "payloads are not those that their origin signed"),
            Map.entry("WXW-3191", "payload frame that its sender may not send"),
            Map.entry("WXW-3192", "origin signed two batches under one number"),
            Map.entry("WXW-3193", "the change of the consortium makes no sense with what it is now"),
            Map.entry("WXW-3194", "the change of the consortium may not follow what is in force"),
            Map.entry("WXW-3195", "no such change is open, no room for another, or this institution has no vote"),
            Map.entry("WXW-3196", "a further node follows: it has no key to vote, to cosign or to begin a ledger"),
            Map.entry("WXW-3197", "what this node holds of a challenged batch is not what its origin signed"),
            Map.entry("WXW-3198", "the disk does not take the key of a challenge, or does not let it go"),
            Map.entry("WXW-3200", "request to a witness does not have the form of one"),
            Map.entry("WXW-3201", "old size is beyond that of the checkpoint"),
            Map.entry("WXW-3202", "no log of this origin is witnessed"),
            Map.entry("WXW-3203", "no key known for the log signed the checkpoint"),
            Map.entry("WXW-3204", "checkpoint is not the next one after that cosigned last"),
            Map.entry("WXW-3205", "checkpoint does not extend the one cosigned last: another history"),
            Map.entry("WXW-3206", "record of what a witness cosigned is lost"),
            Map.entry("WXW-3207", "record of what a witness cosigned cannot be read or written"),
            Map.entry("WXW-3210", "outside anchor does not answer"),
            Map.entry("WXW-3211", "outside anchor answers something else than it should"),
            Map.entry("WXW-3212", "outside anchor has seen another history of this ledger"),
            Map.entry("WXW-3213", "outside anchor has seen more of this ledger than this node has"),
            Map.entry("WXW-3214", "outside anchor does not take checkpoints of this ledger"),
            Map.entry("WXW-3215", "outside anchor is on another chain than configured"),
            Map.entry("WXW-3216", "outside anchor does not take the transaction, or asks too much for it"),
            Map.entry("WXW-3217", "transaction of an outside anchor failed on the chain"),
            Map.entry("WXW-3218", "transaction of an outside anchor is not confirmed yet"),
            Map.entry("WXW-3219", "record of what was anchored outside cannot be read or written"),
            Map.entry("WXW-3220", "batches of other institutions do not fit this node's secret of an audience"));

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "CODE", arity = "0..1", description = "For example WXW-1001; without: all codes")
    private @Nullable String code;

    @Override
    public Integer call() {
        Screen screen = new Screen(spec);
        Map<String, String> all = all();
        if (code == null) {
            all.forEach((text, meaning) -> screen.line(text + "  " + meaning));
            return ExitCodes.OK;
        }
        String digits = code.toUpperCase(Locale.ROOT).replace("WXW-", "");
        String meaning = all.get("WXW-" + digits);
        if (meaning == null) {
            throw new CliFailure(ExitCodes.NOT_FOUND, "no error has the code " + code, "", "waxwing error");
        }
        screen.line("WXW-" + digits + "  " + meaning);
        return ExitCodes.OK;
    }

    private static Map<String, String> all() {
        Map<String, String> all = new TreeMap<>(LEDGER);
        for (FailureCode known : FailureCode.values()) {
            all.put(known.text(), known.title() + advice(known.kind()));
        }
        return all;
    }

    private static String advice(FailureCode.Kind kind) {
        return switch (kind) {
            case INVALID, TOO_LARGE, MEDIA_TYPE -> " — the request must change; its answer's detail says how";
            case DENIED -> " — not allowed; the answer's detail says what would be needed";
            case NOT_FOUND, GONE -> " — nothing is there under this name";
            case CONFLICT -> " — something else is there under this name";
            case OVERLOADED, UNAVAILABLE -> " — try again after a moment; nothing acknowledged is lost";
            case INTERNAL -> " — the node's fault; its log says more";
        };
    }
}
