package io.waxwing.broker.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs inside a namespace and carries connections that come to an address of the namespace on to its loopback, because
 * clients may only come in there. Arguments: {@code listenHost:port>targetPort}, with {@code ~} in front if the line of
 * standard input {@code weather <delayMs> <lossPercent>} shall hold for it: each direction is delayed, and of a lost
 * piece of the stream one sees what TCP shows, that it and all after it come a retransmission later.
 */
public final class Relay {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final long RETRANSMISSION_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int QUEUED = 4096;

    private static volatile long delayNanos;
    private static volatile int lossPercent;

    private Relay() {}

    public static void main(String[] arguments) throws IOException {
        for (String argument : arguments) {
            boolean weathered = argument.startsWith("~");
            String[] ends = argument.replace("~", "").split(">", -1);
            String[] listen = ends[0].split(":", -1);
            ServerSocket server = new ServerSocket(Integer.parseInt(listen[1]), 64, InetAddress.getByName(listen[0]));
            int target = Integer.parseInt(ends[1]);
            start(() -> accept(server, target, weathered));
        }
        System.out.println("relaying");
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            String[] words = order.split(" ", -1);
            delayNanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(words[1]));
            lossPercent = Integer.parseInt(words[2]);
        }
        // Whoever started it has ended.
        System.exit(0);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private static void accept(ServerSocket server, int target, boolean weathered) {
        while (true) {
            try {
                Socket from = server.accept();
                try {
                    Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
                    from.setTcpNoDelay(true);
                    to.setTcpNoDelay(true);
                    carry(from, to, weathered);
                    carry(to, from, weathered);
                } catch (IOException nobodyThere) {
                    from.close();
                }
            } catch (IOException e) {
                System.err.println("relay: " + e);
            }
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // Carried on, never compared.
    private record Piece(byte[] bytes, long dueNanos) {}

    private static void carry(Socket from, Socket to, boolean weathered) {
        BlockingQueue<Piece> queue = new LinkedBlockingQueue<>(QUEUED);
        start(() -> read(from, queue, weathered));
        start(() -> write(queue, from, to));
    }

    private static void read(Socket from, BlockingQueue<Piece> queue, boolean weathered) {
        SplittableRandom random = new SplittableRandom();
        byte[] buffer = new byte[BUFFER_BYTES];
        long lateUntil = System.nanoTime();
        try (InputStream in = from.getInputStream()) {
            int got = 0;
            while (got >= 0) {
                got = in.read(buffer);
                long due = System.nanoTime() + (weathered ? delayNanos : 0);
                if (weathered && random.nextInt(100) < lossPercent) {
                    due += RETRANSMISSION_NANOS;
                }
                lateUntil = Math.max(lateUntil, due);
                queue.put(new Piece(got < 0 ? new byte[0] : java.util.Arrays.copyOf(buffer, got), lateUntil));
            }
        } catch (IOException ended) {
            queue.offer(new Piece(new byte[0], System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(BlockingQueue<Piece> queue, Socket from, Socket to) {
        try (from;
                to) {
            OutputStream out = to.getOutputStream();
            for (Piece piece = queue.take(); piece.bytes().length > 0; piece = queue.take()) {
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
}
