package io.waxwing.bus.audit;

/**
 * Something that somebody did to the node, or tried to. Texts may be a stranger's: whoever writes them down escapes
 * them. None holds a secret.
 *
 * @param who name of a principal; {@code $operator}, {@code $node}, or empty if nobody was asked
 * @param from protocol and address, or the file that was changed
 * @param act a word for each kind, such as {@code topic.put}
 * @param what the object of it
 * @param result status or code of the answer, {@code ok} if there is none
 * @param refused it was not done
 */
public record Act(String who, String from, String act, String what, String result, boolean refused) {
    /** The node itself. */
    public static final String NODE = "$node";

    /** Something that was done. */
    public static Act done(String who, String from, String act, String what) {
        return new Act(who, from, act, what, "ok", false);
    }
}
