package io.waxwing.node.peer;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.node.crypto.TlsIdentity;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** The other end of a connection, doing what the test says, byte by byte. */
final class RawPeer implements AutoCloseable {
    private static final int READ_MS = 20_000;
    private static final char[] PASSWORD = "test".toCharArray();
    private static final Map<Hash, SSLContext> CONTEXTS = new ConcurrentHashMap<>();

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;

    private RawPeer(Socket socket) throws IOException {
        socket.setSoTimeout(READ_MS);
        socket.setTcpNoDelay(true);
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.in = new DataInputStream(socket.getInputStream());
    }

    /** Only TCP. */
    static RawPeer tcp(InetSocketAddress address) throws IOException {
        return new RawPeer(new Socket(address.getAddress(), address.getPort()));
    }

    /** Dials with that key, or without any. */
    static RawPeer dial(InetSocketAddress address, @Nullable TlsIdentity key, String... protocols) throws IOException {
        SSLSocket socket =
                (SSLSocket) context(key).getSocketFactory().createSocket(address.getAddress(), address.getPort());
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        return new RawPeer(socket);
    }

    /** Listens with that key on a free port. */
    static SSLServerSocket listen(TlsIdentity key) throws IOException {
        SSLServerSocket server = (SSLServerSocket)
                context(key).getServerSocketFactory().createServerSocket(0, 8, InetAddress.getLoopbackAddress());
        server.setNeedClientAuth(true);
        server.setSoTimeout(READ_MS);
        return server;
    }

    static RawPeer accept(ServerSocket server) throws IOException {
        return new RawPeer(server.accept());
    }

    /** One for each key, so that a second connection to one address resumes the session of the first. */
    private static SSLContext context(@Nullable TlsIdentity key) {
        return key == null ? newContext(null) : CONTEXTS.computeIfAbsent(key.pin(), pin -> newContext(key));
    }

    private static SSLContext newContext(@Nullable TlsIdentity key) {
        try {
            KeyManager[] keys = new KeyManager[0];
            if (key != null) {
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                store.setKeyEntry("key", key.privateKey(), PASSWORD, new Certificate[] {key.certificate()});
                KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                factory.init(store, PASSWORD);
                keys = factory.getKeyManagers();
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[] {new PinnedTrust(pin -> {})}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    RawPeer send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    RawPeer send(Hello hello) throws IOException {
        return send(hello.encode());
    }

    /** A well-formed greeting of a node that dials. */
    static Hello hello(LinkKind kind, int from, int to) {
        return hello(kind, TestNode.LEDGER, from, to);
    }

    static Hello hello(LinkKind kind, Hash ledgerId, int from, int to) {
        return new Hello(kind, 0, ledgerId, from, to, 77);
    }

    RawPeer frame(long length, int code, byte... body) throws IOException {
        byte[] header = {
            (byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length, (byte) code
        };
        out.write(header);
        return send(body);
    }

    Hello answer() throws IOException, LinkException {
        return Hello.decode(in.readNBytes(Hello.SIZE_BYTES));
    }

    /** The next frame that is no sign of life; length, channel's number and first byte. */
    int[] nextFrame() throws IOException {
        while (true) {
            int length = in.readInt();
            int code = in.readUnsignedByte();
            byte[] body = in.readNBytes(length);
            if (code != FrameDecoder.SIGN_OF_LIFE) {
                return new int[] {length, code, length == 0 ? -1 : body[0] & 0xff};
            }
        }
    }

    /** Whether the next thing said is a sign of life. */
    boolean signOfLife() throws IOException {
        return in.readInt() == 0 && in.readUnsignedByte() == FrameDecoder.SIGN_OF_LIFE;
    }

    /** Reads until the other side ends it; false if it does not for a long time. */
    boolean isEnded() {
        try {
            while (in.read() >= 0) {
                // Whatever it says.
            }
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
