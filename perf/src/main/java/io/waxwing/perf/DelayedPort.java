package io.waxwing.perf;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A port of loopback whose connections lead to another port and take a while, each way: distance on one machine. */
final class DelayedPort implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int QUEUED = 4096;

    private final ServerSocket server;
    private final int target;
    private final long delayNanos;

    private DelayedPort(ServerSocket server, int target, long delayNanos) {
        this.server = server;
        this.target = target;
        this.delayNanos = delayNanos;
    }

    static DelayedPort open(int port, int target, long delayMs) throws IOException {
        ServerSocket server = new ServerSocket(port, 64, InetAddress.getLoopbackAddress());
        DelayedPort made = new DelayedPort(server, target, TimeUnit.MILLISECONDS.toNanos(delayMs));
        start(made::accept);
        return made;
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "distance");
        thread.setDaemon(true);
        thread.start();
    }

    @SuppressWarnings("ArrayRecordComponent") // Carried on, never compared.
    private record Piece(byte[] bytes, long dueNanos) {}

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket from = server.accept();
                try {
                    Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
                    from.setTcpNoDelay(true);
                    to.setTcpNoDelay(true);
                    carry(from, to);
                    carry(to, from);
                } catch (IOException nobodyThere) {
                    from.close();
                }
            } catch (IOException e) {
                if (!server.isClosed()) {
                    System.err.println("distance: " + e);
                }
            }
        }
    }

    private void carry(Socket from, Socket to) {
        BlockingQueue<Piece> onTheWay = new LinkedBlockingQueue<>(QUEUED);
        start(() -> read(from, onTheWay));
        start(() -> write(onTheWay, from, to));
    }

    private void read(Socket from, BlockingQueue<Piece> onTheWay) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = from.getInputStream()) {
            for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
                onTheWay.put(new Piece(Arrays.copyOf(buffer, got), System.nanoTime() + delayNanos));
            }
            onTheWay.put(new Piece(new byte[0], System.nanoTime() + delayNanos));
        } catch (IOException ended) {
            boolean unused = onTheWay.offer(new Piece(new byte[0], System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(BlockingQueue<Piece> onTheWay, Socket from, Socket to) {
        try (from;
                to) {
            OutputStream out = to.getOutputStream();
            for (Piece piece = onTheWay.take(); piece.bytes().length > 0; piece = onTheWay.take()) {
                for (long left = piece.dueNanos() - System.nanoTime();
                        left > 0;
                        left = piece.dueNanos() - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                out.write(piece.bytes());
                out.flush();
            }
        } catch (IOException ended) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
