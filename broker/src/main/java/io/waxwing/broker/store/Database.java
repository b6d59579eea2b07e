package io.waxwing.broker.store;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The node's one RocksDB with the broker's columns and those the ledger asks for. Opening checks the format version.
 * Reads and writes may come from any thread; who may write which column is said in {@link Column}.
 */
public final class Database implements ColumnStore, AutoCloseable {
    /** Raised when a layout changes so that older programs must not touch the data. */
    public static final int FORMAT = 10;

    /**
     * From here on formats differ in nothing but what older programs would not understand if it is there: in 7 events
     * without their content, in 8 erased ones, in 9 claims and grants, and terms of topics, in 10 topics of class live.
     * They become {@link #FORMAT} when they are opened.
     */
    private static final int OLDEST = 6;

    static {
        // Before the first field that is an object of the native library.
        RocksDB.loadLibrary();
    }

    private static final String NEWER = "a newer version wrote it; start that one, nothing here was changed";
    private static final String OLDER = "an older version wrote it; nothing here was changed";
    private static final byte[] FORMAT_KEY = Keys.ascii("format");
    private static final long MEMTABLE_BYTES = 32L << 20;
    private static final long MAX_WAL_BYTES = 256L << 20;

    private final RocksDB rocks;
    private final DBOptions options;
    private final ColumnFamilyOptions columnOptions;
    private final List<ColumnFamilyHandle> handles;
    private final EnumMap<Column, ColumnFamilyHandle> columns = new EnumMap<>(Column.class);
    private final Map<String, ColumnFamilyHandle> foreign = new LinkedHashMap<>();
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final WriteOptions unsynced = new WriteOptions().setSync(false);
    private final Path folder;
    // Kept: to find the store of a folder the JDK reads the table of mounts.
    private final FileStore disk;

