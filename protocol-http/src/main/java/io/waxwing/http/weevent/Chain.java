package io.waxwing.http.weevent;

import io.waxwing.bus.event.EventId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ledger in the words of those who had a chain: blocks by height, and transactions in them, which are all leaves
 * but the one that ends a block. Methods read the store: call them from a pool for slow work.
 */
public interface Chain {
    /** Height of the last final block. Does not read the store. */
    long height();

    /** Leaves of all blocks, those that end them left out. */
    long transactions();

    /** The block of that height, null above {@link #height} and where its leaves are not here. */
    @Nullable Block block(long height);

    /** The transactions of a block, in its order; none if its leaves are not here. */
    List<Transaction> transactions(Block block);

    /** Where the event stands, null if it is not known here. */
    @Nullable Place place(EventId eventId);

    /** Where the topic's last final event stands, null if it has none. */
    @Nullable Place last(String topic);

    /** Who keeps the ledger, validators first. */
    List<Node> nodes();

    /**
     * A final block.
     *
     * @param timeMs Unix milliseconds
     * @param hash leaf hash of the leaf that ends it, 64 hexadecimal digits
     * @param firstLeaf index of its first leaf
     * @param transactions how many other leaves it has
     */
    record Block(long height, long timeMs, String hash, long firstLeaf, long transactions) {}

    /**
     * One leaf of a block.
     *
     * @param hash its leaf hash, 64 hexadecimal digits
     * @param from the institution that it is of, empty if it is of no one alone
     * @param kind what it is: batch, segment, config and so on
     */
    record Transaction(String hash, String from, String kind) {}

    /**
     * Where an event stands.
     *
     * @param timeMs of its block
     * @param txHash leaf hash of its segment, 64 hexadecimal digits
     * @param sender the institution that published it
     */
    record Place(long height, long timeMs, String txHash, String sender) {}

    /**
     * A node of the ledger.
     *
     * @param id of its ordering key, hexadecimal
     * @param name of its institution
     * @param votes whether it is a validator
     */
    record Node(String id, String name, boolean votes) {}
}
