package io.waxwing.broker.backup;

import io.waxwing.broker.BrokerFolder;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The copy of its database that a running node left in its data folder. */
public final class StagedCopy {
    private final BrokerFolder folder;
    private final String name;

    /** {@code name} is what the node said, which is believed no further than to be the name of such a folder. */
    public StagedCopy(BrokerFolder folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    /** What the copy of the vote log is called that belongs to a copy of the database. */
    public static String votesOf(String name) {
        return name + "-votes";
    }

    /** Moves the copy of the vote log, if the node made one. To be called after {@link #moveTo}. */
    public void moveVotesTo(Path votes) throws IOException {
        Path staged = folder.data().resolve(votesOf(name));
        if (Files.isDirectory(staged, LinkOption.NOFOLLOW_LINKS)) {
            FileTree.move(staged, votes);
        }
    }

    /** Moves it. @throws RefusedException WXW-2113 if this is not the data folder of the node that answered */
    public void moveTo(Path db) throws IOException {
        Path staged = folder.data().resolve(name.matches("backup-[0-9a-f]{16}") ? name : "backup-none");
        if (!Files.isDirectory(staged, LinkOption.NOFOLLOW_LINKS)) {
            throw new RefusedException(
                    FailureCode.BACKUP_ELSEWHERE,
                    "it left its copy '" + name + "' elsewhere than in " + folder.data()
                            + "; name its data folder with --data, or the right node with --url");
        }
        FileTree.move(staged, db);
    }
}