    private Database(Path folder, List<String> foreignColumns) throws RocksDBException, IOException {
        this.folder = folder;
        Files.createDirectories(folder);
        disk = Files.getFileStore(folder);
        columnOptions = new ColumnFamilyOptions()
                .setWriteBufferSize(MEMTABLE_BYTES)
                .setCompressionType(CompressionType.NO_COMPRESSION);
        options = new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setMaxBackgroundJobs(2)
                .setMaxTotalWalSize(MAX_WAL_BYTES)
                // A recycled log would keep bytes of what was erased.
                .setRecycleLogFileNum(0)
                .setKeepLogFileNum(4)
                .setParanoidChecks(true)
                // A torn tail is what a crash leaves; damage before it means lost acknowledged events and must stop us.
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords);
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, columnOptions));
        for (Column column : Column.values()) {
            descriptors.add(new ColumnFamilyDescriptor(column.id(), columnOptions));
        }
        for (String name : foreignColumns) {
            descriptors.add(new ColumnFamilyDescriptor(Keys.ascii(name), columnOptions));
        }
        requireKnownColumns(folder, descriptors);
        handles = new ArrayList<>();
        rocks = RocksDB.open(options, folder.toString(), descriptors, handles);
        int next = 1;
        for (Column column : Column.values()) {
            columns.put(column, handles.get(next++));
        }
        for (String name : foreignColumns) {
            foreign.put(name, handles.get(next++));
        }
    }

    /**
     * Opens or creates the database in {@code folder}.
     *
     * @param foreignColumns names of further column families, for {@link #foreign}
     * @throws RefusedException WXW-2103 if another process has it open, WXW-2102 for a newer format, WXW-2104 if it is
     *     damaged, WXW-2101 otherwise
     */
    public static Database open(Path folder, List<String> foreignColumns) {
        try {
            Database database = new Database(folder, foreignColumns);
            database.checkFormat();
            return database;
        } catch (IOException | RocksDBException e) {
            String why = String.valueOf(e.getMessage());
            if (isLocked(e)) {
                throw new RefusedException(
                        FailureCode.DATA_LOCKED,
                        folder
                                + " is open in another process: a node runs on it. Stop that first, or work on a backup");
            }
            FailureCode code = isCorruption(e) ? FailureCode.DATA_DAMAGED : FailureCode.STORAGE;
            throw new RefusedException(code, "cannot open " + folder + ": " + why);
        }
    }

    private static boolean isLocked(Exception e) {
        String why = String.valueOf(e.getMessage());
        return !isCorruption(e) && (why.contains("While lock file") || why.contains("lock hold by current process"));
    }

    /** Before anything is opened: a newer version may have columns that this one would not find its way around. */
    private static void requireKnownColumns(Path folder, List<ColumnFamilyDescriptor> known) throws RocksDBException {
        if (!Files.exists(folder.resolve("CURRENT"))) {
            return;
        }
        Set<String> unknown = new TreeSet<>();
        try (Options plain = new Options()) {
            for (byte[] stored : RocksDB.listColumnFamilies(plain, folder.toString())) {
                if (known.stream().noneMatch(descriptor -> Arrays.equals(descriptor.getName(), stored))) {
                    unknown.add(new String(stored, StandardCharsets.UTF_8));
                }
            }
        }
        if (!unknown.isEmpty()) {
            throw new RefusedException(
                    FailureCode.DATA_FORMAT,
                    folder + " has columns " + unknown + ", which this version does not know: " + NEWER);
        }
    }

    /**
     * Refuses data of formats that this version does not know.
     *
     * @throws RefusedException WXW-2102
     */
    public static void requireKnownFormat(String what, int format) {
        if (format > FORMAT || format < OLDEST) {
            throw new RefusedException(
                    FailureCode.DATA_FORMAT,
                    what + " has format " + format + ", this version knows " + FORMAT + ": "
                            + (format > FORMAT ? NEWER : OLDER));
        }
    }

    private static boolean isCorruption(Exception e) {
        return e instanceof RocksDBException rocks
                && rocks.getStatus() != null
                && rocks.getStatus().getCode() == Status.Code.Corruption;
    }

    private void checkFormat() throws RocksDBException {
        ColumnFamilyHandle meta = column(Column.META);
        byte[] stored = rocks.get(meta, FORMAT_KEY);
        int format = stored == null ? 0 : ByteBuffer.wrap(stored).getInt();
        if (stored == null || (format >= OLDEST && format < FORMAT)) {
            byte[] value = ByteBuffer.allocate(Integer.BYTES).putInt(FORMAT).array();
            rocks.put(meta, synced, FORMAT_KEY, value);
            return;
        }
        try {
            requireKnownFormat(folder.toString(), format);
        } catch (RefusedException e) {
            close();
            throw e;
        }
    }

    /** The database itself, for those who own the further column families. */
    public RocksDB rocks() {
        return rocks;
    }

    /** The column family itself, for tools that look beneath {@link ColumnStore}. */
    public ColumnFamilyHandle handle(Column column) {
        return column(column);
    }

    private ColumnFamilyHandle column(Column column) {
        return Objects.requireNonNull(columns.get(column));
    }

    /** The further column families in the order asked for. */
    public Map<String, ColumnFamilyHandle> foreign() {
        return foreign;
    }

    @Override
    public byte @Nullable [] get(Column column, byte[] key) {
        try {
            return rocks.get(column(column), key);
        } catch (RocksDBException e) {
            throw failure(e, "reading " + column);
        }
    }

    @Override
    public @Nullable Entry floor(Column column, byte[] key) {
        return seek(column, iterator -> iterator.seekForPrev(key));
    }

    @Override
    public @Nullable Entry ceiling(Column column, byte[] key) {
        return seek(column, iterator -> iterator.seek(key));
    }

    @Override
    public @Nullable Entry last(Column column) {
        return seek(column, RocksIterator::seekToLast);
    }

    private @Nullable Entry seek(Column column, Consumer<RocksIterator> where) {
        try (RocksIterator iterator = rocks.newIterator(column(column))) {
            where.accept(iterator);
            if (iterator.isValid()) {
                return new Entry(iterator.key(), iterator.value());
            }
            iterator.status();
            return null;
        } catch (RocksDBException e) {
            throw failure(e, "reading " + column);
        }
    }

    @Override
    public void write(Writes writes, boolean isSynced) {
        try (WriteBatch batch = new WriteBatch()) {
            for (Put put : writes.puts()) {
                if (put.value() == null) {
                    batch.delete(column(put.column()), put.key());
                } else {
                    batch.put(column(put.column()), put.key(), put.value());
                }
            }
            rocks.write(isSynced ? synced : unsynced, batch);
        } catch (RocksDBException e) {
            throw failure(e, "writing");
        }
    }

    private static RefusedException failure(RocksDBException e, String doing) {
        FailureCode code = isCorruption(e) ? FailureCode.DATA_DAMAGED : FailureCode.STORAGE;
        return new RefusedException(code, doing + ": " + e.getMessage());
    }

    /**
     * Copies everything as it is at one moment to a folder that is not there, by links where that can be. May be called
     * while others write.
     */
    public void checkpoint(Path to) {
        try (Checkpoint checkpoint = Checkpoint.create(rocks)) {
            checkpoint.createCheckpoint(to.toString());
        } catch (RocksDBException e) {
            throw failure(e, "copying the database to " + to);
        }
    }

    /** Reads every block of every file and compares its checksum. @throws RefusedException WXW-2104 naming the file */
    public void verifyFiles() {
        try {
            rocks.verifyChecksum();
        } catch (RocksDBException e) {
            throw failure(e, "reading all files");
        }
    }

    /**
     * Makes sure that no file has what was overwritten or deleted any more: values of these keys, and whatever was in
     * these whole columns. Everything is written out of memory, so that the logs that may have it go, and the files
     * that may have it are written anew. Takes as long as that takes; others may read and write meanwhile.
     */
    public void purge(Map<Column, ? extends Collection<byte[]>> keys, Set<Column> whole) {
        try (FlushOptions flush = new FlushOptions().setWaitForFlush(true);
                CompactRangeOptions all = new CompactRangeOptions()
                        .setBottommostLevelCompaction(CompactRangeOptions.BottommostLevelCompaction.kForce)) {
            rocks.flush(flush, handles);
            for (Map.Entry<Column, ? extends Collection<byte[]>> of : keys.entrySet()) {
                for (byte[] key : of.getValue()) {
                    rocks.compactRange(column(of.getKey()), key, Columns.after(key), all);
                }
            }
            for (Column column : whole) {
                rocks.compactRange(column(column), null, null, all);
            }
        } catch (RocksDBException e) {
            throw failure(e, "purging files");
        }
    }

    /** Bytes the file system has left for this process. */
    public long usableBytes() throws IOException {
        return disk.getUsableSpace();
    }

    @Override
    public void close() {
        handles.forEach(ColumnFamilyHandle::close);
        rocks.close();
        synced.close();
        unsynced.close();
        options.close();
        columnOptions.close();
    }
}
