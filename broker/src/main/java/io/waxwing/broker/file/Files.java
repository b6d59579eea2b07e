package io.waxwing.broker.file;

import io.waxwing.broker.runtime.Agent;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.EventReader;
import io.waxwing.ledger.hash.ByteString;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Everything about files of one node, put together. */
public final class Files {
    private static final int ID_BYTES = 16;

    private final FileShelf shelf;
    private final Uploads uploads;
    private final FileAgent agent;
    private final FileService service;
    private final FileRounds rounds;
    // The thread is made later, of what wakes it.
    private volatile Runnable wake = () -> {};

    /**
     * What files need of the node.
     *
     * @param originId its own
     * @param nextPosition of the next event that will be delivered
     * @param stored reads an event that is on the ledger, also one without content; null if it is not here
     */
    public record Node(
            int originId,
            String institution,
            EventBus bus,
            FileAgent.Members members,
            EventReader reader,
            LongSupplier nextPosition,
            Function<EventId, @Nullable StoredEvent> stored) {}

    private Files(Path folder, FileLimits limits, Node node) {
        SecureRandom random = new SecureRandom();
        shelf = new FileShelf(folder);
        uploads = new Uploads(shelf, limits, node.originId(), System::currentTimeMillis, () -> id(random));
        FileRoom room = new FileRoom(shelf, limits, node.members(), node.originId());
        agent = new FileAgent(shelf, room, node.members(), meta -> isNamed(node, meta), () -> wake.run());
        service = new FileService(shelf, uploads, agent, node);
        rounds = new FileRounds(
                folder,
                new FileRounds.Parts(
                        shelf, uploads, service, agent, node.reader(), node.nextPosition(), node.stored()));
    }

    /**
     * Those in that folder, which is made if it is not there. @throws io.waxwing.bus.failure.RefusedException WXW-2101
     */
    public static Files open(Path folder, FileLimits limits, Node node) {
        return new Files(folder, limits, node);
    }

    private static boolean isNamed(Node node, FileMeta meta) {
        EventId eventId = meta.eventId();
        StoredEvent event = eventId == null ? null : node.stored().apply(eventId);
        return event != null && !event.expired();
    }

    private static String id(SecureRandom random) {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return ByteString.of(bytes).hex();
    }

    /** What the thread of files calls in turn. */
    public List<Agent> agents() {
        return List.of(agent, rounds);
    }

    public void wakes(Runnable thread) {
        wake = thread;
    }

    public FileService service() {
        return service;
    }

    public FileAgent agent() {
        return agent;
    }

    /** The event of a file was delivered. Any thread. */
    public void heard(EventId eventId) {
        agent.submit(() -> service.onEvent(eventId));
    }

    /** Bytes of all files, as they will be when they are whole. Any thread. */
    public long bytes() {
        return shelf.bytes();
    }

    /** Uploads that are not published. Any thread. */
    public long uploads() {
        return uploads.size();
    }
}
