package io.waxwing.http.operate;

/** What the node does for its operator. Reads and writes the disk: for pools, never for event loops. */
public interface Operations {
    /**
     * Copies the database as it is at one moment.
     *
     * @return the name of the copy's folder inside the data folder; whoever asked takes it away
     */
    String copyDatabase();
}
