package io.waxwing.broker.demo;

import org.jspecify.annotations.Nullable;

/**
 * A member as it is found.
 *
 * @param word {@code stopped}: no process; {@code starting}: it does not answer yet; {@code ready}; {@code unready}: it
 *     answers and {@code detail} says what is wrong
 * @param pid of its process, 0 if it is stopped
 * @param height of the last final block it knows, or null
 * @param checkpoint its latest checkpoint, or null
 */
public record MemberState(
        DemoMember member,
        Word word,
        String detail,
        long pid,
        @Nullable String height,
        MemberApi.@Nullable Checkpoint checkpoint) {
    /** See {@link MemberState}. */
    public enum Word {
        STOPPED,
        STARTING,
        READY,
        UNREADY;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Looks at a member; takes as long as its node takes to answer, at most some seconds. */
    public static MemberState of(DemoMember member, MemberApi api) {
        MemberProcess process = MemberProcess.find(member);
        if (process == null) {
            return new MemberState(member, Word.STOPPED, "", 0, null, null);
        }
        MemberApi.Readiness readiness = api.readiness(member);
        if (!readiness.answers()) {
            return new MemberState(member, Word.STARTING, "does not answer", process.pid(), null, null);
        }
        Word word = readiness.ready() ? Word.READY : Word.UNREADY;
        return new MemberState(
                member, word, readiness.detail(), process.pid(), api.height(member), api.checkpoint(member));
    }
}
